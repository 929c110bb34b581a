"""Telephone numbers of the country: read in many writings, one form within (E.164)."""

import re

_SPACING = re.compile(r"[\s.\-()]")
_FROM_ABROAD = re.compile(r"^(?:\+|00)?840?(?=[0-9]{9,10}$)")
# Mobile numbers begin with 03, 05, 07, 08 or 09; lines in a house with 02 and the area.
_NATIONAL = re.compile(r"0(?:[35789][0-9]{8}|2[0-9]{9})")


def read_phone(typed: str) -> str:
    """The number as +84912345678, however it was written; nothing when it can be none."""
    plain = _FROM_ABROAD.sub("0", _SPACING.sub("", typed))
    return f"+84{plain[1:]}" if _NATIONAL.fullmatch(plain) else ""


def is_phone(typed: str) -> bool:
    """Whether it can be a number of the country."""
    return bool(read_phone(typed))


def at_home(phone: str) -> str:
    """A number in E.164 as it is dialled and printed in the country: 0912345678."""
    return f"0{phone.removeprefix('+84')}"
