"""Files of a form on their way in: straight to the disk, no further than their field allows.

A view says what its file fields take: `@takes_files({"result": bytes})` or a function of the
request; every other field takes none. What is too large or not asked for is read past, not kept:
the other fields of the form arrive, so nothing typed is lost, and the answer is a sentence instead
of a reset connection.
"""

import errno
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar

from django.core.files.temp import NamedTemporaryFile
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from portal.documents.services.storing import NoRoom, incoming_folder
from portal.documents.wording import megabytes

MOST_IN_ONE_FORM = 200 * 1024 * 1024
WORTH_READING_PAST = 500 * 1024 * 1024
_REFUSED = "_refused_uploads"
Limits = Mapping[str, int]
View = TypeVar("View", bound=Callable[..., Any])


class ReceivedFile(TemporaryUploadedFile):
    """A file of a form on the storage's disk; gone when closed unless it was moved away."""

    def __init__(self, name: str, content_type: str, charset: str) -> None:
        # Past Django's own temporary file, which would lie on another disk.
        held = NamedTemporaryFile(suffix=".upload", dir=incoming_folder())
        UploadedFile.__init__(self, held, name, content_type, 0, charset)


def takes_files(limits: "Limits | Callable[..., Limits]") -> Callable[[View], View]:
    """Mark a view, or an API view's class, with the most bytes each of its file fields takes."""

    def mark(view: View) -> View:
        view.upload_limits = limits  # type: ignore[attr-defined]
        return view

    return mark


def refused_uploads(request: HttpRequest) -> dict[str, str]:
    """The file fields of which a file was not received, each with a sentence."""
    request.POST  # noqa: B018 - reading it receives the files
    found: dict[str, str] = getattr(request, _REFUSED, {})
    return found


class StreamToDisk(FileUploadHandler):
    """Writes each file to the disk as it comes; refuses by field, by form and by a full disk."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refused: dict[str, str] = {}
        self.is_form_too_large = False
        self.limits: Limits = {}
        # Not `file`: Django's parser closes whatever bears that name, also when it is None.
        self.held: Any = None
        self.received = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> "tuple[QueryDict, Any] | None":
        """Before the first byte is kept: is the whole form too large by its own word?"""
        setattr(self.request, _REFUSED, self.refused)
        self.limits = _limits(self.request)
        self.is_form_too_large = content_length > MOST_IN_ONE_FORM
        if content_length > WORTH_READING_PAST:
            self.refused[""] = _too_large("", MOST_IN_ONE_FORM)
            raise StopUpload(connection_reset=True)
        return None

    def new_file(self, field_name: str, file_name: str, *arguments: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(field_name, file_name, *arguments, **named)
        self._close()
        self.received = 0
        if not self._limit():
            self._refuse(_not_here(file_name))
        if self.is_form_too_large:
            self._refuse(_too_large(file_name, MOST_IN_ONE_FORM))
        if self.content_length and self.content_length > self._limit():
            self._refuse(_too_large(file_name, self._limit()))
        try:
            self.held = ReceivedFile(file_name, self.content_type or "", self.charset or "")
        except OSError as error:
            self._no_room(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece comes; the file is dropped as soon as it is too large or the disk is full."""
        self.received += len(raw_data)
        if self.received > self._limit():
            self._refuse(_too_large(self.file_name or "", self._limit()))
        try:
            self.held.write(raw_data)
        except OSError as error:
            self._no_room(error)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file is whole."""
        if self.held is None:
            return None
        whole, self.held = self.held, None
        whole.seek(0)
        whole.size = file_size
        return whole  # type: ignore[no-any-return]

    def upload_interrupted(self) -> None:
        """The line was cut: nothing of the file stays."""
        self._close()

    def _limit(self) -> int:
        return self.limits.get(self.field_name or "", 0)

    def _refuse(self, sentence: str) -> None:
        """Read past the rest of this file and remember why."""
        self._close()
        self.refused.setdefault(self.field_name or "", sentence)
        raise SkipFile

    def _no_room(self, error: OSError) -> None:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise error
        self._refuse(str(NoRoom()))

    def _close(self) -> None:
        """Take away a file that did not become whole."""
        if self.held is not None:
            self.held.close()
            self.held = None


def _limits(request: HttpRequest | None) -> Limits:
    """What the view says its fields take."""
    match = getattr(request, "resolver_match", None)
    view = getattr(match and match.func, "cls", match and match.func)
    told: Limits | Callable[..., Limits] = getattr(view, "upload_limits", {})
    return told(request, **match.kwargs) if callable(told) and match else told  # type: ignore[return-value]


def _not_here(name: str) -> str:
    return _("Tệp “%(name)s” không được nhận ở chỗ này. Hãy gửi tệp ở ô dành cho giấy tờ đó.") % {
        "name": name
    }


def _too_large(name: str, most: int) -> str:
    if not name:
        return _("Các tệp trong một lần gửi lớn hơn %(most)s. Hãy gửi từng tệp một.") % {
            "most": megabytes(most)
        }
    return _("Tệp “%(name)s” lớn hơn %(most)s. Hãy giảm dung lượng hoặc tách tệp.") % {
        "name": name,
        "most": megabytes(most),
    }
