"""What people type on an old phone is understood; what cannot be is answered with help."""

import unicodedata
from typing import Any

import pytest

from procedures.form_compiler import BoundForm, compile_form


def typed(schema: dict[str, Any], text: str) -> BoundForm:
    whole = {"type": "object", "properties": {"o": {"title": "Ô này", **schema}}}
    return compile_form(whole).bind({"f.o": text})


DATE = {"type": "string", "format": "date"}
TIME = {"type": "string", "format": "time"}
INSTANT = {"type": "string", "format": "date-time"}
INTEGER = {"type": "integer"}
NUMBER = {"type": "number"}
NAME = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "text", "stored"),
    [
        (DATE, "27/3/1985", "1985-03-27"),
        (DATE, " 27/03/1985 ", "1985-03-27"),
        (DATE, "27-3-1985", "1985-03-27"),
        (DATE, "27.3.1985", "1985-03-27"),
        (DATE, "27 3 1985", "1985-03-27"),
        (DATE, "27031985", "1985-03-27"),
        (DATE, "1985-03-27", "1985-03-27"),
        (DATE, "29/2/2024", "2024-02-29"),
        (TIME, "07:30", "07:30:00+07:00"),
        (TIME, "7h30", "07:30:00+07:00"),
        (TIME, "7 giờ 30", "07:30:00+07:00"),
        (TIME, "7 giờ 30 phút", "07:30:00+07:00"),
        (TIME, "7h", "07:00:00+07:00"),
        (TIME, "23:59:59Z", "23:59:59Z"),
        (INSTANT, "27/3/2026 07:30", "2026-03-27T07:30:00+07:00"),
        (INSTANT, "7 giờ 30 ngày 27/3/2026", "2026-03-27T07:30:00+07:00"),
        (INSTANT, "07:30, 27/3/2026", "2026-03-27T07:30:00+07:00"),
        (INSTANT, "2026-03-27T07:30", "2026-03-27T07:30:00+07:00"),
        (INTEGER, "1.200.000", 1_200_000),
        (INTEGER, "1 200 000", 1_200_000),
        (INTEGER, "-5", -5),
        (NUMBER, "120,5", 120.5),
        (NUMBER, "120.5", 120.5),
        (NUMBER, "1.200,25", 1200.25),
        (NUMBER, "1.200.000", 1_200_000),
        (NUMBER, "0.125", 0.125),
        (NUMBER, "12", 12),
        ({"type": "string", "pattern": "^[0-9]{12}$"}, "083 123 456 789", "083123456789"),
        ({"type": "string", "pattern": "^0[0-9]{9,10}$"}, "0903.123.456", "0903123456"),
        (NAME, "  Nguyễn Thị Mỹ Hạnh\u00a0", "Nguyễn Thị Mỹ Hạnh"),
        (NAME, "H'Hen Niê", "H'Hen Niê"),
        (NAME, "Thạch Thị Sa-Rinh", "Thạch Thị Sa-Rinh"),
        (NAME, unicodedata.normalize("NFD", "Đỗ Nguyễn Quỳnh Trâm"), "Đỗ Nguyễn Quỳnh Trâm"),
        (NAME, "<b>An & Bình</b>", "<b>An & Bình</b>"),
        ({"type": "string", "x-multiline": True}, "một\r\nhai", "một\nhai"),
    ],
)
def test_it_is_stored_the_one_way_it_is_meant(
    schema: dict[str, Any], text: str, stored: object
) -> None:
    form = typed(schema, text)
    assert form.errors == []
    assert form.value == {"o": stored}
    assert type(form.value["o"]) is type(stored)


@pytest.mark.parametrize(
    ("schema", "text", "words"),
    [
        (DATE, "30/2/2026", "Xem lại ô này: lịch không có ngày này."),
        (DATE, "27/3/85", "Viết ô này theo ngày/tháng/năm, ví dụ 27/3/1985."),
        (DATE, "hôm qua", "Viết ô này theo ngày/tháng/năm, ví dụ 27/3/1985."),
        (TIME, "25:00", "Viết ô này bằng giờ và phút, ví dụ 07:30."),
        (INSTANT, "27/3/2026", "Viết ô này gồm cả ngày và giờ, ví dụ 27/3/2026 07:30."),
        (INTEGER, "ba", "Viết ô này bằng số nguyên, chỉ dùng chữ số."),
        (INTEGER, "1.5", "Viết ô này bằng số nguyên, chỉ dùng chữ số."),
        (INTEGER, "NaN", "Viết ô này bằng số nguyên, chỉ dùng chữ số."),
        (INTEGER, "١٢", "Viết ô này bằng số nguyên, chỉ dùng chữ số."),
        (INTEGER, "9" * 30, "Xem lại ô này: số quá lớn."),
        (INTEGER, "9" * 5000, "Rút gọn ô này còn nhiều nhất 500 ký tự."),
        (NUMBER, "1.500", "Viết lại ô này: bỏ dấu chấm, dùng dấu phẩy cho phần lẻ."),
        (NUMBER, "1e400", "Viết ô này bằng số, ví dụ 120,5."),
        (NUMBER, "Infinity", "Viết ô này bằng số, ví dụ 120,5."),
        ({**INTEGER, "maximum": 20}, "21", "Nhập ô này không quá 20."),
        ({**NUMBER, "exclusiveMinimum": 0}, "0", "Nhập ô này lớn hơn 0."),
        (NAME, "An\x00", "Gõ lại ô này: có ký tự lạ không nhìn thấy được."),
        (NAME, "An\x1b[0m", "Gõ lại ô này: có ký tự lạ không nhìn thấy được."),
        (NAME, "An\u202egnp.exe", "Gõ lại ô này: có ký tự lạ không nhìn thấy được."),
        (NAME, "An\ud800", "Gõ lại ô này: có ký tự lạ không nhìn thấy được."),
        (NAME, "An\nBình", "Gõ lại ô này: có ký tự lạ không nhìn thấy được."),
        (NAME, "ă" * 501, "Rút gọn ô này còn nhiều nhất 500 ký tự."),
        ({**NAME, "maxLength": 5}, "Nguyễn", "Rút gọn ô này còn nhiều nhất 5 ký tự."),
        ({**NAME, "minLength": 5}, "An", "Viết ô này đầy đủ, ít nhất 5 ký tự."),
        ({**NAME, "format": "email"}, "an@vidu", "Viết ô này đầy đủ, ví dụ ten@vidu.vn."),
        (
            {**NAME, "pattern": "^[0-9]{12}$"},
            "08312345678",
            "Viết lại ô này cho đúng: 12 chữ số.",
        ),
        ({"enum": ["a", "b"]}, "c", "Chọn một mục có sẵn cho ô này."),
    ],
)
def test_it_is_answered_with_what_to_do(schema: dict[str, Any], text: str, words: str) -> None:
    form = typed(schema, text)
    assert form.errors == [("f-o", words)]
    assert not form.is_valid()


def test_a_draft_can_always_be_stored() -> None:
    draft = typed(NAME, "An\x00\ud800\u202e Bình").draft_value()
    assert draft == {"o": "An Bình"}
    assert str(draft).encode("utf-8")


def test_a_blanked_default_stays_blank_in_the_draft() -> None:
    schema = {
        "type": "object",
        "properties": {"q": {"type": "string", "default": "Việt Nam", "title": "Quốc tịch"}},
    }
    compiled = compile_form(schema)
    assert compiled.bind(None).as_post() == {"f.q": "Việt Nam"}
    draft = compiled.bind({"f.q": ""}).draft_value()
    assert draft == {"q": ""}
    assert compiled.bind(None, draft).as_post() == {}
    assert compiled.clean(draft) == {}


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("^[0-9]{12}$", "12 chữ số."),
        ("^0[0-9]{9,10}$", "10 đến 11 chữ số, bắt đầu bằng 0."),
        ("^[0-9]{6,20}$", "Từ 6 đến 20 chữ số."),
        ("^[A-Z]{2} ?[0-9]{6,8}$", "2 chữ cái in hoa rồi từ 6 đến 8 chữ số."),
        (
            "^[0-9]{10}(-[0-9]{3})?$|^[0-9]{12}$",
            "10 chữ số (có thể thêm “-” rồi 3 chữ số) hoặc 12 chữ số.",
        ),
        ("^(0[1-9]|1[0-2])/[0-9]{4}$", "Tháng/năm, ví dụ 09/2026."),
        ("^(?!x)[^y]+$", ""),
    ],
)
def test_a_pattern_is_told_in_words(pattern: str, hint: str) -> None:
    form = typed({"type": "string", "pattern": pattern}, "")
    assert form.as_sections()[0].items[0].hint == hint
