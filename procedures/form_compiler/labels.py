"""Vietnamese words for the slugs of the schemas: choices, property names."""

import json
from functools import cache
from pathlib import Path

from procedures.form_compiler.tree import Json

_TABLE = Path(__file__).resolve().parent.parent / "data" / "enum_labels.json"


@cache
def _labels() -> dict[str, str]:
    table: dict[str, str] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table


def choice_label(key: str, value: Json) -> str:
    """What people read for one value of an enum; `key` is the property it belongs to."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if not isinstance(value, str):
        return str(value)
    labels = _labels()
    return labels.get(f"{key}.{value}") or labels.get(value) or humanised(value)


def humanised(slug: str) -> str:
    """A slug without underscores and with a capital: the last resort."""
    words = slug.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else slug
