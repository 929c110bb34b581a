"""Identity numbers as people write them, and what is odd about one; nothing odd is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.identity_numbers import (
    Doubt,
    Sex,
    birth_year_in,
    doubts,
    is_identity_number,
    is_personal_number,
    read_identity_number,
    sex_in,
)

TODAY = date(2026, 11, 27)
digits = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("086 090 000 001", "086090000001"),
        ("086.090.000.001", "086090000001"),
        ("086\u00a0090\u00a0000001", "086090000001"),
        ("331 234 567", "331234567"),
        ("", ""),
    ],
)
def test_spaces_and_dots_are_not_part_of_the_number(typed: str, read: str) -> None:
    assert read_identity_number(typed) == read


@pytest.mark.parametrize(
    ("text", "is_personal", "is_any"),
    [
        ("086090000001", True, True),
        ("331234567", False, True),  # an old card
        ("08609000000", False, False),
        ("0860900000011", False, False),
        ("08609000000O", False, False),
        ("086090000001\n", False, False),
        ("٠٨٦٠٩٠٠٠٠٠٠١", False, False),  # digits of another script
        ("", False, False),
    ],
)
def test_what_can_be_a_number(text: str, is_personal: bool, is_any: bool) -> None:
    assert (is_personal_number(text), is_identity_number(text)) == (is_personal, is_any)


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("086085004821", Sex.MALE, 1985),
        ("086185004821", Sex.FEMALE, 1985),
        ("083200000001", Sex.MALE, 2000),
        ("084326000001", Sex.FEMALE, 2026),
        ("084499000001", Sex.MALE, 2199),
        ("084900000001", Sex.FEMALE, 2300),
    ],
)
def test_the_fourth_digit_tells_century_and_sex(number: str, sex: Sex, year: int) -> None:
    assert (sex_in(number), birth_year_in(number)) == (sex, year)


@pytest.mark.parametrize(
    ("number", "declared", "found"),
    [
        ("086085004821", {}, []),
        ("001085004821", {}, []),
        ("096085004821", {}, []),
        ("000085004821", {}, [Doubt.PROVINCE]),
        ("097085004821", {}, [Doubt.PROVINCE]),
        ("086226004821", {}, []),
        ("086227004821", {}, [Doubt.FUTURE]),
        ("086085004821", {"sex": Sex.MALE}, []),
        ("086085004821", {"sex": Sex.FEMALE}, [Doubt.SEX]),
        ("086085004821", {"birth_date": date(1985, 3, 27)}, []),
        ("086085004821", {"birth_date": date(1986, 3, 27)}, [Doubt.BIRTH_YEAR]),
        (
            "999999004821",
            {"sex": Sex.MALE, "birth_date": date(1985, 3, 27)},
            [Doubt.PROVINCE, Doubt.FUTURE, Doubt.SEX, Doubt.BIRTH_YEAR],
        ),
        ("331234567", {"sex": Sex.MALE, "birth_date": date(1985, 3, 27)}, []),
        ("không có", {"sex": Sex.MALE}, []),
    ],
)
def test_what_is_odd_is_told(number: str, declared: dict[str, date], found: list[Doubt]) -> None:
    assert doubts(number, TODAY, **declared) == found  # type: ignore[arg-type]


@given(digits, st.dates(date(1900, 1, 1), date(2399, 12, 31)), st.sampled_from(Sex))
def test_a_doubt_never_makes_a_number_unusable(number: str, born: date, sex: Sex) -> None:
    found = doubts(number, TODAY, sex=sex, birth_date=born)
    assert is_identity_number(number)
    assert (Doubt.SEX in found) == (sex is not sex_in(number))
    assert (Doubt.BIRTH_YEAR in found) == (born.year != birth_year_in(number))
    assert 1900 <= birth_year_in(number) <= 2399


@given(st.text(max_size=30))
def test_reading_twice_changes_nothing_and_anything_can_be_read(typed: str) -> None:
    read = read_identity_number(typed)
    assert read_identity_number(read) == read
    assert is_identity_number(read) == (len(read) in (9, 12) and set(read) <= set("0123456789"))
    assert doubts(read, TODAY) == [] or is_personal_number(read)


@given(digits, st.integers(0, 12), st.sampled_from([" ", ".", "\u00a0", "  "]))
def test_a_number_reads_the_same_wherever_it_is_broken(number: str, at: int, space: str) -> None:
    assert read_identity_number(number[:at] + space + number[at:]) == number
