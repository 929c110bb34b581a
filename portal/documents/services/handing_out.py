"""The one way out: only what the scanner let through, and never as a page."""

import logging

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.models import StoredFile

log = logging.getLogger(__name__)
_QUARANTINE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cache-Control": "no-store",
}


class NotClean(NotNow):
    """The file is in quarantine: not scanned yet, or found infected."""


def refuse_unless_clean(stored: StoredFile) -> None:
    """Raises NotClean with what to do next."""
    if not stored.is_clean:
        raise NotClean(quarantine_words(stored))


def quarantine_words(stored: StoredFile) -> str:
    """Why the file cannot be had now, and what happens next."""
    words = _(
        "Tệp “%(name)s” đang được quét mã độc nên chưa mở được. Thường chỉ mất một phút; "
        "hãy tải lại trang này sau ít phút. Bạn không phải gửi lại tệp."
    )
    if stored.is_infected:
        words = _(
            "Tệp “%(name)s” có mã độc nên đã bị chặn, không ai tải được. Cần một tệp khác thay thế."
        )
    elif stored.scan_state == StoredFile.Scan.ERROR:
        words = _(
            "Tệp “%(name)s” chưa quét được nên chưa mở được. Cổng sẽ tự quét lại; "
            "nếu cần gấp, hãy gửi bản chụp hoặc bản PDF khác."
        )
    return words % {"name": stored.original_name}


def serve(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser opens, guesses at or keeps; NotClean in quarantine.

    The caller has decided that the person may have it.
    """
    refuse_unless_clean(stored)
    if stored.served_at is None:
        rows = StoredFile.objects.filter(pk=stored.pk, served_at__isnull=True)
        rows.update(served_at=clock.now())
    return FileResponse(
        _opened(stored, stored.content),
        as_attachment=True,
        filename=stored.original_name,
        content_type=stored.media_type,
        headers=_QUARANTINE,
    )


def serve_picture(stored: StoredFile, *, small: bool = False) -> FileResponse:
    """The picture drawn anew, to be shown on a page; 404 when there is none."""
    refuse_unless_clean(stored)
    picture = stored.thumbnail if small else stored.picture
    if not picture:
        raise Http404
    return FileResponse(_opened(stored, picture), content_type="image/jpeg", headers=_QUARANTINE)


def _opened(stored: StoredFile, field: FieldFile) -> FieldFile:
    try:
        return field.open("rb")
    except FileNotFoundError as error:
        log.error("bytes of file %s are missing", stored.pk)
        words = _("Nội dung tệp “%(name)s” đang không đọc được. Hãy báo tổng đài của Cổng.")
        raise NotNow(words % {"name": stored.original_name}) from error
