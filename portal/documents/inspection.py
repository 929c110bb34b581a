"""Is the file what its name says, whole, and without anything that acts by itself?"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core.text import composed
from portal.documents import confinement

LONGEST_NAME = 255
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class FileRefused(ValidationError):
    """The file is not taken; the sentence names it and says what to do instead."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file the portal can look into."""

    media_type: str
    label: str
    extensions: frozenset[str]


KINDS = (
    FileKind("application/pdf", "PDF (.pdf)", frozenset({".pdf"})),
    FileKind("image/jpeg", "JPEG (.jpg, .jpeg)", frozenset({".jpg", ".jpeg"})),
    FileKind("image/png", "PNG (.png)", frozenset({".png"})),
)


def tidy_name(name: str) -> str:
    """The file's own name in NFC: no folders, no invisible characters, at most 255 long."""
    last = composed(name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(mark for mark in last if unicodedata.category(mark) not in {"Cc", "Cs"})
    tidy = _INVISIBLE.sub("", visible).strip().lstrip(".") or "tep"
    ending = PurePosixPath(tidy).suffix[:20]
    return tidy if len(tidy) <= LONGEST_NAME else tidy[: LONGEST_NAME - len(ending)] + ending


def kind_named(name: str, media_types: list[str]) -> FileKind:
    """The kind the name's ending stands for, if it is one of those wanted.

    An empty list of media types stands for every kind the portal can look into.
    """
    wanted = [kind for kind in KINDS if not media_types or kind.media_type in media_types]
    ending = PurePosixPath(name).suffix.lower()
    for kind in wanted:
        if ending in kind.extensions:
            return kind
    raise FileRefused(
        _("Không nhận được tệp “%(name)s”. Hãy gửi tệp thuộc loại: %(kinds)s.")
        % {"name": name, "kinds": ", ".join(kind.label for kind in wanted)}
    )


def inspect(path: str, name: str, media_types: list[str]) -> FileKind:
    """The kind of the file, when its name, two detectors and its structure all agree.

    It takes a moment and a child process: call it before any row is locked.
    """
    kind = kind_named(name, media_types)
    if reason := confinement.look(path, kind.media_type):
        words = _sentences().get(reason, _sentences()["broken"])
        raise FileRefused(words % {"name": name, "kind": kind.label})
    return kind


def _sentences() -> dict[str, str]:
    """What is said for each reason of `looking`, with what to do instead."""
    return {
        "not_it": _(
            "Tệp “%(name)s” có nội dung không phải %(kind)s. "
            "Hãy mở tệp, lưu lại đúng loại rồi gửi lại."
        ),
        "active": _(
            "Tệp “%(name)s” có mã lệnh hoặc tệp khác bên trong nên không nhận được. "
            "Hãy in tệp ra PDF mới (chọn In, rồi Lưu thành PDF) và gửi tệp mới."
        ),
        "double": _(
            "Tệp “%(name)s” có nội dung lạ ghép thêm vào nên không nhận được. "
            "Hãy in giấy tờ ra PDF mới (chọn In, rồi Lưu thành PDF) hoặc chụp ảnh lại."
        ),
        "locked": _(
            "Tệp “%(name)s” bị khóa bằng mật khẩu hoặc hạn chế quyền. "
            "Hãy bỏ khóa rồi lưu lại, hoặc chụp ảnh giấy tờ và gửi ảnh."
        ),
        "broken": _(
            "Tệp “%(name)s” bị hỏng hoặc chưa tải lên hết nên không mở được. "
            "Hãy mở thử tệp trên máy, lưu lại rồi gửi lại."
        ),
        "too_many_pixels": _(
            "Ảnh “%(name)s” quá lớn (hơn 50 triệu điểm ảnh). Hãy giảm kích thước ảnh rồi gửi lại."
        ),
        "too_hard": _(
            "Tệp “%(name)s” quá phức tạp nên Cổng không mở được. "
            "Hãy chụp ảnh giấy tờ, hoặc in ra PDF mới, rồi gửi lại."
        ),
    }
