"""Questions that only some people must answer: said beforehand, asked for only then."""

from typing import Any

from django.template.loader import render_to_string

from procedures.form_compiler import BoundForm, compile_form
from procedures.form_compiler.live import every_live
from procedures.form_compiler.presentation import PlaceView
from tests.procedures.form_instances import FORMS, SEVENTEENTH, valid_instance

BIRTH = FORMS["1.001193"]


def birth(**changes: Any) -> BoundForm:
    compiled = compile_form(BIRTH)
    value = valid_instance(BIRTH)
    for key in ("cha", "me", "tinh_trang_cha_me"):
        value.pop(key, None)
    return compiled.bind({**compiled.post_from(value), **changes})


def shown(form: BoundForm, pointer: str) -> PlaceView:
    waiting: list[PlaceView] = [item for s in form.as_sections() for item in s.items]
    while waiting:
        view = waiting.pop()
        if view.pointer == pointer:
            return view
        waiting += view.items
    raise AssertionError(pointer)


def test_an_reads_when_the_father_has_to_be_named() -> None:
    father = shown(compile_form(BIRTH).bind(None), "/cha")
    assert father.hint == (
        "Chỉ cần điền khi mục “tình trạng cha mẹ” là “Có đủ cha và mẹ” hoặc "
        "“Trẻ sinh ra do mang thai hộ” hoặc “Chưa xác định được mẹ”."
    )
    assert father.show_when == "f.tinh_trang_cha_me"
    assert father.show_values == "du_cha_me|mang_thai_ho|chua_xac_dinh_me"


def test_the_script_gets_the_same_condition_as_the_people() -> None:
    html = render_to_string("ui/form/_form.html", {"form": compile_form(BIRTH).bind(None)})
    assert 'data-show-when="f.nhan_ket_qua.hinh_thuc" data-show-values="buu_chinh"' in html


def test_an_may_leave_the_unknown_father_blank() -> None:
    form = birth(**{"f.tinh_trang_cha_me": "chua_xac_dinh_cha", "f.me.ho_ten": "Lê Thị Sương"})
    assert form.errors == []
    assert "cha" not in form.value
    assert form.value["me"] == {"ho_ten": "Lê Thị Sương"}


def test_both_parents_are_asked_for_at_their_own_fields() -> None:
    form = birth(**{"f.tinh_trang_cha_me": "du_cha_me"})
    assert form.errors == [
        ("f-me-ho_ten", "Nhập họ, chữ đệm, tên (Mẹ)."),
        ("f-cha-ho_ten", "Nhập họ, chữ đệm, tên (Cha)."),
    ]


def test_a_default_alone_does_not_make_a_parent() -> None:
    form = birth(**{"f.tinh_trang_cha_me": "bi_bo_roi", "f.cha.quoc_tich": "Việt Nam"})
    assert form.errors == []
    assert "cha" not in form.value


def test_half_a_parent_is_completed_even_when_not_asked_for() -> None:
    form = birth(**{"f.tinh_trang_cha_me": "bi_bo_roi", "f.cha.dan_toc": "Khmer"})
    assert form.errors == [("f-cha-ho_ten", "Nhập họ, chữ đệm, tên (Cha).")]


def test_an_address_is_asked_for_only_by_post() -> None:
    base = {"f.tinh_trang_cha_me": "bi_bo_roi"}
    assert birth(**base).errors == []
    by_post = birth(**base, **{"f.nhan_ket_qua.hinh_thuc": "buu_chinh"})
    assert [anchor for anchor, _words in by_post.errors] == [
        "f-nhan_ket_qua-dia_chi_nhan-tinh",
        "f-nhan_ket_qua-dia_chi_nhan-xa",
    ]


def test_a_yes_brings_its_question() -> None:
    form = birth(**{"f.tinh_trang_cha_me": "bi_bo_roi", "f.cha_me_da_ket_hon": "true"})
    assert form.errors == [("f-so_giay_ket_hon", "Nhập số Giấy chứng nhận kết hôn.")]


def test_the_second_judicial_record_may_not_be_asked_for_by_another() -> None:
    schema = FORMS["2.000488"]
    compiled = compile_form(schema)
    post = compiled.post_from(valid_instance(schema))
    form = compiled.bind({**post, "f.loai_phieu": "so_2", "f.uy_quyen": "true"})
    assert form.errors == [
        ("f-uy_quyen", "Ở trường hợp này, mục ủy quyền cho người khác phải là “Không”."),
        ("f-nguoi_duoc_uy_quyen-ho_ten", "Nhập họ, chữ đệm, tên (Người được ủy quyền)."),
    ]
    assert compiled.bind({**post, "f.loai_phieu": "so_2", "f.uy_quyen": "false"}).is_valid()


DUCKS = {
    "f.chu_ho.ten": "Thạch Sô Phia",
    "f.quy_mo": "vua",
    "f.ly_do_nho": "Ít ruộng",
    "f.dan_vit.count": "1",
    "f.dan_vit.0.so_con": "1.200",
}


def ducks(**changes: str) -> BoundForm:
    return compile_form(SEVENTEENTH).bind({**DUCKS, **changes})


def test_an_invented_form_works_without_new_code() -> None:
    assert ducks().errors == []
    assert ducks().value == {
        "chu_ho": {"ten": "Thạch Sô Phia"},
        "quy_mo": "vua",
        "ly_do_nho": "Ít ruộng",
        "dan_vit": [{"so_con": 1200}],
    }


def test_then_brings_properties_and_requirements_deep_down() -> None:
    form = ducks(**{"f.quy_mo": "lon"})
    assert form.errors == [
        ("f-chu_ho-ghi_chu", "Nhập ghi chú (Chủ hộ)."),
        ("f-thu_y-ten", "Nhập họ tên (Người phụ trách thú y)."),
        ("f-thu_y-chung_chi", "Nhập số chứng chỉ (Người phụ trách thú y)."),
    ]
    assert shown(form, "/chu_ho/ghi_chu").hint.startswith("Chỉ cần điền khi mục “quy mô” là “Lon”.")


def test_else_is_asked_for_in_every_other_case() -> None:
    form = ducks(**{"f.ly_do_nho": ""})
    assert form.errors == [("f-ly_do_nho", "Nhập lý do nuôi ít.")]
    first = shown(compile_form(SEVENTEENTH).bind(None), "/ly_do_nho")
    assert (first.show_when, first.show_values) == ("f.quy_mo", "vua|nho")


def test_a_condition_inside_a_row_concerns_that_row() -> None:
    form = ducks(
        **{
            "f.dan_vit.count": "2",
            "f.dan_vit.1.so_con": "300",
            "f.dan_vit.1.da_tiem": "true",
        }
    )
    assert form.errors == [
        (
            "f-dan_vit-1-mui_tiem-add",
            "Thêm và điền ít nhất 1 dòng ở phần các mũi tiêm (Đàn 2).",
        )
    ]
    view = shown(form, "/dan_vit/0/mui_tiem")
    assert view.show_when == "f.dan_vit.0.da_tiem"


def test_presence_and_two_conditions_at_once_are_said_in_words() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "title": "Số xe"},
            "b": {"type": "boolean", "title": "Xe thuê"},
            "c": {"type": "string", "title": "Chủ xe"},
            "d": {"type": "string", "title": "Màu xe"},
        },
        "dependentRequired": {"a": ["d"]},
        "if": {"required": ["a", "b"], "properties": {"b": {"const": True}}},
        "then": {"required": ["c"]},
    }
    compiled = compile_form(schema)
    form = compiled.bind(None)
    assert shown(form, "/d").hint == "Chỉ cần điền khi đã điền mục “số xe”."
    assert shown(form, "/c").hint == (
        "Chỉ cần điền khi mục “xe thuê” là “Có” và đã điền mục “số xe”."
    )
    assert shown(form, "/c").show_when == ""
    both = compiled.bind({"f.a": "84A-1", "f.b": "true"})
    assert [anchor for anchor, _words in both.errors] == ["f-c", "f-d"]
    assert compiled.bind({"f.b": "true"}).is_valid()


def test_every_place_of_a_form_is_reached_by_its_pointer() -> None:
    form = ducks()
    assert shown(form, "/dan_vit/0/so_con").name == "f.dan_vit.0.so_con"
    assert len({live.pointer for live in every_live(form.root)}) == len(list(every_live(form.root)))
