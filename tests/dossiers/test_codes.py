"""Dossier codes and look-up secrets, as issued and as typed."""

from datetime import date

import pytest

from dossiers.codes import read_code, write_code
from dossiers.models import new_lookup_secret
from portal.core.crockford import ALPHABET, read


def test_a_code_names_agency_day_and_running_number() -> None:
    assert write_code("H61.101", date(2026, 11, 23), 42) == "H61.101-261123-0042"


def test_a_code_grows_beyond_four_digits() -> None:
    assert write_code("H61", date(2026, 1, 2), 12345) == "H61-260102-12345"


@pytest.mark.parametrize(
    "code",
    [
        "000.00.12.H62-201105-0004",
        "G22.99.09-240114-0001",
        "G22.99.08-260921-896048",
        "G09.20-20260609-0092637",
        "H61.101-261123-0042",
        "000.00.00.H61-220101-0001",
        "H61.12.03-220101-0001",
    ],
)
def test_every_form_seen_in_the_country_is_understood(code: str) -> None:
    assert read_code(f" {code.lower().replace('-', '–')} ") == code


def test_a_secret_is_read_as_it_was_meant() -> None:
    assert read(" k7m2-qil o ") == "K7M2Q110"


def test_a_secret_has_eight_unmistakable_characters() -> None:
    secret = new_lookup_secret()
    assert len(secret) == 8
    assert set(secret) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
