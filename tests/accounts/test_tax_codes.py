"""Tax codes: the check digit, the unit behind its hyphen, people since July 2025."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.accounts.tax_codes import is_organisation_code, is_tax_code, read_tax_code

TODAY = date(2026, 11, 27)
BEFORE, SINCE = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1500100004", "1500100004"),
        (" 1500 100 004 ", "1500100004"),
        ("1500100004001", "1500100004-001"),
        ("1500100004-001", "1500100004-001"),
        ("1500100004 - 001", "1500100004-001"),
        ("086090000001", "086090000001"),
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed: str, read: str) -> None:
    assert read_tax_code(typed) == read


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("1500100004", True),
        ("1500100005", False),  # the check digit does not fit
        ("1500100011", True),
        ("1500100040", False),  # two digits in each other's place
        ("1500100004-001", True),
        ("1500100004-000", False),  # units are counted from 001
        ("1500100005-001", False),
        ("1500100004001", False),  # read_tax_code writes the hyphen
        ("0300588640", False),  # the first nine allow no last digit at all
        ("150010000", False),
        ("15001000040", False),
        ("1500100004\n", False),
        ("١٥٠٠١٠٠٠٠٤", False),
        ("", False),
    ],
)
def test_the_check_digit_decides(code: str, is_right: bool) -> None:
    assert is_organisation_code(code) is is_right
    assert is_tax_code(code, TODAY) is is_right


def test_people_use_their_personal_number_since_july_2025() -> None:
    assert not is_tax_code("086090000001", BEFORE)
    assert is_tax_code("086090000001", SINCE)
    assert not is_organisation_code("086090000001")


@given(st.text("0123456789", min_size=9, max_size=9))
def test_nine_digits_allow_one_last_digit_or_none(first: str) -> None:
    assert len([last for last in "0123456789" if is_organisation_code(first + last)]) <= 1


@given(
    st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.sampled_from("123456789")
)
def test_one_wrong_digit_is_always_noticed(first: str, place: int, more: str) -> None:
    code = next((first + last for last in "0123456789" if is_organisation_code(first + last)), "")
    assume(code)
    wrong = str((int(code[place]) + int(more)) % 10)
    assert not is_organisation_code(code[:place] + wrong + code[place + 1 :])


@given(st.text(max_size=30))
def test_reading_twice_changes_nothing_and_anything_can_be_typed(typed: str) -> None:
    read = read_tax_code(typed)
    assert read_tax_code(read) == read
    assert is_tax_code(read, TODAY) in (True, False)
