"""How people write phone numbers and identity numbers, and which of them can be right."""

import re

IDENTITY = re.compile(r"^[0-9]{12}$|^[0-9]{9}$")
PHONE = re.compile(r"^0[0-9]{9,10}$")


def read_identity(typed: str) -> str:
    """The identity number a person meant: without spaces and dots."""
    return re.sub(r"[\s.]", "", typed)


def read_phone(typed: str) -> str:
    """The phone number a person meant: without spaces, dots and hyphens, +84 as 0."""
    return re.sub(r"[\s.\-]", "", typed).replace("+84", "0", 1)


def is_identity(text: str) -> bool:
    """Whether it can be an identity number: 12 digits, 9 on the old cards."""
    return IDENTITY.match(text) is not None


def is_phone(text: str) -> bool:
    """Whether it can be a phone number of the country."""
    return PHONE.match(text) is not None
