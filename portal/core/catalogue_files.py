"""Catalogue files: read strictly, checked against their shape, told apart by content."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from portal.core.catalogue import CatalogueError
from portal.core.text import has_forbidden_characters

# What json.loads answers.
Json: TypeAlias = Any

NAMING_FIELDS = ("code", "id", "key", "procedure_code", "said", "no", "date")
_formats = FormatChecker(formats=())


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))


# Judging a large file costs most of loading it; what passed once in this process passes again.
_passed: set[str] = set()


@dataclass
class Tally:
    """What loading one kind of record came to."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.created} mới, {self.changed} thay đổi, {self.unchanged} giữ nguyên"


def read_json(path: Path) -> Json:
    """The content of a JSON file in NFC; raises CatalogueError where it cannot be read."""
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            path.name, "/", "-", f"không đọc được tệp ({getattr(error, 'strerror', error)})"
        ) from error
    try:
        data = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except (json.JSONDecodeError, _RefusedError, RecursionError) as error:
        place = f"dòng {error.lineno}" if isinstance(error, json.JSONDecodeError) else "/"
        message = f"không phải JSON hợp lệ ({error})"
        raise CatalogueError(path.name, place, _field_of(error), message) from error
    _refuse_forbidden_characters(path.name, data)
    return data


def check_shape(file: str, data: Json, schema: dict[str, Any]) -> None:
    """Raise CatalogueError at the first place where the data differ from their JSON Schema."""
    mark = digest([data, schema])
    if mark in _passed:
        return
    validator = Draft202012Validator(schema, format_checker=_formats)
    for error in validator.iter_errors(data):
        path = [*error.absolute_path, *_missing_or_extra(error)]
        record, field = _place(data, path)
        raise CatalogueError(file, record, field, _explain(error))
    _passed.add(mark)


def digest(content: Json) -> str:
    """A hash that is the same for the same content, whatever its spacing and key order."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def refuse_repeats(file: str, field: str, keys: Iterable[str]) -> None:
    """Raise CatalogueError at the first key that names a second record."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise CatalogueError(file, key, field, "đã có ở một bản ghi khác")
        seen.add(key)


def check_period(file: str, record: str, row: dict[str, Any]) -> None:
    """Raise CatalogueError when a period of validity ends before it begins."""
    if row["valid_to"] is not None and row["valid_to"] < row["valid_from"]:
        raise CatalogueError(file, record, "valid_to", "kết thúc trước khi bắt đầu")


class _RefusedError(ValueError):
    """The file holds JSON that other readers would take differently: a repeated key, NaN."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _RefusedError(next(name for name in names if names.count(name) > 1))
    return found


def _refuse(constant: str) -> None:
    raise _RefusedError(constant)


def _field_of(error: Exception) -> str:
    return str(error) if isinstance(error, _RefusedError) else "-"


def _refuse_forbidden_characters(file: str, data: Json) -> None:
    for path, value in _leaves(data, []):
        if isinstance(value, str) and has_forbidden_characters(value):
            record, field = _place(data, path)
            raise CatalogueError(file, record, field, "có ký tự điều khiển không được dùng")


def _leaves(value: Json, path: list[str | int]) -> Iterator[tuple[list[str | int], Json]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, [*path, name])
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, [*path, position])
    else:
        yield path, value


def _missing_or_extra(error: ValidationError) -> list[str | int]:
    """The field that a rule about the whole object is really about."""
    found: Json = error.instance
    named: Json = error.validator_value
    rules: Json = error.schema
    if error.validator == "required":
        return [name for name in named if name not in found][:1]
    if error.validator == "additionalProperties":
        return [name for name in found if name not in rules.get("properties", {})][:1]
    return []


def _place(data: Json, path: list[str | int]) -> tuple[str, str]:
    """The record and the field that a path leads to, as a person would name them."""
    if len(path) < 2:
        return "/", _dotted(path)
    if isinstance(path[1], int):
        return _name_of(data[path[0]][path[1]], _dotted(path[:2])), _dotted(path[2:])
    depth = 1 if len(path) == 2 else 2
    return str(path[depth - 1]), _dotted(path[depth:])


def _name_of(record: Json, place: str) -> str:
    """What a record calls itself; its place in the file if it does not say."""
    fields = record if isinstance(record, dict) else {}
    names = [fields[key] for key in NAMING_FIELDS if isinstance(fields.get(key), str | int)]
    return str(names[0]) if names else place


def _dotted(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "-"


def _explain(error: ValidationError) -> str:
    """What is wrong, in words."""
    shown = json.dumps(error.instance, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
    words = {
        "required": "thiếu trường này",
        "additionalProperties": "trường này không được biết đến",
        "type": f"sai kiểu: {shown}, cần {error.validator_value}",
        "enum": f"giá trị lạ {shown}",
        "const": f"giá trị lạ {shown}, cần {error.validator_value}",
        "format": f"không phải ngày YYYY-MM-DD: {shown}",
        "pattern": f"sai dạng: {shown}",
        "minLength": "không được để trống",
        "minItems": "không được để trống",
        "maxLength": f"dài quá {error.validator_value} ký tự",
        "uniqueItems": f"có giá trị lặp lại: {shown}",
    }
    return words.get(str(error.validator), f"không hợp lệ: {shown} ({error.validator})")
