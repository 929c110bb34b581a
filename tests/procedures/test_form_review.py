"""Reading the answers again, correcting only what was asked, starting from what is known."""

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string

from procedures.form_compiler import (
    Line,
    Section,
    changed_pointers,
    compile_form,
    describe,
    prefill,
    remember_order,
)
from tests.procedures.form_instances import FORMS, SEVENTEENTH, valid_instance

BIRTH = FORMS["1.001193"]


def birth() -> dict[str, Any]:
    value = valid_instance(BIRTH)
    value["tre"]["ho_ten"] = "Lê Gia Hân"
    return value


def test_chi_reads_the_answers_as_words() -> None:
    value = {
        "tre": {
            "ho_ten": "Lê Gia Hân",
            "ngay_sinh": "2026-11-02",
            "noi_sinh": {"dia_chi": {"tinh": "Cổ Chiên", "xa": "Tân Hội"}},
        },
        "tinh_trang_cha_me": "chua_xac_dinh_cha",
        "cha_me_da_ket_hon": False,
    }
    assert describe(BIRTH, value) == [
        Section(
            "Người được khai sinh",
            "/tre",
            1,
            [
                Line("Họ, chữ đệm, tên", "Lê Gia Hân", "/tre/ho_ten"),
                Line("Ngày sinh", "02/11/2026", "/tre/ngay_sinh"),
            ],
        ),
        Section("Nơi sinh", "/tre/noi_sinh", 2, []),
        Section(
            "Địa chỉ nơi sinh",
            "/tre/noi_sinh/dia_chi",
            3,
            [
                Line("Tỉnh, thành phố", "Cổ Chiên", "/tre/noi_sinh/dia_chi/tinh"),
                Line("Xã, phường, đặc khu", "Tân Hội", "/tre/noi_sinh/dia_chi/xa"),
            ],
        ),
        Section(
            "Nội dung khai",
            "",
            1,
            [
                Line("Tình trạng cha mẹ", "Chưa xác định được cha", "/tinh_trang_cha_me"),
                Line("Cha mẹ đã đăng ký kết hôn", "Không", "/cha_me_da_ket_hon"),
            ],
        ),
    ]


def test_answers_in_no_group_are_read_together_under_one_heading() -> None:
    value = valid_instance(BIRTH, full=True)
    titles = [section.title for section in describe(BIRTH, value)]
    assert titles.count("Nội dung khai") == 1
    loose = next(s for s in describe(BIRTH, value) if s.title == "Nội dung khai")
    assert [line.pointer for line in loose.lines] == [
        "/tinh_trang_cha_me",
        "/cha_me_da_ket_hon",
        "/so_giay_ket_hon",
        "/so_giay_chung_sinh",
        "/dang_ky_qua_han",
        "/cam_doan",
    ]


def test_rows_are_numbered() -> None:
    value = {"dan_vit": [{"so_con": 12_000, "dong": ["Bà Bèo", "Ông Tà"]}, {"so_con": 5}]}
    assert describe(SEVENTEENTH, value) == [
        Section(
            "Các đàn vịt: Đàn 1",
            "/dan_vit/0",
            1,
            [
                Line("Số con", "12.000", "/dan_vit/0/so_con"),
            ],
        ),
        Section(
            "Cánh đồng thả",
            "/dan_vit/0/dong",
            2,
            [
                Line("Tên đồng 1", "Bà Bèo", "/dan_vit/0/dong/0"),
                Line("Tên đồng 2", "Ông Tà", "/dan_vit/0/dong/1"),
            ],
        ),
        Section(
            "Các đàn vịt: Đàn 2",
            "/dan_vit/1",
            1,
            [
                Line("Số con", "5", "/dan_vit/1/so_con"),
            ],
        ),
    ]


def test_a_draft_with_half_an_answer_can_be_read_too() -> None:
    draft = {"tre": {"ngay_sinh": "30/2/2026"}, "tinh_trang_cha_me": "la_gi"}
    assert describe(BIRTH, draft)[0].lines == [Line("Ngày sinh", "30/2/2026", "/tre/ngay_sinh")]
    assert describe(BIRTH, draft)[1].lines == [
        Line("Tình trạng cha mẹ", "La gi", "/tinh_trang_cha_me")
    ]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": {"c": "x"}}, {"a": 1, "b": {"c": "y"}}, ["/b/c"]),
        ({"a": {"b": 1, "c": 2}}, {}, ["/a/b", "/a/c"]),
        ({}, {"a": ["x"]}, ["/a/0"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, ["/a/1/b"]),
        ({"a/b": True}, {"a/b": 1}, ["/a~1b"]),
    ],
)
def test_what_differs_is_named(old: Any, new: Any, changed: list[str]) -> None:
    assert changed_pointers(old, new) == changed


def test_an_corrects_only_what_was_asked() -> None:
    before = birth()
    compiled = compile_form(BIRTH)
    form = compiled.bind(None, before, only={"/tre/ho_ten"})
    html = render_to_string("ui/form/_form.html", {"form": form})
    assert html.count('name="f.') == 1
    assert "Quê quán" in html
    assert "Giờ sinh" not in html
    assert 'name="f.tre.ho_ten" value="Lê Gia Hân"' in html
    posted = {"f.tre.ho_ten": "Lê Gia Hân Nhi", "f.tre.dan_toc": "Khmer", "f.cam_doan": ""}
    after = compiled.bind(posted, before, only={"/tre/ho_ten"})
    assert after.is_valid()
    assert changed_pointers(before, after.value) == ["/tre/ho_ten"]
    assert after.draft_value() == after.value


def test_a_correction_is_judged_with_the_whole_form() -> None:
    before = birth() | {"tinh_trang_cha_me": "bi_bo_roi"}
    for parent in ("cha", "me"):
        before.pop(parent, None)
    compiled = compile_form(BIRTH)
    form = compiled.bind({"f.tinh_trang_cha_me": "du_cha_me"}, before, only={"/tinh_trang_cha_me"})
    assert [anchor for anchor, _words in form.errors] == ["f-me-ho_ten", "f-cha-ho_ten"]


def test_only_the_asked_row_opens() -> None:
    before = {
        "chu_ho": {"ten": "Phia"},
        "quy_mo": "vua",
        "ly_do_nho": "Ít",
        "dan_vit": [{"so_con": 3}, {"so_con": 4}],
    }
    compiled = compile_form(SEVENTEENTH)
    posted = {"f.dan_vit.0.so_con": "9", "f.dan_vit.1.so_con": "7", "f.dan_vit.remove": "0"}
    form = compiled.bind(posted, before, only={"/dan_vit/1/so_con"})
    assert form.add_or_remove_row() is False
    assert form.is_valid()
    assert form.value["dan_vit"] == [{"so_con": 3}, {"so_con": 7}]


def test_the_identity_number_of_the_account_cannot_be_changed() -> None:
    before = prefill(BIRTH, {"identity_number": "083123456789"})
    locked = {"/nguoi_yeu_cau/so_dinh_danh"}
    form = compile_form(BIRTH).bind(
        {"f.nguoi_yeu_cau.so_dinh_danh": "000000000000"}, before, locked=locked
    )
    assert form.draft_value()["nguoi_yeu_cau"]["so_dinh_danh"] == "083123456789"
    html = render_to_string("ui/form/_form.html", {"form": form})
    assert "f.nguoi_yeu_cau.so_dinh_danh" not in html
    assert "083123456789" in html


def test_one_step_of_many_asks_only_its_own_questions() -> None:
    compiled = compile_form(BIRTH)
    step = {"/nguoi_yeu_cau"}
    blank = compiled.bind({}, {"tre": {"ho_ten": "Lê Gia Hân"}}, only=step, part=True)
    assert {anchor.split("-")[1] for anchor, _words in blank.errors} == {"nguoi_yeu_cau"}
    assert [section.pointer for section in blank.as_sections()] == ["/nguoi_yeu_cau"]
    assert blank.draft_value()["tre"] == {"ho_ten": "Lê Gia Hân"}


def test_a_new_draft_begins_with_what_the_account_knows() -> None:
    facts = {
        "full_name": "Nguyễn Văn An",
        "identity_number": "083123456789",
        "birth_date": date(1985, 3, 27),
        "phone": "0903123456",
        "email": "",
    }
    assert prefill(BIRTH, facts) == {
        "nguoi_yeu_cau": {
            "ho_ten": "Nguyễn Văn An",
            "ngay_sinh": "1985-03-27",
            "so_dinh_danh": "083123456789",
            "lien_he": {"dien_thoai": "0903123456"},
        }
    }
    other = {"type": "object", "properties": {"ten": {"type": "string", "x-prefill": "full_name"}}}
    assert prefill(other, facts) == {"ten": "Nguyễn Văn An"}
    assert prefill(SEVENTEENTH, facts) == {}


def test_the_order_of_questions_outlives_a_database_that_forgets_it() -> None:
    kept = remember_order(BIRTH)
    forgotten = _sorted_keys(kept)
    names = [child.key for child in compile_form(forgotten).tree.children]
    assert names == list(BIRTH["properties"])
    assert names != sorted(names)
    assert compile_form(forgotten).bind_value(birth()).is_valid()


def _sorted_keys(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _sorted_keys(schema[key]) for key in sorted(schema)}
    return [_sorted_keys(part) for part in schema] if isinstance(schema, list) else schema


def test_blanks_are_lines_without_words_and_a_group_nobody_began_is_one() -> None:
    value: dict[str, Any] = {"tre": {"ho_ten": "Lê Gia Hân"}, "cha_me_da_ket_hon": False}
    sections = describe(BIRTH, value, blanks=True)
    child = next(section for section in sections if section.pointer == "/tre")
    assert Line("Họ, chữ đệm, tên", "Lê Gia Hân", "/tre/ho_ten") in child.lines
    assert Line("Giờ sinh", "", "/tre/gio_sinh") in child.lines
    assert Line("Nơi sinh", "", "/tre/noi_sinh") in child.lines
    loose = next(section for section in sections if section.pointer == "")
    assert Line("Mẹ", "", "/me") in loose.lines
    assert Line("Cha mẹ đã đăng ký kết hôn", "Không", "/cha_me_da_ket_hon") in loose.lines
