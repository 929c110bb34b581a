"""A broken file stops with its name, the record and the field, and nothing has changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.core.catalogue import CatalogueError
from portal.reports.catalogue import load_catalogue
from tests.procedures.catalogue_files import (
    AGENCIES,
    EVENTS,
    FORMS,
    PROCEDURES,
    PROCESSES,
    CatalogueCopy,
    Edit,
    drop,
    everything,
    first,
    put,
)

pytestmark = pytest.mark.django_db

# One of each kind for each file; the rest is tried without a database in the two files beside.
BROKEN: list[tuple[str, Edit, str, str]] = [
    (AGENCIES, drop("agencies", 3, "name"), "vl-so-tu-phap", "name"),
    (AGENCIES, put("vl-mat-trang", "agencies", 3, "parent_id"), "vl-so-tu-phap", "parent_id"),
    (PROCEDURES, first(put, "tron_goi", ["service_mode"]), "1.001193", "service_mode"),
    (PROCEDURES, put("1.000894", "procedures", 0, "code"), "1.000894", "code"),
    (PROCEDURES, first(put, "có\u0000gì", ["name"]), "1.001193", "name"),
    (PROCESSES, put(2, "processes", 0, "steps", 0, "hours"), "1.001193", "steps"),
    (PROCESSES, put("van_thu", "processes", 0, "steps", 2, "role"), "1.001193", "steps"),
    (
        FORMS,
        put(99, "forms", 0, "uploads", 0, "component_no"),
        "1.001193",
        "uploads[0].component_no",
    ),
    (
        EVENTS,
        put(["1.999999"], "life_events", 0, "procedure_codes"),
        "co-con-nho",
        "procedure_codes[0]",
    ),
]


@pytest.mark.parametrize(("file", "edit", "record", "field"), BROKEN)
def test_a_broken_record_is_named_and_nothing_is_loaded(
    tmp_path: Path, file: str, edit: Edit, record: str, field: str
) -> None:
    copy = CatalogueCopy(tmp_path)
    copy.change("province.json", put("Một cổng khác", "portal_name"))
    copy.change(file, edit)
    before = everything()
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(copy.folder)
    assert (caught.value.file, caught.value.record, caught.value.field) == (file, record, field)
    assert everything() == before


@pytest.mark.parametrize(
    ("file", "edit", "field"),
    [
        ("holidays.json", put("hôm qua", "holidays", 0, "date"), "date"),
        (
            "fee_rules.json",
            put(["1.999999"], "rules", 0, "applies_to", "procedures"),
            "applies_to.procedures",
        ),
        ("fee_rules.json", put("x", "rules", 29, "effect", "type"), "effect.type"),
    ],
)
def test_a_broken_holiday_or_rule_stops_everything(
    tmp_path: Path, file: str, edit: Edit, field: str
) -> None:
    copy = CatalogueCopy(tmp_path)
    copy.change("province.json", put("Một cổng khác", "portal_name"))
    copy.procedure("1.001193", name="Đăng ký khai sinh tại nhà")
    copy.change(file, edit)
    before = everything()
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(copy.folder)
    assert (caught.value.file, caught.value.field) == (file, field)
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "record", "field"),
    [
        ('{"sources": {},\n "agencies": [}', "dòng 2", "-"),
        ('{"sources": {}, "sources": {}}', "/", "sources"),
        ('{"sources": NaN}', "/", "NaN"),
        ("", "dòng 1", "-"),
        ("[]", "/", "-"),
        ("[" * 100_000, "/", "-"),
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, content: str, record: str, field: str) -> None:
    copy = CatalogueCopy(tmp_path)
    (copy.folder / AGENCIES).write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(copy.folder)
    assert (caught.value.file, caught.value.record) == (AGENCIES, record)
    assert caught.value.field.startswith(field)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)
    (copy.folder / PROCEDURES).write_bytes(b"\xff\xfe{}")
    with pytest.raises(CatalogueError, match=r"^procedures\.json: "):
        load_catalogue(copy.folder)


def test_hoa_reads_one_line_that_says_where(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)
    copy.procedure("1.000894", service_level="bốn")
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", str(copy.folder))
    assert str(caught.value).startswith("procedures.json: 1.000894: service_level: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)
    (copy.folder / "holidays.json").unlink()
    with pytest.raises(CommandError, match=r"^holidays\.json: "):
        call_command("load_catalogue", str(copy.folder))


def test_names_and_life_events_may_be_missing_and_stay(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)
    (copy.folder / "province.json").unlink()
    (copy.folder / "life_events.json").unlink()
    before = everything()
    assert "life_events" not in load_catalogue(copy.folder)
    assert everything() == before


def test_spacing_and_key_order_are_no_change(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)
    for path in copy.folder.iterdir():
        if path.name == FORMS:
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(data, sort_keys=True, indent=4), encoding="utf-8")
    before = everything()
    load_catalogue(copy.folder)
    assert everything() == before


def test_the_order_of_the_fields_of_a_form_is_content(tmp_path: Path) -> None:
    def turn_around(data: Any) -> None:
        schema = data["forms"][0]["schema"]
        schema["properties"] = dict(reversed(schema["properties"].items()))

    copy = CatalogueCopy(tmp_path)
    copy.change(FORMS, turn_around)
    loaded = load_catalogue(copy.folder)
    assert (loaded["forms"].changed, loaded["procedures"].changed) == (1, 1)
