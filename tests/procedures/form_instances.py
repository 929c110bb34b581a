"""Valid answers for any schema, made by a second reading of it, and the invented 17th schema."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

CATALOGUE = Path(__file__).resolve().parents[2] / "procedures/data/catalogue/sample_forms.json"
FORMS: dict[str, dict[str, Any]] = {
    form["procedure_code"]: form["schema"]
    for form in json.loads(CATALOGUE.read_text(encoding="utf-8"))["forms"]
}

SEVENTEENTH: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Đơn xin nuôi vịt chạy đồng",
    "type": "object",
    "required": ["chu_ho", "dan_vit", "quy_mo"],
    "additionalProperties": False,
    "properties": {
        "chu_ho": {
            "type": "object",
            "title": "Chủ hộ",
            "required": ["ten"],
            "properties": {
                "ten": {"type": "string", "title": "Tên chủ hộ", "minLength": 2},
                "thu": {"type": "string", "format": "email", "title": "Thư điện tử"},
                "ghi_chu": {"type": "string", "title": "Ghi chú"},
            },
        },
        "quy_mo": {"type": "string", "title": "Quy mô", "enum": ["lon", "vua", "nho"]},
        "dan_vit": {
            "type": "array",
            "title": "Các đàn vịt",
            "minItems": 1,
            "maxItems": 4,
            "items": {
                "type": "object",
                "title": "Đàn",
                "required": ["so_con"],
                "properties": {
                    "so_con": {"type": "integer", "title": "Số con", "minimum": 1},
                    "can_nang": {"type": "number", "title": "Cân nặng (kg)", "exclusiveMinimum": 0},
                    "da_tiem": {"type": "boolean", "title": "Đã tiêm phòng"},
                    "mui_tiem": {
                        "type": "array",
                        "title": "Các mũi tiêm",
                        "items": {
                            "type": "object",
                            "title": "Mũi",
                            "required": ["ngay"],
                            "properties": {
                                "ngay": {"type": "string", "format": "date", "title": "Ngày tiêm"},
                                "lo": {"$ref": "#/$defs/lo", "title": "Số lô vắc-xin"},
                            },
                        },
                    },
                    "dong": {
                        "type": "array",
                        "title": "Cánh đồng thả",
                        "items": {"type": "string", "title": "Tên đồng"},
                    },
                },
                "if": {"properties": {"da_tiem": {"const": True}}, "required": ["da_tiem"]},
                "then": {"required": ["mui_tiem"]},
            },
        },
        "thu_y": {},
        "ly_do_nho": {"type": "string", "title": "Lý do nuôi ít"},
    },
    "if": {"properties": {"quy_mo": {"const": "lon"}}, "required": ["quy_mo"]},
    "then": {
        "required": ["thu_y"],
        "properties": {
            "thu_y": {
                "type": "object",
                "title": "Người phụ trách thú y",
                "required": ["ten", "chung_chi"],
                "properties": {
                    "ten": {"type": "string", "title": "Họ tên"},
                    "chung_chi": {"$ref": "#/$defs/lo", "title": "Số chứng chỉ"},
                },
            },
            "chu_ho": {"required": ["ghi_chu"]},
        },
    },
    "else": {"required": ["ly_do_nho"]},
    "$defs": {"lo": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$", "title": "Số lô"}},
}
ALL_FORMS = {**FORMS, "17": SEVENTEENTH}

_BY_PATTERN = {
    "^[0-9]{12}$": "083123456789",
    "^0[0-9]{9,10}$": "0903123456",
    "^(0[1-9]|1[0-2])/[0-9]{4}$": "09/2020",
    "^[0-9]{4}$": "4711",
    "^[0-9]{6,20}$": "0123456789",
    "^[0-9]{10}(-[0-9]{3})?$|^[0-9]{12}$": "0312345678-001",
    "^[A-Z]{2} ?[0-9]{6,8}$": "AB 123456",
    "^[A-Z]{2}[0-9]{4}$": "VX2026",
}
_BY_FORMAT = {
    "date": "1985-03-27",
    "time": "07:30:00+07:00",
    "date-time": "2026-03-27T07:30:00+07:00",
    "email": "an@vidu.vn",
}


def resolved(schema: Any, root: dict[str, Any]) -> dict[str, Any]:
    """A subschema without its reference."""
    while isinstance(schema, dict) and "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema if isinstance(schema, dict) else {}


def example(schema: Any, root: dict[str, Any], *, full: bool) -> Any:
    """One valid answer; `full` answers optional questions too."""
    schema = resolved(schema, root)
    if "properties" in schema:
        names = schema["properties"] if full else schema.get("required", [])
        found = {n: example(schema["properties"][n], root, full=full) for n in names}
        return {name: value for name, value in found.items() if value is not None}
    if "items" in schema:
        return [example(schema["items"], root, full=full)]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return _BY_PATTERN[schema["pattern"]]
    if "format" in schema:
        return _BY_FORMAT[schema["format"]]
    kind = schema.get("type")
    by_kind = {"string": "Nguyễn Thị Mỹ Hạnh", "boolean": True, "number": 120.5}
    return schema.get("minimum", 1) if kind == "integer" else by_kind.get(str(kind))


def valid_instance(schema: dict[str, Any], *, full: bool = False) -> dict[str, Any]:
    """A value that the schema accepts."""
    value = mended(schema, example(schema, schema, full=full))
    assert value is not None
    return value


def mended(schema: dict[str, Any], value: dict[str, Any]) -> dict[str, Any] | None:
    """The value with what conditions ask for added until the schema accepts it."""
    judge = validator(schema)
    for _attempt in range(30):
        error = next(judge.iter_errors(value), None)
        if error is None:
            return value
        _mend(schema, value, error)
    return None


def _mend(schema: dict[str, Any], value: Any, error: Any) -> None:
    place, above = value, None
    for step in error.absolute_path:
        place, above = place[step], place
    if error.validator == "required":
        properties = error.parent.schema if error.parent else error.schema
        properties = {**_then_properties(schema), **_properties_at(schema, error.absolute_path)}
        for name in error.validator_value:
            if name not in place:
                place[name] = example(properties[name], schema, full=False)
    elif error.validator == "const":
        above[error.absolute_path[-1]] = error.validator_value


def _properties_at(schema: dict[str, Any], path: Any) -> dict[str, Any]:
    here = schema
    for step in path:
        here = resolved(here, schema)
        here = here["items"] if isinstance(step, int) else here["properties"][step]
    return {k: v for k, v in resolved(here, schema).get("properties", {}).items() if v}


def _then_properties(schema: dict[str, Any]) -> dict[str, Any]:
    return schema.get("then", {}).get("properties", {})


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """The library's own validator and formats, independent of the compiler's."""
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
