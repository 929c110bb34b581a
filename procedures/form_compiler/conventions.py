"""What field names tell by convention: facts of the account, long texts. The table is data."""

import json
from functools import cache
from pathlib import Path

from procedures.form_compiler.tree import Json, Node

_TABLE = Path(__file__).resolve().parent.parent / "data" / "field_conventions.json"


@cache
def _table() -> dict[str, Json]:
    table: dict[str, Json] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table


def multiline_names() -> frozenset[str]:
    """Property names whose answers want more than one line."""
    return frozenset(_table()["multiline"])


def fact_for(pointer: str, node: Node) -> str:
    """The fact of the account that belongs here: `x-prefill` in the schema, else by name."""
    return str(node.keywords.get("x-prefill") or _table()["prefill"].get(pointer, ""))


def autocomplete_of(pointer: str, node: Node) -> str:
    """The autocomplete token (WCAG 1.3.5), for the applicant's own data only."""
    return str(_table()["autocomplete"].get(fact_for(pointer, node), ""))
