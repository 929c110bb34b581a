"""A schema with its references followed and its plain `allOf` parts laid over one another."""

from dataclasses import dataclass

from procedures.form_compiler.tree import Json
from procedures.form_compiler.unsupported import UnsupportedSchema

CONDITIONAL = ("if", "then", "else")
SUBSTANCE = frozenset({"type", "enum", "const", "properties", "items", "oneOf", "anyOf"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What one place of a schema says: its own words, and the conditions that hang on it."""

    words: dict[str, Json]
    conditionals: tuple[dict[str, Json], ...]

    @property
    def has_substance(self) -> bool:
        """Whether it says what kind of answer is wanted."""
        return not SUBSTANCE.isdisjoint(self.words)


def look_up(root: dict[str, Json], reference: str, pointer: str) -> Json:
    """The subschema a local reference (`#/$defs/…`) names."""
    found: Json = root
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or key not in found:
            raise UnsupportedSchema(pointer, "$ref", f"{reference} not found")
        found = found[key]
    return found


def shape_of(
    root: dict[str, Json], schema: Json, pointer: str, trail: tuple[str, ...] = ()
) -> Shape:
    """The whole of what a place says; words beside a `$ref` win over the referenced ones."""
    if schema is False:
        raise UnsupportedSchema(pointer, "false", "nothing could be answered here")
    if schema is True:
        return Shape({}, ())
    words = {k: v for k, v in schema.items() if k not in ("$ref", "allOf", *CONDITIONAL)}
    conditionals = [{k: schema[k] for k in CONDITIONAL if k in schema}] if "if" in schema else []
    for part, step in _parts(root, schema, pointer, trail):
        inner = shape_of(root, part, pointer, trail + step)
        words = laid_over(words, inner.words)
        conditionals += inner.conditionals
    return Shape(words, tuple(conditionals))


def _parts(
    root: dict[str, Json], schema: dict[str, Json], pointer: str, trail: tuple[str, ...]
) -> list[tuple[Json, tuple[str, ...]]]:
    parts: list[tuple[Json, tuple[str, ...]]] = []
    if "$ref" in schema:
        reference = schema["$ref"]
        if reference in trail:
            raise UnsupportedSchema(pointer, "$ref", "circular")
        parts.append((look_up(root, reference, pointer), (reference,)))
    return parts + [(member, ()) for member in schema.get("allOf", [])]


def laid_over(first: dict[str, Json], second: dict[str, Json]) -> dict[str, Json]:
    """Both together: properties and requirements add up, otherwise the first one wins.

    Where two rules for one answer differ, the form shows the first; validation, which sees the
    schema itself, still applies both.
    """
    result = {**second, **first}
    if "title" in first and "title" in second:
        result["x-own-title"] = second["title"]  # a tick still has to say what one agrees to
    if "properties" in first and "properties" in second:
        result["properties"] = dict(first["properties"])
        for key, value in second["properties"].items():
            own = first["properties"].get(key)
            result["properties"][key] = value if own is None else {"allOf": [own, value]}
    if "required" in first and "required" in second:
        result["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    return result
