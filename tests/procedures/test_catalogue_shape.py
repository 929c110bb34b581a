"""What a file's JSON Schema sees is named by record and field."""

import pytest

from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import check_shape, read_json
from portal.reports.catalogue import DATA, OWN_CATALOGUE
from tests.procedures.catalogue_files import (
    AGENCIES,
    EVENTS,
    FORMS,
    PROCEDURES,
    PROCESSES,
    Edit,
    drop,
    first,
    put,
)

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


@pytest.mark.parametrize(("file", "edit", "record", "field"), MISSHAPEN)
def test_a_misshapen_record_is_named(file: str, edit: Edit, record: str, field: str) -> None:
    data = read_json(OWN_CATALOGUE / file)
    schema = read_json(DATA / "schemas" / file)
    check_shape(file, data, schema)
    edit(data)
    with pytest.raises(CatalogueError) as caught:
        check_shape(file, data, schema)
    assert (caught.value.file, caught.value.record, caught.value.field) == (file, record, field)
