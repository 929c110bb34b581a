"""What an `if` asks, put into clauses that people and the comfort script can follow."""

from dataclasses import dataclass, replace

from procedures.form_compiler.references import shape_of
from procedures.form_compiler.tree import Clause, Condition, Json


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a `then` or `else` adds to a group, and when."""

    condition: Condition
    schema: Json

    def below(self, key: str, schema: Json) -> "Overlay":
        """The same overlay seen from the group one level further down."""
        lifted = tuple(replace(clause, up=clause.up + 1) for clause in self.condition)
        return Overlay(lifted, schema)


def overlays_of(
    root: dict[str, Json], conditionals: tuple[dict[str, Json], ...], pointer: str
) -> list[Overlay]:
    """Every branch of these conditions, nested ones included, with the condition it hangs on."""
    found: list[Overlay] = []
    for conditional in conditionals:
        clauses = clauses_of(conditional["if"])
        for branch, condition in (("then", clauses), ("else", _opposite(clauses))):
            if branch in conditional:
                found += spread(root, conditional[branch], condition, pointer)
    return found


def spread(
    root: dict[str, Json], schema: Json, condition: Condition, pointer: str
) -> list[Overlay]:
    """One branch as overlays: its own words, and those of the conditions inside it."""
    if isinstance(schema, bool):
        return []
    shape = shape_of(root, schema, pointer)
    inner = overlays_of(root, shape.conditionals, pointer)
    nested = [Overlay(_both(condition, o.condition), o.schema) for o in inner]
    return [Overlay(condition, shape.words), *nested]


def _both(first: Condition, second: Condition) -> Condition:
    return first + second if first and second else ()


def clauses_of(schema: Json, path: tuple[str, ...] = ()) -> Condition:
    """The clauses of an `if`, all of which must hold; empty when it says something else too."""
    if not isinstance(schema, dict):
        return ()
    if set(schema) == {"not"}:
        return _opposite(clauses_of(schema["not"], path))
    if not set(schema) <= {"properties", "required", "type", "title", "$comment"}:
        return ()
    clauses: list[Clause] = []
    for key, value in schema.get("properties", {}).items():
        part = _clauses_of_property(value, (*path, key))
        if not part:
            return ()
        clauses += part
    named = {clause.path[: len(path) + 1] for clause in clauses}
    asked = [(*path, key) for key in schema.get("required", [])]
    return (*clauses, *(Clause(p, None) for p in asked if p not in named))


def _clauses_of_property(schema: Json, path: tuple[str, ...]) -> Condition:
    if not isinstance(schema, dict):
        return ()
    told = set(schema) - {"type", "title", "$comment"}
    if told in ({"const"}, {"enum"}):
        values = tuple(schema.get("enum", (schema.get("const"),)))
        if any(value is None or isinstance(value, dict | list) for value in values):
            return ()
        return (Clause(path, values),)
    if told == {"not"}:
        return _opposite(_clauses_of_property(schema["not"], path))
    return clauses_of(schema, path)


def _opposite(condition: Condition) -> Condition:
    """Not one clause can be said; not several together cannot."""
    if len(condition) != 1:
        return ()
    return (replace(condition[0], negated=not condition[0].negated),)
