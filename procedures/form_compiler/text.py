"""Typed text made clean without changing a name: composed letters, no invisible commands."""

import re

from portal.core.text import clean, has_forbidden_characters, without_forbidden

#: Nothing a person types is longer; more than this is cut before anything looks at it.
RAW_LIMIT = 20_000


def tidy(raw: str) -> str:
    """The text in composed form (NFC), one kind of line end, nothing blank at the ends."""
    return clean(_with_line_feeds(raw[: RAW_LIMIT + 1]))


def has_forbidden(text: str, *, multiline: bool) -> bool:
    """Whether it holds control characters that no name and no address has."""
    breaks_line = not multiline and re.search(r"[\n\t]", text) is not None
    return breaks_line or has_forbidden_characters(text)


def storable(raw: str) -> str:
    """Typed text that a database can keep: what cannot be stored is left out, the rest stays."""
    return without_forbidden(_with_line_feeds(raw[:RAW_LIMIT]))


def _with_line_feeds(raw: str) -> str:
    return raw.replace("\r\n", "\n").replace("\r", "\n")
