"""Telephone numbers in the writings people use; one form within."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.phone_numbers import at_home, is_phone, read_phone

mobile = st.builds(
    str.__add__, st.sampled_from("35789"), st.text("0123456789", min_size=8, max_size=8)
)
in_a_house = st.text("0123456789", min_size=9, max_size=9).map(lambda rest: f"2{rest}")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0312345678", "+84312345678"),
        ("0512345678", "+84512345678"),
        ("0712345678", "+84712345678"),
        ("0812345678", "+84812345678"),
        ("0270 3822 222", "+842703822222"),
        ("(0270) 3822222", "+842703822222"),
        ("+84 270 3822 222", "+842703822222"),
        ("024 3822 2222", "+842438222222"),
    ],
)
def test_one_number_in_many_writings(typed: str, read: str) -> None:
    assert read_phone(typed) == read
    assert is_phone(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "912345678",
        "0112345678",  # no such beginning since 2018
        "0612345678",
        "091234567",
        "09123456789",
        "0270382222",  # a line in a house has eleven digits
        "027038222222",
        "+1 202 555 0123",
        "+84 112 345 678",
        "0912345678 hoặc 0912345679",
        "٠٩١٢٣٤٥٦٧٨",
        "không có",
    ],
)
def test_what_can_be_no_number_reads_as_nothing(typed: str) -> None:
    assert read_phone(typed) == ""
    assert not is_phone(typed)


@given(mobile | in_a_house, st.sampled_from(["0", "+84", "+840", "0084", "84"]))
def test_every_way_of_dialling_leads_to_one_form(rest: str, before: str) -> None:
    assert read_phone(before + rest) == f"+84{rest}"


@given(mobile | in_a_house)
def test_what_is_printed_reads_back(rest: str) -> None:
    phone = read_phone(f"0{rest}")
    assert at_home(phone) == f"0{rest}"
    assert read_phone(at_home(phone)) == phone == read_phone(phone)


@given(st.text(max_size=30))
def test_anything_can_be_typed(typed: str) -> None:
    read = read_phone(typed)
    assert read == "" or (len(read) in (12, 13) and read[1:].isascii() and read[1:].isdigit())
