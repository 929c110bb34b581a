"""Files that arrive in pieces over a line that is cut: offset, length, hash.

A piece is written first and counted after: what a crash leaves behind the counted bytes is cut
off by the next piece; what was counted but is gone is asked for again. The README has the calls.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.inspection import FileRefused, inspect, kind_named, tidy_name
from portal.documents.models import StoredFile, Upload
from portal.documents.services.storing import (
    Arrived,
    admit,
    incoming_folder,
    refuse_empty,
    refuse_too_large,
    room_watched,
)

MOST_PIECE = 4 * 1024 * 1024
MOST_OPEN = 20
MOST_OPEN_BYTES = 300 * 1024 * 1024
LASTS = timedelta(hours=24)
_HEX = frozenset("0123456789abcdef")


class WrongOffset(NotNow):
    """The piece does not follow what has been received; `offset` is where to go on (409)."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            _("Cổng đã nhận %(offset)d byte; hãy gửi tiếp từ chỗ đó.") % {"offset": offset}
        )
        self.offset = offset


class WrongPiece(FileRefused):
    """The bytes are not those that were announced (422)."""


class TooManyUploads(NotNow):
    """The person has too much under way already (429)."""

    status = 429
    retry_after = 30


def open_upload(
    owner: User,
    target: str,
    *,
    name: str,
    length: int,
    sha256: str,
    media_types: list[str],
    max_bytes: int,
) -> Upload:
    """Announce a file; raises FileRefused when it could never be taken, TooManyUploads at quota.

    `target` says what it is for in the caller's words; finishing asks for the same target.
    """
    name, digest = tidy_name(name), sha256.lower()
    refuse_unfit(name, length, media_types, max_bytes)
    if length < 1 or len(digest) != 64 or set(digest) - _HEX:
        raise WrongPiece(_("Cần độ dài và mã băm SHA-256 của tệp “%(name)s”.") % {"name": name})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
        _refuse_beyond_quota(owner, length)
        return Upload.objects.create(
            owner=owner,
            target=target,
            original_name=name,
            media_types=media_types,
            length=length,
            sha256=digest,
            expires_at=clock.now() + LASTS,
        )


def refuse_unfit(name: str, length: int, media_types: list[str], max_bytes: int) -> None:
    """Raises FileRefused when by name and length alone the file could never be taken."""
    kind_named(name, media_types)
    refuse_too_large(name, length, max_bytes)
    refuse_empty(name, length)


def _refuse_beyond_quota(owner: User, length: int) -> None:
    """Nobody fills the disk with files that never end; the caller holds the person's row.

    Files that have come whole and wait to be put somewhere take room, but are not under way:
    however many a page left behind, the next one can be sent.
    """
    kept = Upload.objects.filter(owner=owner, file__isnull=True, expires_at__gt=clock.now())
    told = kept.aggregate(total=Sum("length"), open=Count("pk", filter=Q(received__lt=F("length"))))
    if told["open"] >= MOST_OPEN or (told["total"] or 0) + length > MOST_OPEN_BYTES:
        raise TooManyUploads(
            _("Bạn đang tải lên quá nhiều tệp cùng lúc. Hãy đợi các tệp kia xong rồi gửi tiếp.")
        )


def my_upload(public_id: str, owner: User) -> Upload:
    """The person's own upload that has not run out; Upload.DoesNotExist for everybody else."""
    return Upload.objects.get(public_id=public_id, owner=owner, expires_at__gt=clock.now())


def receive_piece(public_id: str, owner: User, *, offset: int, piece: bytes, sha256: str) -> Upload:
    """Add one piece at its offset; WrongOffset says where to go on, WrongPiece that it is spoilt.

    The row is locked, so of two pieces for one offset the second is told the new offset.
    """
    if len(piece) > MOST_PIECE:
        raise WrongPiece(_("Mỗi phần gửi lên nhiều nhất 4 MB."))
    if hashlib.sha256(piece).hexdigest() != sha256.lower():
        raise WrongPiece(_("Phần vừa gửi bị sai trên đường truyền. Hãy gửi lại phần đó."))
    with room_watched(), transaction.atomic():
        my_upload(public_id, owner)
        upload = Upload.objects.select_for_update().get(public_id=public_id)
        if upload.file_id or offset != come(upload):
            raise WrongOffset(come(upload))
        if offset + len(piece) > upload.length:
            raise WrongPiece(_("Phần gửi lên vượt quá độ dài đã báo của tệp."))
        _write(place_of(upload), offset, piece)
        upload.received = offset + len(piece)
        upload.expires_at = clock.now() + LASTS
        upload.save(update_fields=["received", "expires_at"])
    return upload


def forget_upload(public_id: str, owner: User) -> None:
    """The person does not want it any more."""
    upload = my_upload(public_id, owner)
    place_of(upload).unlink(missing_ok=True)
    upload.delete()


def come(upload: Upload) -> int:
    """How many bytes have come: all that were counted, or none when the disk has lost them."""
    if upload.file_id or upload.received == 0:
        return upload.received
    place = place_of(upload)
    is_there = place.exists() and place.stat().st_size >= upload.received
    return upload.received if is_there else 0


def place_of(upload: Upload) -> Path:
    """Where its bytes gather."""
    return incoming_folder() / upload.public_id


def _write(place: Path, offset: int, piece: bytes) -> None:
    """Cut off what was never counted, then add the piece so that it survives a power cut."""
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as content:
        content.truncate(offset)
        content.seek(offset)
        content.write(piece)
        content.flush()
        os.fsync(content.fileno())


def finish_upload(public_id: str, owner: User, target: str) -> StoredFile:
    """Make a file of what has arrived whole; finishing twice gives the same file.

    Raises WrongOffset while bytes are missing, WrongPiece when the whole is not what was
    announced (it then starts anew), FileRefused when the portal cannot take it.
    """
    upload = my_upload(public_id, owner)
    if upload.target != target:
        raise Upload.DoesNotExist
    if upload.file is not None:
        return upload.file
    if come(upload) != upload.length:
        raise WrongOffset(come(upload))
    try:
        return _finish(upload, owner)
    except FileNotFoundError:
        upload.refresh_from_db()
        if upload.file is None:  # nobody else has just finished it: its bytes are lost
            raise WrongOffset(0) from None
        return upload.file


def _finish(upload: Upload, owner: User) -> StoredFile:
    """Check and look before the lock; then one of two who finish at once makes the file."""
    place = place_of(upload)
    with place.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if digest != upload.sha256 or place.stat().st_size != upload.length:
        place.unlink(missing_ok=True)  # the next piece is the first
        words = _("Tệp “%(name)s” tới nơi không còn nguyên vẹn. Hãy gửi lại từ đầu.")
        raise WrongPiece(words % {"name": upload.original_name})
    try:
        kind = inspect(str(place), upload.original_name, upload.media_types)
    except FileRefused:
        upload.refresh_from_db()
        if upload.file is not None:  # somebody else has just finished it
            return upload.file
        raise
    with room_watched(), transaction.atomic(), _second_name(place) as twin:
        locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if locked.file is not None:
            return locked.file
        arrived = Arrived(str(twin), upload.length, upload.sha256)
        locked.file = admit(arrived, kind, name=upload.original_name, by=owner)
        locked.save(update_fields=["file"])
        transaction.on_commit(partial(place.unlink, missing_ok=True))
    return locked.file


@contextmanager
def _second_name(place: Path) -> Iterator[Path]:
    """Another name for the same bytes, to be moved away.

    Whoever called may still undo everything; under their own name the bytes are then there.
    """
    twin = place.with_name(secrets.token_hex(20))
    os.link(place, twin)
    try:
        yield twin
    finally:
        twin.unlink(missing_ok=True)
