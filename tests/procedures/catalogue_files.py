"""A copy of the project's catalogue that a test may spoil, and the tables as one value."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from portal.reports.catalogue import OWN_CATALOGUE

PROCEDURES, AGENCIES, PROCESSES = "procedures.json", "agencies.json", "processes.json"
FORMS, EVENTS = "sample_forms.json", "life_events.json"

TABLES = (
    "core_province",
    "accounts_agency",
    "accounts_agency_replaced_by",
    "accounts_agency_serves",
    "accounts_agencykind",
    "calendars_dayoff",
    "calendars_makeupday",
    "payments_feereduction",
    "procedures_procedure",
    "procedures_procedureversion",
    "procedures_procedureversion_legal_bases",
    "procedures_case",
    "procedures_component",
    "procedures_processingtime",
    "procedures_fee",
    "procedures_competence",
    "procedures_onlineactivity",
    "procedures_formversion",
    "procedures_legalbasis",
    "procedures_process",
    "procedures_processstep",
    "procedures_essentialservice",
    "procedures_essentialservice_procedures",
    "procedures_lifeevent",
    "procedures_lifeevent_procedures",
)


def everything() -> dict[str, str]:
    """Every catalogue table's content as a hash."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            rows = "coalesce(string_agg(t::text, '|' ORDER BY t::text), '')"
            cursor.execute(f"SELECT md5({rows}) FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


class CatalogueCopy:
    """A folder with the project's catalogue files, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "catalogue"
        shutil.copytree(OWN_CATALOGUE, self.folder)

    def change(self, file: str, edit: Callable[[Any], Any]) -> None:
        """Let `edit` change the content of one file."""
        path = self.folder / file
        data = json.loads(path.read_text(encoding="utf-8"))
        edit(data)
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    def procedure(self, code: str, **fields: Any) -> None:
        """Set fields of one procedure."""

        def edit(data: Any) -> None:
            next(row for row in data["procedures"] if row["code"] == code).update(fields)

        self.change("procedures.json", edit)


Edit = Callable[[Any], None]


def put(value: Any, *path: str | int) -> Edit:
    """Set the value at that path of the file."""

    def edit(data: Any) -> None:
        for part in path[:-1]:
            data = data[part]
        data[path[-1]] = value

    return edit


def drop(*path: str | int) -> Edit:
    """Take out what is at that path of the file."""

    def edit(data: Any) -> None:
        for part in path[:-1]:
            data = data[part]
        del data[path[-1]]

    return edit


def first(edit: Callable[..., Edit], *rest: Any) -> Edit:
    """Edit the first procedure of the file (1.001193, birth registration)."""
    *value, path = rest
    return edit(*value, "procedures", 0, *path)
