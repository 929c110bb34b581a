"""A PDF is whole, is only a PDF, and holds nothing that acts by itself; knows no Django."""

import re
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

MOST_OBJECTS = 50_000
SLACK = 1024
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA"})
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition"}
)
_ACTIVE_PARTS = frozenset({"/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/Sound", "/3D"})
# Addresses a reader may follow on a click; anything else would start a programme.
_LINKS = re.compile(rb"^(https?://|mailto:|tel:|#)", re.IGNORECASE)
_PAGE = re.compile(rb"<\s*(html|script|!doctype|svg|body)", re.IGNORECASE)
_STRANGE_TAIL = re.compile(rb"[^\s\x00]")


class NotTaken(Exception):
    """The file is not taken; the word says why."""


def look_into_pdf(stream: BinaryIO) -> None:
    """Whole, open to every reader, and without script, form logic or files inside."""
    _is_only_a_pdf(stream)
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            if pdf.is_encrypted:
                raise NotTaken("locked")
            if not len(pdf.pages):
                raise NotTaken("broken")
            if len(pdf.objects) > MOST_OBJECTS or _acts_on_opening(pdf):
                raise NotTaken("active")
            if any(map(_is_active, _dictionaries(pdf))):
                raise NotTaken("active")
    except pikepdf.PasswordError as error:
        raise NotTaken("locked") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise NotTaken("broken") from error


def _is_only_a_pdf(stream: BinaryIO) -> None:
    """It begins with %PDF and ends with %%EOF; a second file before or behind it is refused."""
    head = stream.read(SLACK)
    if not head.startswith(b"%PDF-") or _PAGE.search(head):
        raise NotTaken("double")
    # Readers look for %%EOF in the last piece; whatever follows it but line ends is foreign.
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 2 * SLACK))
    tail = stream.read()
    _body, mark, behind = tail.rpartition(b"%%EOF")
    if not mark:
        raise NotTaken("double" if _has_mark(stream) else "broken")
    if _STRANGE_TAIL.search(behind):
        raise NotTaken("double")


def _has_mark(stream: BinaryIO) -> bool:
    """Whether %%EOF stands anywhere: then the file is whole and something follows it."""
    stream.seek(0)
    kept = b""
    while piece := stream.read(1024 * 1024):
        if b"%%EOF" in kept + piece:
            return True
        kept = piece[-5:]
    return False


def _acts_on_opening(pdf: pikepdf.Pdf) -> bool:
    """Whether opening it does more than turn to a page of its own."""
    action = pdf.Root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary):
        return str(action.get("/S", "")) not in {"/GoTo", ""}
    return False


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the document, also those written inside others."""
    waiting: list[pikepdf.Object] = list(pdf.objects)
    seen = 0
    while waiting:
        thing = waiting.pop()
        if (seen := seen + 1) > MOST_OBJECTS:
            raise ValueError("more objects than a scanned paper ever has")
        if isinstance(thing, pikepdf.Array):
            waiting.extend(inner for inner in thing if _is_inside(inner))
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            waiting.extend(inner for _key, inner in thing.items() if _is_inside(inner))


def _is_inside(thing: pikepdf.Object) -> bool:
    """Whether it is written in place; what is only referred to comes by itself."""
    return isinstance(thing, pikepdf.Array | pikepdf.Dictionary) and not thing.is_indirect


def _is_active(part: pikepdf.Object) -> bool:
    keys = set(part.keys())
    return (
        bool(keys & _ACTIVE_KEYS)
        or ("/AA" in keys and len(part["/AA"].keys()) > 0)
        or ("/S" in keys and str(part["/S"]) in _ACTIVE_ACTIONS)
        or ("/Subtype" in keys and str(part["/Subtype"]) in _ACTIVE_PARTS)
        or (str(part.get("/S", "")) == "/URI" and not _LINKS.match(bytes(part.get("/URI", b""))))
    )
