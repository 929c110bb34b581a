"""A broken file stops with its name, the record and the field, and nothing has changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import check_shape, read_json
from portal.reports.catalogue import DATA, OWN_CATALOGUE, load_catalogue
from tests.procedures.catalogue_files import CatalogueCopy, everything

pytestmark = pytest.mark.django_db
PROCEDURES, AGENCIES, PROCESSES = "procedures.json", "agencies.json", "processes.json"
FORMS, EVENTS = "sample_forms.json", "life_events.json"


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


# What the schema of the file sees.
MISSHAPEN: list[tuple[str, Edit, str, str]] = [
    (PROCEDURES, first(put, "tron_goi", ["service_mode"]), "1.001193", "service_mode"),
    (PROCEDURES, first(put, "tuan", ["processing", 0, "unit"]), "1.001193", "processing[0].unit"),
    (PROCEDURES, first(put, "2022-02-30", ["valid_from"]), "1.001193", "valid_from"),
    (PROCEDURES, first(put, "20220101", ["valid_from"]), "1.001193", "valid_from"),
    (PROCEDURES, first(put, None, ["name"]), "1.001193", "name"),
    (PROCEDURES, first(put, "8000", ["fees", 2, "amount"]), "1.001193", "fees[2].amount"),
    (PROCEDURES, first(put, 8000.5, ["fees", 2, "amount"]), "1.001193", "fees[2].amount"),
    (PROCEDURES, first(put, -1, ["fees", 2, "amount"]), "1.001193", "fees[2].amount"),
    (PROCEDURES, first(put, True, ["dossier_sets"]), "1.001193", "dossier_sets"),
    (PROCEDURES, first(put, 0.3, ["processing", 0, "value"]), "1.001193", "processing[0].value"),
    (
        PROCEDURES,
        first(put, "25:00", ["processing", 0, "cutoff"]),
        "1.001193",
        "processing[0].cutoff",
    ),
    (PROCEDURES, first(drop, ["components"]), "1.001193", "components"),
    (PROCEDURES, first(put, 1, ["compnents"]), "1.001193", "compnents"),
    (PROCEDURES, first(put, "x" * 501, ["name"]), "1.001193", "name"),
    (PROCEDURES, put("1.1", "procedures", 0, "code"), "1.1", "code"),
    (PROCEDURES, drop("procedures"), "/", "procedures"),
    (AGENCIES, put("thon", "agencies", 3, "level"), "vl-so-tu-phap", "level"),
    (AGENCIES, drop("province", "name"), "province", "name"),
    (AGENCIES, put(7, "agency_kind_map", "ubnd_xa", "kind"), "ubnd_xa", "kind"),
    (PROCESSES, put("giam_doc", "processes", 0, "steps", 2, "role"), "1.001193", "steps[2].role"),
    (FORMS, put(0, "forms", 0, "uploads", 0, "max_mb"), "1.001193", "uploads[0].max_mb"),
    (EVENTS, put("ong-ba", "life_events", 0, "audience"), "co-con-nho", "audience"),
]
# What only the reader, or another record, can tell.
CONTRADICTING: list[tuple[str, Edit, str, str]] = [
    (PROCEDURES, first(put, "có\u0000gì", ["name"]), "1.001193", "name"),
    (PROCEDURES, put("1.000894", "procedures", 0, "code"), "1.000894", "code"),
    (
        PROCEDURES,
        first(put, "so_thien_van", ["levels", 1, "agency_kind"]),
        "1.001193",
        "levels[1].agency_kind",
    ),
    (PROCEDURES, first(put, "la", ["fees", 0, "case"]), "1.001193", "fees[0].case"),
    (PROCEDURES, first(put, ["S99"], ["source"]), "1.001193", "source[0]"),
    (PROCEDURES, first(put, None, ["fees", 0, "amount"]), "1.001193", "fees[0].amount"),
    (PROCEDURES, first(put, "2021-01-01", ["valid_to"]), "1.001193", "valid_to"),
    (
        PROCEDURES,
        first(put, "2025-06-30", ["levels", 1, "valid_from"]),
        "1.001193",
        "levels[1].valid_from",
    ),
    (PROCEDURES, first(put, "mot_phan", ["service_mode"]), "1.001193", "service_mode"),
    (PROCEDURES, first(put, 9, ["components", 3, "no"]), "1.001193", "components[3].no"),
    (PROCEDURES, first(put, 24, ["essential_no"]), "1.001193", "essential_no"),
    (
        PROCEDURES,
        put(["9.999999"], "essential_services", 0, "procedure_codes"),
        "1",
        "procedure_codes[0]",
    ),
    (
        PROCEDURES,
        put(["1.999999"], "essential_services", 0, "procedure_codes"),
        "1",
        "procedure_codes[0]",
    ),
    (AGENCIES, put("vl-mat-trang", "agencies", 3, "parent_id"), "vl-so-tu-phap", "parent_id"),
    (AGENCIES, put("vl-so-tu-phap", "agencies", 0, "parent_id"), "vl-ubnd", "parent_id"),
    (
        AGENCIES,
        put(["vl-mat-trang"], "agencies", 3, "replaced_by"),
        "vl-so-tu-phap",
        "replaced_by[0]",
    ),
    (AGENCIES, put("H61.02", "agencies", 3, "org_code"), "vl-so-tu-phap", "org_code"),
    (AGENCIES, put("vl-so-noi-vu", "agencies", 3, "id"), "vl-so-noi-vu", "id"),
    (AGENCIES, put("2021-12-31", "agencies", 3, "valid_to"), "vl-so-tu-phap", "valid_to"),
    (AGENCIES, put(["vl-mat-trang"], "agency_kind_map", "so_y_te", "ids"), "so_y_te", "ids[0]"),
    (PROCESSES, put(2, "processes", 0, "steps", 0, "hours"), "1.001193", "steps"),
    (PROCESSES, put("1.999999", "processes", 0, "procedure_code"), "1.999999", "procedure_code"),
    (PROCESSES, put("qua_han", "processes", 0, "case"), "1.001193", "case"),
    (FORMS, put("1.999999", "forms", 0, "procedure_code"), "1.999999", "procedure_code"),
    (
        FORMS,
        put({"type": "tex"}, "forms", 0, "schema", "properties", "me"),
        "1.001193",
        "schema.properties.me.type",
    ),
    (
        FORMS,
        put("#/$defs/ai_do", "forms", 0, "schema", "properties", "me", "$ref"),
        "1.001193",
        "schema.properties.me.$ref",
    ),
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


@pytest.mark.parametrize(("file", "edit", "record", "field"), MISSHAPEN)
def test_a_misshapen_record_is_named(file: str, edit: Edit, record: str, field: str) -> None:
    data = read_json(OWN_CATALOGUE / file)
    schema = read_json(DATA / "schemas" / file)
    check_shape(file, data, schema)
    edit(data)
    with pytest.raises(CatalogueError) as caught:
        check_shape(file, data, schema)
    assert (caught.value.file, caught.value.record, caught.value.field) == (file, record, field)


@pytest.mark.parametrize(("file", "edit", "record", "field"), [*MISSHAPEN[:1], *CONTRADICTING])
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
        data = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(data, sort_keys=True, indent=4), encoding="utf-8")
    before = everything()
    load_catalogue(copy.folder)
    assert everything() == before
