"""Tax codes (mã số thuế): ten digits with a check digit, thirteen for a dependent unit.

People and household businesses use their personal identity number instead since July 2025.
"""

import re
from datetime import date

from portal.accounts.identity_numbers import is_personal_number

PERSONAL_SINCE = date(2025, 7, 1)
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SPACING = re.compile(r"[\s.\-]")
_UNIT = re.compile(r"([0-9]{10})([0-9]{3})")
_ORGANISATION = re.compile(r"([0-9]{10})(?:-(?!000)[0-9]{3})?")


def read_tax_code(typed: str) -> str:
    """The code a person meant: without spaces and dots, the unit behind a hyphen."""
    plain = _SPACING.sub("", typed)
    found = _UNIT.fullmatch(plain)
    return f"{found[1]}-{found[2]}" if found else plain


def is_organisation_code(text: str) -> bool:
    """Whether it is the code of an organisation or of its unit, with the right check digit."""
    found = _ORGANISATION.fullmatch(text)
    return found is not None and _check_digit(found[1]) == int(found[1][9])


def is_tax_code(text: str, on: date) -> bool:
    """Whether it can be a tax code on that day, of whomever."""
    return is_organisation_code(text) or (on >= PERSONAL_SINCE and is_personal_number(text))


def _check_digit(code: str) -> int:
    """The last digit as the first nine want it; 10 when they want one that does not exist."""
    total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False))
    return 10 - total % 11
