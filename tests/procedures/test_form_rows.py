"""Rows are added and taken away without a script, and nothing typed is lost on the way."""

from django.http import QueryDict
from django.template.loader import render_to_string

from procedures.form_compiler import BoundForm, compile_form
from tests.procedures.form_instances import FORMS, SEVENTEENTH

DUCKS = {
    "f.chu_ho.ten": "Thạch Sô Phia",
    "f.dan_vit.count": "2",
    "f.dan_vit.0.so_con": "ba trăm",
    "f.dan_vit.1.so_con": "200",
    "f.dan_vit.1.mui_tiem.count": "1",
    "f.dan_vit.1.mui_tiem.0.ngay": "1/9/2026",
    "f.dan_vit.1.dong.count": "2",
    "f.dan_vit.1.dong.0": "Đồng Bà Bèo",
    "f.dan_vit.1.dong.1": "",
}


def ducks(**changes: str) -> BoundForm:
    return compile_form(SEVENTEENTH).bind({**DUCKS, **changes})


def test_a_blank_form_shows_one_row_where_one_is_needed() -> None:
    form = compile_form(SEVENTEENTH).bind(None)
    assert form.as_post() == {"f.dan_vit.count": "1"} | {
        "f.dan_vit.0.mui_tiem.count": "0",
        "f.dan_vit.0.dong.count": "0",
    }
    html = render_to_string("ui/form/_form.html", {"form": form})
    assert 'name="f.dan_vit.add" value="1" formaction="#f-dan_vit-1" formnovalidate' in html
    assert "f.dan_vit.remove" not in html


def test_phia_adds_a_flock_and_keeps_what_she_typed() -> None:
    form = ducks(**{"f.dan_vit.add": "1"})
    assert form.add_or_remove_row() is True
    assert form.errors == []
    assert form.row_anchor == "f-dan_vit-2"
    post = form.as_post()
    assert post["f.dan_vit.count"] == "3"
    assert post["f.dan_vit.0.so_con"] == "ba trăm"
    assert post["f.dan_vit.1.mui_tiem.0.ngay"] == "01/09/2026"
    assert post["f.dan_vit.1.dong.count"] == "2"
    assert post["f.dan_vit.1.dong.0"] == "Đồng Bà Bèo"


def test_phia_adds_a_row_inside_a_row() -> None:
    form = ducks(**{"f.dan_vit.0.mui_tiem.add": "1"})
    assert form.add_or_remove_row() is True
    assert form.as_post()["f.dan_vit.0.mui_tiem.count"] == "1"
    assert form.as_post()["f.dan_vit.1.mui_tiem.count"] == "1"
    assert form.row_anchor == "f-dan_vit-0-mui_tiem-0"


def test_phia_takes_the_first_flock_away_and_the_second_moves_up() -> None:
    form = ducks(**{"f.dan_vit.remove": "0"})
    assert form.add_or_remove_row() is True
    post = form.as_post()
    assert post["f.dan_vit.count"] == "1"
    assert post["f.dan_vit.0.so_con"] == "200"
    assert post["f.dan_vit.0.dong.0"] == "Đồng Bà Bèo"
    assert form.draft_value()["dan_vit"][0]["so_con"] == 200


def test_no_button_means_no_change() -> None:
    form = ducks()
    assert form.add_or_remove_row() is False
    assert form.is_bound


def test_there_is_no_row_beyond_the_most_allowed() -> None:
    form = ducks(**{"f.dan_vit.count": "4", "f.dan_vit.add": "1"})
    assert form.add_or_remove_row() is True
    assert form.as_post()["f.dan_vit.count"] == "4"
    assert 'name="f.dan_vit.add"' not in render_to_string("ui/form/_form.html", {"form": form})


def test_too_many_rows_are_refused_in_words() -> None:
    form = ducks(**{"f.dan_vit.count": "9999"})
    assert form.said["f.dan_vit"] == "Bớt dòng ở phần các đàn vịt, nhiều nhất 4 dòng."


def test_blank_rows_do_not_count_and_errors_find_their_own_row() -> None:
    form = ducks(
        **{
            "f.quy_mo": "vua",
            "f.ly_do_nho": "x",
            "f.dan_vit.0.so_con": "",
            "f.dan_vit.1.so_con": "0",
        }
    )
    assert form.errors == [("f-dan_vit-1-so_con", "Nhập số con từ 1 trở lên (Đàn 2).")]
    assert form.value["dan_vit"] == [
        {"so_con": 0, "mui_tiem": [{"ngay": "2026-09-01"}], "dong": ["Đồng Bà Bèo"]}
    ]


def test_a_blank_required_row_is_asked_for_at_its_first_answer() -> None:
    form = compile_form(SEVENTEENTH).bind({"f.dan_vit.count": "1"})
    assert ("f-dan_vit-0-so_con", "Nhập số con (Đàn 1).") in form.errors


def test_several_ticks_become_a_list() -> None:
    schema = FORMS["1.001699"]
    post = QueryDict(mutable=True)
    post.setlist("f.dang_khuyet_tat", ["nhin", "van_dong"])
    form = compile_form(schema).bind(post)
    assert form.draft_value()["dang_khuyet_tat"] == ["nhin", "van_dong"]
    assert "f.dang_khuyet_tat" not in form.said
    twice = QueryDict(mutable=True)
    twice.setlist("f.dang_khuyet_tat", ["nhin", "nhin"])
    assert "f.dang_khuyet_tat" in compile_form(schema).bind(twice).said


def test_enter_saves_the_page_rather_than_adding_a_row() -> None:
    html = render_to_string("ui/form/_form.html", {"form": compile_form(SEVENTEENTH).bind(None)})
    first = html[html.index("<button") : html.index("</button>")]
    assert 'class="vh"' in first
    assert "name=" not in first


def test_rows_inside_rows_cannot_be_made_to_grow_without_end() -> None:
    flood = {"f.dan_vit.count": "4"}
    for flock in range(4):
        flood |= {f"f.dan_vit.{flock}.mui_tiem.count": "9999"}
    form = compile_form(SEVENTEENTH).bind(flood)
    assert not form.is_valid()
    assert len(form.as_post()) < 200
