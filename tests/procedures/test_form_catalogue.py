"""Every form of the catalogue, and one nobody has seen before, become a page people can fill."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from procedures.form_compiler import BoundForm, compile_form
from procedures.form_compiler.labels import _labels
from procedures.form_compiler.live import LiveField, LiveGroup, every_live
from tests.procedures.form_instances import ALL_FORMS, FORMS, SEVENTEENTH, valid_instance, validator

CODES = sorted(ALL_FORMS)


def page(form: BoundForm) -> str:
    return render_to_string("ui/form/_error_summary.html", {"form": form}) + render_to_string(
        "ui/form/_form.html", {"form": form}
    )


def test_the_catalogue_has_sixteen_forms() -> None:
    assert len(FORMS) == 16


@pytest.mark.parametrize("code", CODES)
def test_an_sees_every_field_once_with_label_and_id(code: str) -> None:
    form = compile_form(ALL_FORMS[code]).bind(None)
    html = page(form)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert not re.search(r' style="|<script|on[a-z]+="', html)
    for live in every_live(form.root):
        if isinstance(live, LiveField):
            assert f'name="{live.name}"' in html
            assert f'id="{live.anchor}"' in html
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", live.anchor)
    for target in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(target.split()) <= set(ids)
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', html)) <= set(ids)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("code", CODES)
def test_a_right_form_is_accepted_as_it_was_typed(code: str, full: bool) -> None:
    value = valid_instance(ALL_FORMS[code], full=full)
    bound = compile_form(ALL_FORMS[code]).bind_value(value)
    assert bound.errors == []
    assert bound.is_valid()
    assert bound.value == value
    assert list(validator(ALL_FORMS[code]).iter_errors(bound.value)) == []
    assert 'role="alert"' not in page(bound)


def required_fields(form: BoundForm) -> list[LiveField]:
    """Fields whose group, all the way up, is required."""
    found = []
    for live in every_live(form.root):
        chain: list[Any] = [live]
        while chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        if isinstance(live, LiveField) and all(c.node.required for c in chain[:-1]):
            found.append(live)
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("code", CODES)
def test_each_answer_left_out_is_asked_for_beside_its_field(code: str) -> None:
    compiled = compile_form(ALL_FORMS[code])
    post = compiled.post_from(valid_instance(ALL_FORMS[code], full=True))
    wanted = required_fields(compiled.bind(post))
    assert wanted
    for live in wanted:
        bound = compiled.bind({k: v for k, v in post.items() if k != live.name})
        assert not bound.is_valid()
        anchors = [anchor for anchor, _words in bound.errors]
        assert anchors == [live.anchor], live.name
        words = bound.said[live.name]
        assert re.match(r"(Nhập|Chọn|Đánh dấu)", words)
        html = page(bound)
        assert f'<a href="#{live.anchor}">' in html
        assert f'id="{live.anchor}-error"' in html


BROKEN = {
    "date": "30/2/2026",
    "time": "25:00",
    "date-time": "hôm qua",
    "email": "an.vidu.vn",
    "integer": "ba",
    "number": "một rưỡi",
    "choice": "khong_co_muc_nay",
    "yes_no": "có lẽ",
    "tick": "no",
    "choices": ["khong_co_muc_nay"],
    "text": "Nguyễn\x00An",
}


@pytest.mark.heavy
@pytest.mark.parametrize("code", CODES)
def test_each_wrong_answer_is_named_at_its_own_field_and_kept(code: str) -> None:
    compiled = compile_form(ALL_FORMS[code])
    post = compiled.post_from(valid_instance(ALL_FORMS[code], full=True))
    for live in every_live(compiled.bind(post).root):
        if not isinstance(live, LiveField):
            continue
        bound = compiled.bind({**post, live.name: BROKEN[live.node.kind]})
        assert live.name in bound.said, live.name
        assert live.anchor in [anchor for anchor, _words in bound.errors]
        if live.node.kind in ("date", "integer", "number", "email"):
            again = compiled.bind(None, bound.draft_value())
            assert again.as_post()[live.name] == BROKEN[live.node.kind]


@pytest.mark.parametrize("code", CODES)
def test_patterns_are_judged(code: str) -> None:
    compiled = compile_form(ALL_FORMS[code])
    post = compiled.post_from(valid_instance(ALL_FORMS[code], full=True))
    for live in every_live(compiled.bind(post).root):
        if isinstance(live, LiveField) and "pattern" in live.node.keywords:
            bound = compiled.bind({**post, live.name: "?!"})
            assert list(bound.said) == [live.name]


def test_every_enum_of_the_catalogue_has_real_words() -> None:
    slugs: set[tuple[str, str]] = set()
    for schema in FORMS.values():
        for live in every_live(compile_form(schema).bind_value(valid_instance(schema)).root):
            if isinstance(live, LiveField):
                slugs |= {(live.node.key, c.value) for c in live.node.choices}
    known = _labels()
    unknown = [
        s for k, s in slugs if isinstance(s, str) and f"{k}.{s}" not in known and s not in known
    ]
    assert unknown == []


def test_few_choices_are_radios_and_many_a_list() -> None:
    html = page(compile_form(FORMS["1.001193"]).bind(None))
    assert html.count('type="radio" id="f-tinh_trang_cha_me') == 5
    assert '<select class="input" id="f-nguoi_yeu_cau-quan_he"' in html
    assert "Chưa xác định được cha" in html


def test_what_nobody_must_fill_in_is_folded_until_somebody_does() -> None:
    compiled = compile_form(FORMS["1.001193"])
    folded = '<details class="fold"><summary>Giấy tờ tùy thân'
    assert page(compiled.bind(None)).count(folded) == 3
    assert page(compiled.bind({"f.cha.giay_to.so": "083123456"})).count(folded) == 2
    assert "<details" not in page(compile_form(SEVENTEENTH).bind(None))


def test_the_oath_says_what_one_swears() -> None:
    html = page(compile_form(FORMS["1.001193"]).bind(None))
    assert "Tôi cam đoan nội dung khai là đúng sự thật và chịu trách nhiệm trước pháp luật" in html


def test_the_applicants_own_data_may_be_filled_in_by_the_browser() -> None:
    html = page(compile_form(FORMS["1.001193"]).bind(None))
    for token in ("name", "bday", "tel", "email"):
        assert html.count(f'autocomplete="{token}"') == 1


def test_the_same_schema_is_compiled_once() -> None:
    first = compile_form(FORMS["1.001193"])
    assert compile_form(dict(FORMS["1.001193"])) is first
    assert compile_form(FORMS["1.001193"], prefix="g") is not first
    assert isinstance(first.bind(None).root, LiveGroup)


def test_the_ordinary_django_form_knows_the_same_errors() -> None:
    bound = compile_form(FORMS["1.001193"]).bind({"f.tre.ngay_sinh": "30/2/2026"})
    assert not bound.is_valid()
    assert bound.form.errors["f.tre.ngay_sinh"] == [
        "Xem lại ngày sinh: lịch không có ngày này (Người được khai sinh)."
    ]
    assert bound.form.errors["f.tre.ho_ten"] == ["Nhập họ, chữ đệm, tên (Người được khai sinh)."]
