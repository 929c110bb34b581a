"""Records that contradict each other are named by record and field."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.loading import check_agencies
from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import read_json
from portal.reports.catalogue import OWN_CATALOGUE
from procedures.loading.checks import check_forms, check_life_events, check_procedures
from procedures.loading.processes import check_processes
from tests.procedures.catalogue_files import (
    AGENCIES,
    EVENTS,
    FORMS,
    PROCEDURES,
    PROCESSES,
    Edit,
    first,
    put,
)

CONTRADICTING: list[tuple[str, Edit, str, str]] = [
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


def checks() -> dict[str, Callable[[Any], None]]:
    """How each file is checked against the others, which are sound."""
    kinds = set(read_json(OWN_CATALOGUE / AGENCIES)["agency_kind_map"])
    procedures = read_json(OWN_CATALOGUE / PROCEDURES)["procedures"]
    by_code = {record["code"]: record for record in procedures}
    return {
        AGENCIES: check_agencies,
        PROCEDURES: lambda data: check_procedures(data, kinds),
        PROCESSES: lambda data: check_processes(data, by_code, kinds),
        FORMS: lambda data: check_forms(data, procedures),
        EVENTS: lambda data: check_life_events(data, set(by_code)),
    }


@pytest.mark.parametrize("file", [AGENCIES, PROCEDURES, PROCESSES, FORMS, EVENTS])
def test_a_sound_file_passes(file: str) -> None:
    checks()[file](read_json(OWN_CATALOGUE / file))


@pytest.mark.parametrize(("file", "edit", "record", "field"), CONTRADICTING)
def test_a_contradiction_is_named(file: str, edit: Edit, record: str, field: str) -> None:
    data = read_json(OWN_CATALOGUE / file)
    edit(data)
    with pytest.raises(CatalogueError) as caught:
        checks()[file](data)
    assert (caught.value.file, caught.value.record, caught.value.field) == (file, record, field)
