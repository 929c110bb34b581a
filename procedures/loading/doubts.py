"""Which legal times and fees of a record nobody has confirmed yet."""

from collections.abc import Mapping
from typing import Any


def is_confirmed(topic: str, row: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether one row of `processing` or `fees` may be shown as fact.

    A mark such as `fees` or `fees:amount` doubts every row of its topic. A mark that names
    cases, channels or amounts of the record (`processing:can_xac_minh`) doubts only their rows.
    Nothing of a record whose verification is `none` is confirmed.
    """
    if record["verification"] == "none":
        return False
    marks = (mark.partition(":") for mark in record["unverified"])
    doubts = [detail for name, _colon, detail in marks if name == topic]
    return not any(_concerns(detail, row, record[topic]) for detail in doubts)


def _concerns(detail: str, row: Mapping[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Whether what follows the colon of a mark is about this row."""
    for column in ("case", "channel", "amount"):
        named = {other.get(column) for other in rows if _says(detail, other.get(column))}
        if named and row.get(column) not in named:
            return False
    return True


def _says(detail: str, value: object) -> bool:
    return value is not None and f"_{value}_" in f"_{detail}_"
