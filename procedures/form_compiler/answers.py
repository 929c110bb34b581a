"""One answer in its three shapes: as typed, as stored, as shown to people."""

import json
import re
from collections.abc import Callable

from procedures.form_compiler import formats
from procedures.form_compiler.formats import Unreadable
from procedures.form_compiler.labels import choice_label
from procedures.form_compiler.text import has_forbidden, tidy
from procedures.form_compiler.tree import FieldNode, Json

#: Years are written without a thousands mark, sums of money with one.
GROUPED_FROM = 10_000

_DIGITS_ONLY = re.compile(r"[\^$0-9\[\]\-{},|()?*+\\d]+")
_READERS: dict[str, Callable[[str], Json]] = {
    "date": formats.read_date,
    "time": formats.read_time,
    "date-time": formats.read_instant,
    "integer": formats.read_integer,
    "number": formats.read_number,
}
_TYPED: dict[str, Callable[[str], str]] = {
    "date": formats.typed_date,
    "time": formats.typed_time,
    "date-time": formats.typed_instant,
}


def token_of(value: Json) -> str:
    """What the browser sends for one value of an enum."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read(node: FieldNode, raw: str | list[str]) -> Json:
    """The answer that was typed; None when the place was left blank."""
    if isinstance(raw, list):
        return _read_choices(node, raw)
    text = tidy(raw)
    if not text:
        return None
    if has_forbidden(text, multiline=node.multiline):
        raise Unreadable("control")
    if node.choices:
        return _chosen(node, text)
    if len(text) > node.max_length:
        raise Unreadable("maxLength")
    reader = _READERS.get(node.kind)
    return reader(text) if reader else _fitted(node, text)


def _read_choices(node: FieldNode, raw: list[str]) -> Json:
    chosen = [_chosen(node, text) for text in map(tidy, raw[:500]) if text]
    return chosen or None


def _chosen(node: FieldNode, token: str) -> Json:
    for choice in node.choices:
        if choice.token == token:
            return choice.value
    raise Unreadable("enum")


def is_digits(node: FieldNode) -> bool:
    """Whether only digits can fit the pattern of this field."""
    return bool(_DIGITS_ONLY.fullmatch(node.keywords.get("pattern", "")))


def _fitted(node: FieldNode, text: str) -> str:
    """Spaces, dots and dashes inside a number of digits are left out, as people write them so."""
    pattern = node.keywords.get("pattern")
    if pattern and is_digits(node) and not re.search(pattern, text):
        compact = re.sub(r"[\s.\-]", "", text)
        return compact if re.search(pattern, compact) else text
    return text


def typed(node: FieldNode, value: Json) -> str | list[str]:
    """What stands in the input for a stored answer, or for text that was kept as typed."""
    if node.kind == "choices":
        return [token_of(v) for v in value] if isinstance(value, list) else []
    if value is None or isinstance(value, dict | list):
        return ""
    if node.choices or isinstance(value, bool):
        return token_of(value)
    if isinstance(value, int | float):
        return formats.typed_number(value)
    return _TYPED[node.kind](value) if node.kind in _TYPED else value


def shown(node: FieldNode, value: Json) -> str:
    """A stored answer as people read it on a review page, a screen or a paper."""
    if isinstance(value, list):
        return ", ".join(shown(node, one) for one in value)
    if node.choices or isinstance(value, bool):
        labels = {choice.token: choice.label for choice in node.choices}
        return labels.get(token_of(value)) or choice_label(node.key, value)
    if isinstance(value, int) and abs(value) >= GROUPED_FROM:
        return f"{value:,}".replace(",", ".")
    text = typed(node, value)
    return text if isinstance(text, str) else ""
