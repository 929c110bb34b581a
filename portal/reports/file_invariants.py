"""What must hold of files on any database of the portal and any disk beneath it."""

import hashlib
from collections.abc import Iterator
from itertools import chain

from django.db.models import Exists, F, OuterRef, Q

from dossiers.models import Attachment, Result
from portal.core import clock
from portal.documents.models import Paper, StoredFile
from portal.documents.services.sweeping import GRACE, orphaned_bytes, unused_files

NEWEST, OLDEST = 40, 10


def papers_and_files_exist() -> Iterator[str]:
    """A ready paper has its file, and every stored file has its bytes, none more, none less."""
    for paper in Paper.objects.filter(state=Paper.State.READY, file__isnull=True):
        yield f"{paper.key}: không có tệp"
    for stored in StoredFile.objects.iterator(chunk_size=500):
        try:
            if stored.content.size != stored.size:
                yield f"tệp {stored.pk}: sai độ dài"
        except FileNotFoundError:
            yield f"tệp {stored.pk}: mất nội dung"


def files_have_their_hash() -> Iterator[str]:
    """The bytes are those that were handed in; looked at in a sample of new and old files."""
    rows = StoredFile.objects.order_by("pk")
    sample = {stored.pk: stored for stored in chain(rows[:OLDEST], rows.reverse()[:NEWEST])}
    for stored in sample.values():
        digest = hashlib.sha256()
        try:
            with stored.content.open("rb") as content:
                for piece in content.chunks():
                    digest.update(piece)
        except FileNotFoundError:
            continue  # papers_and_files_exist names it
        if digest.hexdigest() != stored.sha256:
            yield f"tệp {stored.pk}: nội dung không khớp mã băm"


def nothing_unscanned_went_out() -> Iterator[str]:
    """No file was handed out before it was found clean, and no result is issued unscanned."""
    early = Q(cleared_at__isnull=True) | Q(served_at__lt=F("cleared_at"))
    out = StoredFile.objects.filter(early, served_at__isnull=False)
    for pk in out.values_list("pk", flat=True):
        yield f"tệp {pk}: đã tải khi chưa quét"
    unscanned = Result.objects.filter(file__cleared_at__isnull=True)
    for number in unscanned.values_list("number", flat=True):
        yield f"kết quả {number}: phát hành khi chưa quét"


def no_file_is_orphaned() -> Iterator[str]:
    """Two days old, a file's row is in use and bytes have a row: the sweep saw to both."""
    before = clock.now() - 2 * GRACE
    for pk in unused_files(before).order_by("pk").values_list("pk", flat=True)[:100]:
        yield f"tệp {pk}: không ai dùng"
    for path in orphaned_bytes(before):
        yield f"{path.name}: không thuộc tệp nào"


def attachments_are_their_owners() -> Iterator[str]:
    """A dossier holds only files its applicant handed in, and results given to them."""
    given = Result.objects.filter(
        file=OuterRef("file"), dossier__applicant=OuterRef("dossier__applicant")
    )
    foreign = Attachment.objects.exclude(file__uploaded_by=F("dossier__applicant"))
    for code, pk in foreign.exclude(Exists(given)).values_list("dossier__code", "pk"):
        yield f"{code}: tệp đính kèm {pk} không phải của người nộp"


FILE_CHECKS = {
    "papers_and_files_exist": papers_and_files_exist,
    "files_have_their_hash": files_have_their_hash,
    "nothing_unscanned_went_out": nothing_unscanned_went_out,
    "no_file_is_orphaned": no_file_is_orphaned,
    "attachments_are_their_owners": attachments_are_their_owners,
}
