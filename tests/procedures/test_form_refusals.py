"""A schema with a rule the compiler does not know is refused by name, never half obeyed."""

import copy
from typing import Any

import pytest

from procedures.form_compiler import UnsupportedSchema, compile_form
from tests.procedures.form_instances import SEVENTEENTH

TEXT = {"type": "string"}


def holding(words: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"o": words}}


def deep(levels: int) -> dict[str, Any]:
    return TEXT if levels == 0 else holding(deep(levels - 1))


@pytest.mark.parametrize(
    ("schema", "pointer", "keyword"),
    [
        (holding({**TEXT, "contentEncoding": "base64"}), "/properties/o", "contentEncoding"),
        (holding({**TEXT, "formatMinimum": "1"}), "/properties/o", "formatMinimum"),
        (holding({**TEXT, "format": "iri"}), "/properties/o", "format"),
        (holding({**TEXT, "pattern": "\\p{L}+"}), "/properties/o", "pattern"),
        (holding({"type": ["string", "null"]}), "/properties/o", "type"),
        (holding({"type": "null"}), "/properties/o", "type"),
        (holding({"title": "Không rõ"}), "/properties/o", "type"),
        (holding({"not": TEXT}), "/properties/o", "not"),
        (holding({"oneOf": [TEXT, {"type": "integer"}]}), "/properties/o", "oneOf"),
        (holding({"enum": ["a", None]}), "/properties/o", "enum"),
        (holding({"enum": ["1", 1]}), "/properties/o", "enum"),
        (holding({"type": "array"}), "/properties/o", "items"),
        (holding({"type": "array", "prefixItems": [TEXT]}), "/properties/o", "prefixItems"),
        (holding({"type": "array", "items": TEXT, "contains": TEXT}), "/properties/o", "contains"),
        (holding({"$ref": "https://vidu.vn/x.json"}), "/properties/o", "$ref"),
        (holding({"$ref": "#/$defs/khong_co"}), "/properties/o", "$ref"),
        (holding({"$ref": "#"}), "/properties/o", "$ref"),
        ({**holding(TEXT), "patternProperties": {"^x": TEXT}}, "/", "patternProperties"),
        ({**holding(TEXT), "additionalProperties": TEXT}, "/", "additionalProperties"),
        ({**holding(TEXT), "dependentSchemas": {"o": {}}}, "/", "dependentSchemas"),
        ({"type": "string"}, "/", "type"),
        ({"type": "object", "properties": {"a-b": TEXT, "a_2d_b": TEXT}}, "/", "properties"),
        ({"type": "object", "properties": {"o": {"type": "strin"}}}, "/properties/o/type", "anyOf"),
        (deep(12), "/properties/o" * 11, "depth"),
    ],
)
def test_giang_is_told_where_and_why(schema: dict[str, Any], pointer: str, keyword: str) -> None:
    with pytest.raises(UnsupportedSchema) as refused:
        compile_form(schema)
    assert (refused.value.pointer, refused.value.keyword) == (pointer, keyword)


def test_a_reference_that_leads_to_itself_is_refused() -> None:
    schema = holding({"$ref": "#/$defs/a"}) | {"$defs": {"a": {"$ref": "#/$defs/a"}}}
    with pytest.raises(UnsupportedSchema, match=r"\$ref"):
        compile_form(schema)
    family = {"type": "object", "properties": {"con": {"$ref": "#/$defs/nguoi"}}}
    with pytest.raises(UnsupportedSchema, match="depth"):
        compile_form(holding({"$ref": "#/$defs/nguoi"}) | {"$defs": {"nguoi": family}})


def test_a_branch_that_could_never_be_answered_is_refused() -> None:
    schema = copy.deepcopy(SEVENTEENTH)
    del schema["properties"]["thu_y"]
    with pytest.raises(UnsupportedSchema) as refused:
        compile_form(schema)
    assert refused.value.keyword == "additionalProperties"


def test_annotations_and_extensions_change_nothing() -> None:
    form = compile_form(holding({**TEXT, "x-note": {"a": 1}, "$comment": "ghi chú"})).bind({})
    assert form.is_valid()


def test_constants_with_titles_are_choices_with_labels() -> None:
    schema = holding({"oneOf": [{"const": "a", "title": "Áo"}, {"const": "b", "title": "Bánh"}]})
    field = compile_form(schema).bind(None).as_sections()[0].items[0]
    assert [(o.value, o.label) for o in field.options] == [("a", "Áo"), ("b", "Bánh")]
    labelled = holding({"enum": ["a", "b"], "x-labels": {"a": "Áo dài"}})
    field = compile_form(labelled).bind(None).as_sections()[0].items[0]
    assert [option.label for option in field.options] == ["Áo dài", "B"]
