"""What the account already knows, put where the form asks for it."""

from collections.abc import Mapping
from datetime import date

from procedures.form_compiler.compiled import compile_form
from procedures.form_compiler.conventions import fact_for
from procedures.form_compiler.tree import FieldNode, GroupNode, Json, escaped


def prefill(schema: dict[str, Json], facts: Mapping[str, object]) -> dict[str, Json]:
    """First answers for a new draft: full_name, identity_number, birth_date, phone, email."""
    return _prefilled(compile_form(schema).tree, "", facts)


def _prefilled(group: GroupNode, pointer: str, facts: Mapping[str, object]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for child in group.children:
        below = f"{pointer}/{escaped(child.key)}"
        if isinstance(child, GroupNode):
            answer: Json = _prefilled(child, below, facts)
        elif isinstance(child, FieldNode):
            answer = _fact(facts.get(fact_for(below, child)))
        else:
            continue
        if answer:
            found[child.key] = answer
    return found


def _fact(fact: object) -> str:
    if isinstance(fact, date):
        return fact.isoformat()
    return fact if isinstance(fact, str) else ""
