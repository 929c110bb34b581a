"""Text as the portal keeps it: NFC, without control characters; and folded for search."""

import re
import unicodedata

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def has_forbidden_characters(text: str) -> bool:
    """Whether the text holds control, surrogate or direction-override characters."""
    return _FORBIDDEN.search(text) is not None


def clean(text: str) -> str:
    """The same text in NFC, without white space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """The text as people type it in a hurry: lower case, without diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
