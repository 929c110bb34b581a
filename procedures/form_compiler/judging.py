"""The schema's verdict on a value, each complaint brought to the place where it is put right."""

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from procedures.form_compiler.live import Live, LiveField, LiveGroup, LiveRows
from procedures.form_compiler.sentences import sentence
from procedures.form_compiler.tree import Json


def complaints(
    validator: Draft202012Validator, root: LiveGroup, value: Json
) -> Iterator[tuple[Live, str]]:
    """Every complaint of the schema about this value, with its place and a sentence."""
    for error in validator.iter_errors(value):
        yield from _explained(_place_of(root, list(error.absolute_path)), error)


def _place_of(root: Live, path: list[str | int]) -> Live:
    """The place a path into the value leads to, blank rows counted in again."""
    live = root
    for step in path:
        found: Live | None = None
        if isinstance(live, LiveGroup) and isinstance(step, str):
            found = live.child(step)
        elif isinstance(live, LiveRows) and isinstance(step, int) and step < len(live.kept):
            found = live.rows[live.kept[step]] if live.kept[step] < len(live.rows) else None
        if found is None:
            break
        live = found
    return live


def _explained(live: Live, error: ValidationError) -> Iterator[tuple[Live, str]]:
    code, wanted = str(error.validator), error.validator_value
    if code in ("required", "dependentRequired"):
        yield from _about_missing(live, _absent(error))
    elif code == "minItems" and isinstance(live, LiveRows):
        blanks = list(_missing_in_rows(live))
        if blanks == [live]:
            yield live, sentence(live, "minItems", wanted)
        else:
            yield from ((place, sentence(place, "required")) for place in blanks)
    elif isinstance(live, LiveField) and code == "anyOf":
        yield live, sentence(live, "enum")
    else:
        yield live, sentence(live, code, wanted)


def _absent(error: ValidationError) -> list[str]:
    given: Json = error.instance
    told: Json = error.validator_value
    if isinstance(told, dict):
        told = [key for cause, asked in told.items() if cause in given for key in asked]
    return [key for key in told if key not in given]


def _about_missing(live: Live, keys: list[str]) -> Iterator[tuple[Live, str]]:
    for key in keys:
        child = live.child(key) if isinstance(live, LiveGroup) else None
        if child is None:
            yield live, sentence(live, "required")
            continue
        for place in missing_places(child):
            yield place, sentence(place, "required")


def missing_places(live: Live) -> Iterator[Live]:
    """The answers that have to be given before this place counts as filled in."""
    if isinstance(live, LiveRows):
        yield from _missing_in_rows(live)
    elif isinstance(live, LiveGroup):
        required = [child for child in live.children if child.node.required]
        for child in required:
            yield from missing_places(child)
        if not required:
            yield live
    else:
        yield live


def _missing_in_rows(live: LiveRows) -> Iterator[Live]:
    """The first blank row, if there is one on the page; else the rows as a whole."""
    for number, row in enumerate(live.rows):
        if number not in live.kept:
            yield from missing_places(row)
            return
    yield live
