"""What was stored comes back the same through the form; rubbish never breaks it."""

import json
import random
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from procedures.form_compiler import compile_form, describe
from procedures.form_compiler.live import LiveField, LiveRows, every_live
from tests.procedures.form_instances import ALL_FORMS, example, mended, resolved, validator

LETTERS = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
WORD = st.text(LETTERS + LETTERS.upper(), min_size=1, max_size=9)
NAMES = st.lists(
    WORD | st.sampled_from(["H'Hen", "Sô-Phia", "<b>", "&amp;", '"', "%(x)s", "1/2"]),
    min_size=2,
    max_size=6,
).map(" ".join)
NUMBERS = st.integers(1, 10**9).map(lambda n: n // 10_000 if n % 10_000 == 0 else n / 10_000)


def values(schema: Any, root: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Answers of the wanted kinds, optional ones now and then."""
    schema = resolved(schema, root)
    if "properties" in schema:
        return _objects(schema, root)
    if "items" in schema:
        unique = bool(schema.get("uniqueItems"))
        return st.lists(values(schema["items"], root), min_size=1, max_size=3, unique=unique)
    if "const" in schema or "pattern" in schema or schema.get("format", "date") != "date":
        return st.just(example(schema, root, full=False))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "format" in schema:
        return st.dates(min_value=date(1000, 1, 1)).map(date.isoformat)
    if schema.get("type") == "integer":
        return st.integers(schema.get("minimum", -(10**9)), schema.get("maximum", 10**12))
    kinds = {"boolean": st.booleans(), "number": NUMBERS, "string": NAMES}
    return kinds.get(schema.get("type", ""), st.none())


def _objects(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    parts = {}
    for name, below in schema["properties"].items():
        part = values(below, root)
        parts[name] = part if name in schema.get("required", []) else st.none() | part
    return st.fixed_dictionaries(parts).map(
        lambda found: {k: v for k, v in found.items() if v is not None and v != {}}
    )


@pytest.mark.heavy
@pytest.mark.parametrize("code", sorted(ALL_FORMS))
def test_stored_answers_survive_the_form(code: str) -> None:
    schema = ALL_FORMS[code]
    compiled, judge = compile_form(schema), validator(schema)

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values(schema, schema))
    def check(drawn: dict[str, Any]) -> None:
        value = mended(schema, drawn)
        assume(value is not None and next(judge.iter_errors(value), None) is None)
        bound = compiled.bind(compiled.post_from(value))
        assert bound.errors == []
        assert bound.value == value
        draft = json.loads(json.dumps(bound.draft_value()))
        assert compiled.bind(compiled.bind(None, draft).as_post()).value == value

    check()


JUNK = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 3000,
    "9" * 5000,
    "-1",
    "1e999",
    "NaN",
    "None",
    "{}",
    "[]",
    "null",
    "30/2/2026",
    "0/0/0000",
    "1/1/10000",
    "99999999",
    "24:61",
    "7h",
    "1.500",
    "١٢",
    "0001-01-01T00:00:00Z",
    "1/1/0001 00:00",
    "2026-02-30",
    "<script>",
    "%s %(a)s {0}",
    "true",
    "du_cha_me",
    "lon",
    "buu_chinh",
    "Đỗ Thị Ứng",
    "a\r\nb",
    "٣/٣/٢٠٢٦",
    "0x10",
    "1_000",
    "²",
]


def _junk_post(draw: random.Random, names: list[str]) -> QueryDict:
    post = QueryDict(mutable=True)
    for _part in range(draw.randrange(25)):
        name = draw.choice(names)
        if draw.random() < 0.2:
            name += draw.choice(
                [".count", ".add", ".remove", ".0", ".7.x", ".-1", "..", ".9999999"]
            )
        post.setlist(name, draw.choices(JUNK, k=draw.randrange(1, 3)))
    return post


@pytest.mark.parametrize("pieces", [300, pytest.param(2_000, marks=pytest.mark.slow)])
def test_rubbish_never_breaks_the_form(pieces: int) -> None:
    draw = random.Random(20261123)
    forms = [compile_form(schema) for schema in ALL_FORMS.values()]
    names = {
        form: ["f", "", "."]
        + [
            p.name
            for p in every_live(
                form.bind_value(
                    example(form.validator.schema, form.validator.schema, full=True)
                ).root
            )
            if isinstance(p, LiveField | LiveRows)
        ]
        for form in forms
    }
    refused = 0
    for number in range(pieces):
        form = forms[number % len(forms)]
        bound = form.bind(_junk_post(draw, names[form]))
        refused += not bound.is_valid()
        draft = bound.draft_value()
        json.dumps(draft, allow_nan=False).encode("utf-8")
        assert "\x00" not in json.dumps(draft, ensure_ascii=False)
        bound.add_or_remove_row()
        describe(form.validator.schema, draft)
        assert form.bind(None, draft).draft_value() == draft
        if number % 40 == 0:
            render_to_string("ui/form/_form.html", {"form": bound})
    assert refused == pieces


@settings(max_examples=25, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["tre", "cha", "ho_ten", "thanh_vien", "x"]), inner)
        ),
        max_leaves=12,
    )
)
def test_a_draft_of_an_older_form_opens_without_breaking(stored: Any) -> None:
    for code in ("1.001193", "1.004222", "17"):
        bound = compile_form(ALL_FORMS[code]).bind(None, {"tre": stored, "dan_vit": stored})
        bound.as_sections()
        compile_form(ALL_FORMS[code]).problems(bound.initial)
        describe(ALL_FORMS[code], bound.initial)
