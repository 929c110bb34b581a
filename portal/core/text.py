"""Text as the portal keeps it: NFC, without control characters; and folded for search."""

import re
import unicodedata

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
# Soft hyphens, joiners, direction marks, blank letters: nobody sees them, and a name made of
# nothing else would be an empty one.
_INVISIBLE = re.compile("[\u00ad\u034f\u115f\u1160\u200b-\u200f\u2060-\u2064\u3164\ufeff\uffa0]")
# Marks that stand on another letter. Beyond U+FFFF whole blocks: single signs there would be
# looked through one by one.
_MARKS = "".join(c for c in map(chr, range(0x300, 0xD800)) if unicodedata.category(c)[0] == "M") + (
    "\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f\U000101fd\U000102e0\U00010376-\U0001037a"
    "\U00010a01-\U00011fff\U00016af0-\U00016fff\U0001bc9d\U0001bc9e"
    "\U0001cf00-\U0001d244\U0001e000-\U0001efff"
)
# No script piles up more of them on one letter (UAX #15, stream-safe text). Composing a heap takes
# time by the square of its height: 80,000 marks hold a process for 20 seconds.
_HEAP = re.compile(f"[{_MARKS}](?<![{_MARKS}]{{2}})[{_MARKS}]{{30,}}")


def has_forbidden_characters(text: str) -> bool:
    """Whether the text holds control, surrogate or direction-override characters, or a heap.

    A heap is more marks on one letter than any script has.
    """
    return _FORBIDDEN.search(text) is not None or _HEAP.search(text) is not None


def without_forbidden(text: str) -> str:
    """The text without those characters; what is left can be kept and shown."""
    return _HEAP.sub("", _FORBIDDEN.sub("", text))


def composed(text: str) -> str:
    """The same text in NFC; with a heap of marks in it, as it is, for it is refused anyway."""
    return text if _HEAP.search(text) else unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """The text without the characters nobody sees."""
    return _INVISIBLE.sub("", text)


def clean(text: str) -> str:
    """The same text in NFC, without what nobody sees and white space at its ends."""
    return composed(visible(text)).strip()


def fold(text: str) -> str:
    """The text as people type it in a hurry: lower case, without diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
