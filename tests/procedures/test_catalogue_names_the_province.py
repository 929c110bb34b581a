"""The province is data: no code, template, style or script knows its name or its codes."""

import json
import re
from pathlib import Path

from django.conf import settings

from portal.core.text import fold
from portal.reports.catalogue import OWN_CATALOGUE

ROOMS = ("portal", "procedures", "dossiers", "payments", "notifications", "templates", "static")
KINDS = {".py", ".html", ".txt", ".css", ".js", ".svg", ".json", ".po", ".in"}


def written_by_us() -> list[Path]:
    """Every file of ours that is not the catalogue's data."""
    found = [path for room in ROOMS for path in (settings.BASE_DIR / room).rglob("*")]
    found += [settings.BASE_DIR / "run", settings.BASE_DIR / "manage.py"]
    return [
        path
        for path in found
        if path.is_file()
        and (path.suffix in KINDS or path.name == "run")
        and OWN_CATALOGUE not in path.parents
    ]


def test_nothing_but_the_data_names_the_province() -> None:
    province = json.loads((OWN_CATALOGUE / "agencies.json").read_text("utf-8"))["province"]
    name = fold(province["name"]).replace(" ", r"[\s_-]*")
    told = re.compile(rf"{name}|\b{province['org_code_level1'].lower()}\b")
    files = written_by_us()
    assert len(files) > 100
    telling = [path for path in files if told.search(fold(path.read_text(encoding="utf-8")))]
    assert telling == []


def test_the_data_do_name_it() -> None:
    own = (OWN_CATALOGUE / "province.json").read_text(encoding="utf-8")
    province = json.loads((OWN_CATALOGUE / "agencies.json").read_text("utf-8"))["province"]
    assert province["name"] in own
