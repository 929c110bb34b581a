"""Made-up but lawful answers to any electronic form, found from its schema alone."""

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
WORDS = {
    "ho_ten": "Nguyễn Thị Hạnh",
    "dan_toc": "Kinh",
    "quoc_tich": "Việt Nam",
    "que_quan": "Ấp Tân Lộc",
    "tinh": "Tỉnh mẫu",
    "xa": "Xã Tân Hội",
    "chi_tiet": "Số 12, ấp Tân Lộc",
    "so_dinh_danh": "086199000123",
    "dien_thoai": "0900000123",
    "email": "hanh@demo.invalid",
    "ma_so_thue": "1500100004",
}
BY_FORMAT = {
    "date": "1995-03-08",
    "time": "07:45:00",
    "email": "hanh@demo.invalid",
    "date-time": "2026-11-20T08:00:00+07:00",
}
BY_PATTERN = (
    "086199000123",
    "0900000123",
    "1500100004",
    "01",
    "12345678",
    "A1234567",
    "01/2020",
    "AB 123456",
)
MOST_ROUNDS = 40


def answers_for(schema: Schema) -> dict[str, Any]:
    """A value the schema accepts: what is required, then what its conditions ask for."""
    value: dict[str, Any] = _made(schema, schema, "")
    validator = Draft202012Validator(schema)
    for _round in range(MOST_ROUNDS):
        error = next(iter(validator.iter_errors(value)), None)
        if error is None:
            return value
        _repair(value, error, schema)
    raise ValueError(f"no answers found: {error.message if error else ''}")


def _repair(value: dict[str, Any], error: Any, root: Schema) -> None:
    """Add the property a condition asks for."""
    if error.validator != "required":
        raise ValueError(f"no answers found: {error.message}")
    place: Any = value
    schema = root
    for key in error.absolute_path:
        place = place[key]
        schema = _resolved(
            schema["properties"][key] if isinstance(key, str) else schema["items"], root
        )
    for name in error.validator_value:
        if name not in place:
            place[name] = _made(schema["properties"][name], root, name)


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = {**found, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def _made(schema: Schema, root: Schema, name: str) -> Any:
    """A value for one place of the form."""
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        wanted = schema.get("required", [])
        return {key: _made(schema["properties"][key], root, key) for key in wanted}
    if kind == "array":
        count = max(1, schema.get("minItems", 1))
        return [_made(schema["items"], root, name) for _row in range(count)]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    if kind == "boolean":
        return True
    return _text(schema, name)


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    known = [WORDS.get(name, ""), schema.get("default", "")]
    candidates = [*known, *(BY_PATTERN if "pattern" in schema else ()), "Nội dung khai mẫu"]
    check = Draft202012Validator(
        {k: v for k, v in schema.items() if k in ("pattern", "minLength", "maxLength")}
    )
    return next((text for text in candidates if text and check.is_valid(text)), "Mẫu")
