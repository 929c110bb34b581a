"""Names of people, kept as they were given: no letter, mark or capital is ever guessed.

Registers write names in capitals, people do not; Ê-đê, Cơ-ho and other names have capitals and
apostrophes where no rule would put them. So names are compared in capitals and shown as given.
"""

import unicodedata


def clean_name(text: str) -> str:
    """The name in NFC with single spaces, otherwise as it was given."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def official_name(text: str) -> str:
    """The name as registers compare it: in capitals, NFC."""
    return unicodedata.normalize("NFC", clean_name(text).upper())


def is_same_name(one: str, other: str) -> bool:
    """Whether two writings are of one name; diacritics count, capitals do not."""
    return official_name(one) == official_name(other)
