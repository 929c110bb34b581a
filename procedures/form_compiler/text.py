"""Typed text made clean without changing a name: composed letters, no invisible commands."""

import re
import unicodedata

#: Nothing a person types is longer; more than this is cut before anything looks at it.
RAW_LIMIT = 20_000

_EDGES = "\u200b\u2060\ufeff"
#: Control letters, halves of surrogate pairs, and marks that reverse the reading direction.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def tidy(raw: str) -> str:
    """The text in composed form (NFC), one kind of line end, nothing blank at the ends."""
    text = raw[: RAW_LIMIT + 1].replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text)
    while text != (shorter := text.strip().strip(_EDGES)):
        text = shorter
    return text


def has_forbidden(text: str, *, multiline: bool) -> bool:
    """Whether it holds control characters that no name and no address has."""
    return bool(_FORBIDDEN.search(text)) or (not multiline and bool(re.search(r"[\n\t]", text)))


def storable(raw: str) -> str:
    """Typed text that a database can keep: what cannot be stored is left out, the rest stays."""
    return _FORBIDDEN.sub("", raw[:RAW_LIMIT].replace("\r\n", "\n").replace("\r", "\n"))
