"""Names stay as they were given; only their comparison is done in capitals."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.names import clean_name, is_same_name, official_name

letters = st.characters(min_codepoint=32, max_codepoint=0x1EF9, exclude_categories=["Cc", "Cs"])


@pytest.mark.parametrize(
    ("given_name", "official"),
    [
        ("Nguyễn Văn An", "NGUYỄN VĂN AN"),
        ("đỗ thị đào", "ĐỖ THỊ ĐÀO"),
        ("Trần Thị Tường Vy", "TRẦN THỊ TƯỜNG VY"),
        ("H'Hen Niê", "H'HEN NIÊ"),
        ("Y Bhiăp Êban", "Y BHIĂP ÊBAN"),
        ("K’Sor Nương", "K’SOR NƯƠNG"),
        ("Thạch Sô Phia", "THẠCH SÔ PHIA"),
        ("  Lý   Minh\u00a0Khách ", "LÝ MINH KHÁCH"),
        ("Ả Lò Thị Mẩy", "Ả LÒ THỊ MẨY"),
    ],
)
def test_a_name_in_capitals_loses_no_mark(given_name: str, official: str) -> None:
    assert official_name(given_name) == official
    assert official_name(unicodedata.normalize("NFD", given_name)) == official
    assert is_same_name(given_name, official)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn Ân"),
        ("Trần Thị Bình", "Trần Thị Bính"),
        ("Đỗ Thị Hoa", "Do Thi Hoa"),
        ("Lê Văn Đức", "Lê Văn Duc"),
        ("H'Hen Niê", "HHen Niê"),
        ("Nguyễn Văn An", "Nguyễn An"),
    ],
)
def test_a_mark_makes_another_name(one: str, other: str) -> None:
    assert not is_same_name(one, other)


@pytest.mark.parametrize("kept", ["NGUYỄN VĂN AN", "nguyễn văn an", "H'Hen Niê", "Đinh Y-Nhi"])
def test_capitals_are_shown_as_they_were_given(kept: str) -> None:
    assert clean_name(unicodedata.normalize("NFD", kept)) == kept


@given(st.text(letters, max_size=60))
def test_cleaning_keeps_every_letter_and_is_done_once(name: str) -> None:
    clean = clean_name(name)
    assert clean_name(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert "".join(clean.split()) == "".join(unicodedata.normalize("NFC", name).split())


@given(st.text(letters, max_size=60))
def test_a_name_is_the_same_in_every_writing(name: str) -> None:
    official = official_name(name)
    assert official_name(official) == official
    assert is_same_name(name, unicodedata.normalize("NFD", name))
    assert is_same_name(name, f" {name} ")
