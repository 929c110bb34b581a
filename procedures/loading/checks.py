"""What a JSON Schema cannot say about the catalogue: that its records agree with each other."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import Json, check_period, refuse_repeats
from procedures.levels import level_of, mode_of, online_at
from procedures.models import ORDINARY_CASE

PROCEDURES = "procedures.json"
FORMS = "sample_forms.json"
LIFE_EVENTS = "life_events.json"


def check_procedures(data: dict[str, Any], agency_kinds: Iterable[str]) -> None:
    """Raise CatalogueError where procedures contradict themselves or each other."""
    records = data["procedures"]
    refuse_repeats(PROCEDURES, "code", [record["code"] for record in records])
    kinds, codes = set(agency_kinds), {record["code"] for record in records}
    for record in records:
        _check_sources(PROCEDURES, record["code"], record["source"], data["sources"])
        check_period(PROCEDURES, record["code"], record)
        _check_competences(record, kinds)
        _check_cases(record)
        _check_fees(record)
        _check_components(record)
        _check_level(record)
    _check_essential(data, codes)


def _check_sources(file: str, record: str, named: list[str], known: Mapping[str, Any]) -> None:
    for position, name in enumerate(named):
        if name not in known:
            raise CatalogueError(file, record, f"source[{position}]", f"nguồn lạ {name}")


def _check_competences(record: dict[str, Any], kinds: set[str]) -> None:
    code, end = record["code"], ""
    for position, level in enumerate(record["levels"]):
        field = f"levels[{position}]"
        check_period(PROCEDURES, code, level)
        if level["agency_kind"] not in kinds:
            message = f"loại cơ quan lạ {level['agency_kind']}"
            raise CatalogueError(PROCEDURES, code, f"{field}.agency_kind", message)
        if level["valid_from"] <= end:
            message = "chồng lên thời gian trước đó"
            raise CatalogueError(PROCEDURES, code, f"{field}.valid_from", message)
        end = level["valid_to"] or "9999-12-31"


def _check_cases(record: dict[str, Any]) -> None:
    code, cases = record["code"], [case["id"] for case in record["cases"]]
    refuse_repeats(PROCEDURES, f"{code}: cases", cases)
    if ORDINARY_CASE not in cases:
        raise CatalogueError(PROCEDURES, code, "cases", f"thiếu trường hợp {ORDINARY_CASE}")
    for topic in ("processing", "fees"):
        for position, row in enumerate(record[topic]):
            if row["case"] not in cases:
                field = f"{topic}[{position}].case"
                raise CatalogueError(PROCEDURES, code, field, f"trường hợp lạ {row['case']}")
    if not any(row["case"] == ORDINARY_CASE for row in record["processing"]):
        message = f"thiếu thời hạn của trường hợp {ORDINARY_CASE}"
        raise CatalogueError(PROCEDURES, code, "processing", message)
    _refuse_twice(record, "processing", ("case", "channel"))
    _refuse_twice(record, "fees", ("case", "channel", "kind", "unit"))


def _refuse_twice(record: dict[str, Any], topic: str, columns: tuple[str, ...]) -> None:
    seen = set()
    for position, row in enumerate(record[topic]):
        key = tuple(row[column] for column in columns)
        if key in seen:
            message = f"hai dòng cho cùng {', '.join(key)}"
            raise CatalogueError(PROCEDURES, record["code"], f"{topic}[{position}]", message)
        seen.add(key)


def _check_fees(record: dict[str, Any]) -> None:
    for position, fee in enumerate(record["fees"]):
        if (fee["amount"] is None) == (fee["status"] == "national"):
            message = "có mức thu khi và chỉ khi status là national"
            field = f"fees[{position}].amount"
            raise CatalogueError(PROCEDURES, record["code"], field, message)


def _check_components(record: dict[str, Any]) -> None:
    for topic in ("components", "steps"):
        for position, row in enumerate(record[topic]):
            if row["no"] != position + 1:
                field = f"{topic}[{position}].no"
                raise CatalogueError(PROCEDURES, record["code"], field, "phải đánh số liên tục")
    for position, row in enumerate(record["components"]):
        if row["required"] == bool(row["condition"]):
            field = f"components[{position}].condition"
            message = "giấy tờ bắt buộc không có điều kiện, giấy tờ khác phải có"
            raise CatalogueError(PROCEDURES, record["code"], field, message)


def _check_level(record: dict[str, Any]) -> None:
    activities = online_at(record["service_level"])
    if record["service_mode"] != mode_of(activities):
        message = f"không khớp mức độ {level_of(activities)}"
        raise CatalogueError(PROCEDURES, record["code"], "service_mode", message)
    if record["service_level"] == 4 and not record["channels"]["truc_tuyen"]:
        message = "mức độ 4 phải nộp được trực tuyến"
        raise CatalogueError(PROCEDURES, record["code"], "channels.truc_tuyen", message)


def _check_essential(data: dict[str, Any], codes: set[str]) -> None:
    file = PROCEDURES
    refuse_repeats(file, "no", [str(service["no"]) for service in data["essential_services"]])
    listed: dict[str, int] = {}
    for service in data["essential_services"]:
        record = str(service["no"])
        _check_sources(file, record, service["source"], data["sources"])
        for position, code in enumerate(service["procedure_codes"]):
            if code not in codes:
                field = f"procedure_codes[{position}]"
                raise CatalogueError(file, record, field, f"không có thủ tục {code}")
            listed[code] = service["no"]
    for procedure in data["procedures"]:
        number = procedure["essential_no"]
        if listed.get(procedure["code"]) != number:
            message = f"dịch vụ thiết yếu {number} không nêu thủ tục này"
            raise CatalogueError(file, procedure["code"], "essential_no", message)
        if procedure["essential_de_an_06"] != (number is not None):
            message = "không khớp essential_no"
            raise CatalogueError(file, procedure["code"], "essential_de_an_06", message)


def check_forms(data: dict[str, Any], procedures: list[dict[str, Any]]) -> None:
    """Raise CatalogueError where a form is no sound schema or does not fit its procedure."""
    refuse_repeats(FORMS, "procedure_code", [form["procedure_code"] for form in data["forms"]])
    known = {record["code"]: record for record in procedures}
    for form in data["forms"]:
        code = form["procedure_code"]
        if code not in known:
            raise CatalogueError(FORMS, code, "procedure_code", f"không có thủ tục {code}")
        _check_sources(FORMS, code, form["source"], data["sources"])
        _check_schema(code, form["schema"])
        _check_uploads(form, known[code])


def _check_schema(code: str, schema: dict[str, Any]) -> None:
    if fault := _fault_of(json.dumps(schema, sort_keys=True)):
        raise CatalogueError(FORMS, code, *fault)
    names = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
    for place, target in _references(schema, "schema"):
        if target not in names:
            raise CatalogueError(FORMS, code, place, f"dẫn tới chỗ không có: {target}")


@lru_cache(maxsize=64)
def _fault_of(schema: str) -> tuple[str, str] | None:
    """Where a form's schema is no JSON Schema, and why; remembered, as it is slow to tell."""
    try:
        Draft202012Validator.check_schema(json.loads(schema))
    except SchemaError as error:
        field = ".".join(["schema", *(str(part) for part in error.absolute_path)])
        return field, f"lược đồ không hợp lệ ({error.message})"
    return None


def _references(node: Json, place: str) -> Iterable[tuple[str, str]]:
    """Every `$ref` of a schema and where it stands."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield f"{place}.$ref", node["$ref"]
        inner = node.items()
    elif isinstance(node, list):
        inner = enumerate(node)
    for name, value in inner:
        yield from _references(value, f"{place}.{name}")


def _check_uploads(form: dict[str, Any], procedure: dict[str, Any]) -> None:
    numbers = {component["no"] for component in procedure["components"]}
    seen: set[int] = set()
    for position, upload in enumerate(form["uploads"]):
        number = upload["component_no"]
        if number not in numbers or number in seen:
            field = f"uploads[{position}].component_no"
            message = f"không có thành phần {number}, hoặc đã nêu"
            raise CatalogueError(FORMS, form["procedure_code"], field, message)
        seen.add(number)


def check_life_events(data: dict[str, Any], codes: set[str]) -> None:
    """Raise CatalogueError where a life event names a procedure the catalogue lacks."""
    refuse_repeats(LIFE_EVENTS, "key", [event["key"] for event in data["life_events"]])
    for event in data["life_events"]:
        for position, code in enumerate(event["procedure_codes"]):
            if code not in codes:
                field = f"procedure_codes[{position}]"
                message = f"không có thủ tục {code}"
                raise CatalogueError(LIFE_EVENTS, event["key"], field, message)
