"""Loads a folder of catalogue files into every part of the portal, or nothing of it."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from payments.services import load_fee_rules
from portal.accounts.loading import load_agencies, load_province
from portal.calendars.services import load_holidays
from portal.core.catalogue_files import Tally, check_shape, read_json
from procedures.loading import Sources, load_procedures

DATA = settings.BASE_DIR / "procedures" / "data"
OWN_CATALOGUE = DATA / "catalogue"
# Any number will do, as long as nothing else asks PostgreSQL for the same advisory lock.
LOCK = 20_220_061


@transaction.atomic
def load_catalogue(folder: Path = OWN_CATALOGUE) -> dict[str, Tally]:
    """Load all files of the folder in one transaction; what each kind of record came to.

    `province.json` and `life_events.json` may be missing: then what is there is kept. Raises
    CatalogueError, with the database as it was, where a file is broken.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    agencies = _read(folder, "agencies")
    sources = Sources(
        procedures=_read(folder, "procedures"),
        processes=_read(folder, "processes"),
        forms=_read(folder, "sample_forms"),
        life_events=_read_if_there(folder, "life_events"),
        synonyms=_read(DATA, "synonyms")["synonyms"],
        default_process=read_json(DATA / "default_process.json")["steps"],
    )
    return {
        "province": load_province(agencies, _read_if_there(folder, "province")),
        "agencies": load_agencies(agencies),
        "holidays": _load_holidays(folder),
        **load_procedures(sources),
        "fee_rules": load_fee_rules(read_json(folder / "fee_rules.json")),
    }


def _load_holidays(folder: Path) -> Tally:
    counts = load_holidays(read_json(folder / "holidays.json"))
    rows = counts["days_off"] + counts["make_up_days"]
    written = counts["created"] + counts["changed"]
    return Tally(counts["created"], counts["changed"], max(0, rows - written))


def _read(folder: Path, name: str) -> dict[str, Any]:
    """One file of the folder, checked against the schema of its name."""
    path = folder / f"{name}.json"
    data: dict[str, Any] = read_json(path)
    schema = json.loads((DATA / "schemas" / path.name).read_text(encoding="utf-8"))
    check_shape(path.name, data, schema)
    return data


def _read_if_there(folder: Path, name: str) -> dict[str, Any] | None:
    return _read(folder, name) if (folder / f"{name}.json").exists() else None
