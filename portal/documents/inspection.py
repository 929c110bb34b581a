"""Is the file what its name says, whole, and without anything that acts by itself?"""

import re
import struct
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import magic
import pikepdf
import puremagic
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

MOST_PIXELS = 50_000_000
MOST_PDF_OBJECTS = 50_000
LONGEST_NAME = 255
_HEAD = 64 * 1024
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA"})
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"}
)
_ACTIVE_PARTS = frozenset({"/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/Sound", "/3D"})


class FileRefused(ValidationError):
    """The file is not taken; the sentence names it and says what to do instead."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file the portal can look into."""

    media_type: str
    label: str
    extensions: frozenset[str]
    look_into: Callable[[BinaryIO, str], None]


def tidy_name(name: str) -> str:
    """The file's own name in NFC: no folders, no invisible characters, at most 255 long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(mark for mark in last if unicodedata.category(mark) not in {"Cc", "Cs"})
    tidy = _INVISIBLE.sub("", visible).strip().lstrip(".") or "tep"
    ending = PurePosixPath(tidy).suffix[:20]
    return tidy if len(tidy) <= LONGEST_NAME else tidy[: LONGEST_NAME - len(ending)] + ending


def inspect(stream: BinaryIO, name: str, media_types: list[str]) -> FileKind:
    """The kind of the file, when its name, two detectors and its structure all agree.

    An empty list of media types stands for every kind the portal can look into.
    """
    wanted = [kind for kind in KINDS if not media_types or kind.media_type in media_types]
    ending = PurePosixPath(name).suffix.lower()
    kind = next((kind for kind in wanted if ending in kind.extensions), None)
    if kind is None:
        raise FileRefused(
            _("Không nhận được tệp “%(name)s”. Hãy gửi tệp thuộc loại: %(kinds)s.")
            % {"name": name, "kinds": ", ".join(kind.label for kind in wanted)}
        )
    if not _detectors_agree(stream, kind):
        raise FileRefused(
            _(
                "Tệp “%(name)s” có nội dung không phải %(kind)s. "
                "Hãy mở tệp, lưu lại đúng loại rồi gửi lại."
            )
            % {"name": name, "kind": kind.label}
        )
    stream.seek(0)
    kind.look_into(stream, name)
    return kind


def _detectors_agree(stream: BinaryIO, kind: FileKind) -> bool:
    """Libmagic alone takes a page with a PDF behind it for a PDF, so two are asked."""
    stream.seek(0)
    if magic.from_buffer(stream.read(_HEAD), mime=True) != kind.media_type:
        return False
    stream.seek(0)
    try:
        guesses = puremagic.magic_stream(stream)
    except (puremagic.PureError, ValueError):
        return False
    best = max(guess.confidence for guess in guesses)
    return any(g.mime_type == kind.media_type and g.confidence == best for g in guesses)


def _look_into_pdf(stream: BinaryIO, name: str) -> None:
    """Whole, open to every reader, and without script, form logic or files inside."""
    stream.seek(-min(2048, stream.seek(0, 2)), 2)
    is_whole = b"%%EOF" in stream.read()
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            if pdf.is_encrypted:
                raise _locked(name)
            if not is_whole or not len(pdf.pages):
                raise _broken(name)
            if len(pdf.objects) > MOST_PDF_OBJECTS or any(map(_is_active, _dictionaries(pdf))):
                raise FileRefused(
                    _(
                        "Tệp “%(name)s” có mã lệnh hoặc tệp khác bên trong nên không nhận được. "
                        "Hãy in tệp ra PDF mới (chọn In, rồi Lưu thành PDF) và gửi tệp mới."
                    )
                    % {"name": name}
                )
    except pikepdf.PasswordError as error:
        raise _locked(name) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise _broken(name) from error


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the document, also those written inside others."""
    waiting: list[pikepdf.Object] = list(pdf.objects)
    seen = 0
    while waiting:
        thing = waiting.pop()
        if (seen := seen + 1) > MOST_PDF_OBJECTS:
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
        or ("/S" in keys and str(part["/S"]) in _ACTIVE_ACTIONS)
        or ("/Subtype" in keys and str(part["/Subtype"]) in _ACTIVE_PARTS)
    )


def _look_into_image(stream: BinaryIO, name: str) -> None:
    """A picture that can be drawn and does not swell beyond measure."""
    try:
        with Image.open(stream, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_large(name)
            image.verify()
        stream.seek(0)
        with Image.open(stream, formats=("JPEG", "PNG")) as image:
            # An eighth of the size is enough to notice a picture that was cut off.
            image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error) as error:
        raise _broken(name) from error


def _locked(name: str) -> FileRefused:
    return FileRefused(
        _(
            "Tệp “%(name)s” bị khóa bằng mật khẩu hoặc hạn chế quyền. "
            "Hãy bỏ khóa rồi lưu lại, hoặc chụp ảnh giấy tờ và gửi ảnh."
        )
        % {"name": name}
    )


def _broken(name: str) -> FileRefused:
    return FileRefused(
        _(
            "Tệp “%(name)s” bị hỏng hoặc chưa tải lên hết nên không mở được. "
            "Hãy mở thử tệp trên máy, lưu lại rồi gửi lại."
        )
        % {"name": name}
    )


def _too_large(name: str) -> FileRefused:
    return FileRefused(
        _("Ảnh “%(name)s” quá lớn (hơn 50 triệu điểm ảnh). Hãy giảm kích thước ảnh rồi gửi lại.")
        % {"name": name}
    )


KINDS = (
    FileKind("application/pdf", "PDF (.pdf)", frozenset({".pdf"}), _look_into_pdf),
    FileKind("image/jpeg", "JPEG (.jpg, .jpeg)", frozenset({".jpg", ".jpeg"}), _look_into_image),
    FileKind("image/png", "PNG (.png)", frozenset({".png"}), _look_into_image),
)
