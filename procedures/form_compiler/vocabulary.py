"""Which JSON Schema words the compiler knows; anything else is refused, never ignored."""

import re

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from procedures.form_compiler.formats import KNOWN_FORMATS
from procedures.form_compiler.tree import Json, escaped
from procedures.form_compiler.unsupported import UnsupportedSchema

ANNOTATIONS = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
)
STRUCTURE = frozenset(
    {"$ref", "$defs", "definitions", "properties", "items", "allOf", "if", "then", "else"}
)
RULES = frozenset(
    {
        "type",
        "required",
        "additionalProperties",
        "unevaluatedProperties",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "minItems",
        "maxItems",
        "uniqueItems",
        "enum",
        "const",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "anyOf",
        "oneOf",
        "not",
    }
)
NESTING_LIMIT = 60
TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean"})
MAPS = ("properties", "$defs", "definitions")
LISTS = ("allOf", "anyOf", "oneOf")
SINGLES = ("items", "if", "then", "else", "not")
LABELLED_CONSTANT = frozenset({"const", "title", "description"})


def check_schema(schema: dict[str, Json]) -> None:
    """Refuse a schema that is wrong, or that holds a word the compiler does not know."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        path = [escaped(str(part)) for part in error.absolute_path]
        keyword = path.pop() if error.validator == "format" else str(error.validator)
        place = "".join(f"/{part}" for part in path)
        raise UnsupportedSchema(place, keyword, error.message[:200]) from error
    except RecursionError as error:
        raise UnsupportedSchema("", "depth", "too deep") from error
    _check(schema, "", free=False, depth=0)


def _check(schema: Json, pointer: str, *, free: bool, depth: int) -> None:
    """`free`: inside an `if`, where a rule only chooses and need not be shown as a field."""
    if isinstance(schema, bool):
        return
    if depth > NESTING_LIMIT:
        raise UnsupportedSchema(pointer, "depth", "too deep")
    for word in schema:
        if word not in ANNOTATIONS | STRUCTURE | RULES and not word.startswith("x-"):
            raise UnsupportedSchema(pointer, word, "unknown keyword")
    _check_words(schema, pointer, free=free)
    for word, below in _subschemas(schema):
        inside = free or word.startswith(("/if", "/not"))
        _check(below, pointer + word, free=inside, depth=depth + 1)


def _subschemas(schema: dict[str, Json]) -> list[tuple[str, Json]]:
    found = [(f"/{word}", schema[word]) for word in SINGLES if word in schema]
    for word in MAPS:
        found += [(f"/{word}/{escaped(k)}", v) for k, v in schema.get(word, {}).items()]
    for word in LISTS:
        found += [(f"/{word}/{i}", v) for i, v in enumerate(schema.get(word, []))]
    return found


def _check_words(schema: dict[str, Json], pointer: str, *, free: bool) -> None:
    if "type" in schema and (not isinstance(schema["type"], str) or schema["type"] not in TYPES):
        raise UnsupportedSchema(pointer, "type", f"{schema['type']!r}")
    if "format" in schema and schema["format"] not in KNOWN_FORMATS:
        raise UnsupportedSchema(pointer, "format", schema["format"])
    if "$id" in schema and pointer:
        raise UnsupportedSchema(pointer, "$id", "only at the root")
    _check_reference(schema.get("$ref"), pointer)
    _check_pattern(schema.get("pattern"), pointer)
    for word in ("additionalProperties", "unevaluatedProperties"):
        if not isinstance(schema.get(word, False), bool):
            raise UnsupportedSchema(pointer, word, "only true or false")
    if not free:
        _check_alternatives(schema, pointer)


def _check_alternatives(schema: dict[str, Json], pointer: str) -> None:
    """Outside an `if`, alternatives are labelled constants or "one of these is required"."""
    if "not" in schema:
        raise UnsupportedSchema(pointer, "not", "only inside if")
    for word in ("anyOf", "oneOf"):
        members = schema.get(word, [])
        if not all(labelled_constant(m) or (word == "anyOf" and _asks_only(m)) for m in members):
            raise UnsupportedSchema(pointer, word, "only labelled constants")


def labelled_constant(member: Json) -> bool:
    """Whether this is `{"const": …, "title": …}`, an enum value that brings its label."""
    return isinstance(member, dict) and "const" in member and set(member) <= LABELLED_CONSTANT


def _asks_only(member: Json) -> bool:
    return isinstance(member, dict) and set(member) == {"required"}


def _check_reference(reference: Json, pointer: str) -> None:
    if reference is not None and not reference.startswith(("#/$defs/", "#/definitions/")):
        raise UnsupportedSchema(pointer, "$ref", "only #/$defs/…")


def _check_pattern(pattern: Json, pointer: str) -> None:
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise UnsupportedSchema(pointer, "pattern", str(error)) from error
