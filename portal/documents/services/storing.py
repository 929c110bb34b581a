"""The one way in: every file handed in by citizens, officers and programs is kept here."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.outbox import after_commit
from portal.core.refusals import NotNow
from portal.documents.inspection import FileKind, FileRefused, inspect, tidy_name
from portal.documents.models import StoredFile
from portal.documents.wording import megabytes


class NoRoom(NotNow):
    """The disk is full (507): nothing of the file was kept, the person may try again later."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            _("Cổng tạm hết chỗ chứa tệp nên chưa nhận được. Hãy thử lại sau ít phút.")
        )


class FileTooLarge(FileRefused):
    """The file is larger than its place takes (413)."""

    status = 413


@dataclass(frozen=True)
class Arrived:
    """A whole file on the disk, beside the storage, not yet part of it."""

    path: str
    size: int
    sha256: str


class _Movable(File):
    """A file the storage may take by renaming instead of copying."""

    def temporary_file_path(self) -> str:
        """Where it lies now."""
        return str(self.name)


def incoming_folder() -> Path:
    """Where bytes lie until they belong to a file; on the storage's own disk."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def store_file(
    upload: "UploadedFile[Any]", *, by: User, media_types: list[str], max_bytes: int
) -> StoredFile:
    """Keep a file somebody hands in; raises FileRefused with a sentence that helps.

    An empty `media_types` allows every kind the portal can look into. Looking takes a child
    process and a moment: call it before any row is locked.
    """
    name = tidy_name(upload.name or "")
    with room_watched(), _on_disk(upload, name, max_bytes) as arrived:
        return take_in(arrived, name=name, by=by, media_types=media_types)


def take_in(arrived: Arrived, *, name: str, by: User, media_types: list[str]) -> StoredFile:
    """Look into a whole file, move it into the storage and promise that it will be scanned."""
    kind = inspect(arrived.path, name, media_types)
    return admit(arrived, kind, name=name, by=by)


def admit(arrived: Arrived, kind: FileKind, *, name: str, by: User) -> StoredFile:
    """Move a file that was looked into into the storage, in quarantine until it is scanned."""
    with Path(arrived.path).open("rb") as content, transaction.atomic():
        stored = keep(
            _Movable(content, name=arrived.path),
            original_name=name,
            media_type=kind.media_type,
            size=arrived.size,
            sha256=arrived.sha256,
            uploaded_by=by,
        )
        after_commit("documents.scan", stored.pk, key=f"scan:{stored.pk}")
    return stored


@contextmanager
def _on_disk(upload: "UploadedFile[Any]", name: str, max_bytes: int) -> Iterator[Arrived]:
    """The bytes in a file on the storage's disk, measured and no further than the limit."""
    if hasattr(upload, "temporary_file_path"):  # it came through `receiving` and lies there
        yield _measured(upload, str(upload.temporary_file_path()), name, max_bytes, None)
        return
    place = incoming_folder() / secrets.token_hex(20)
    try:
        with place.open("xb") as copy:
            arrived = _measured(upload, str(place), name, max_bytes, copy)
        yield arrived
    finally:
        place.unlink(missing_ok=True)


def _measured(
    upload: "UploadedFile[Any]", path: str, name: str, max_bytes: int, copy: BinaryIO | None
) -> Arrived:
    """Size and digest, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    for piece in upload.chunks():
        size += len(piece)
        refuse_too_large(name, size, max_bytes)
        digest.update(piece)
        if copy is not None:
            copy.write(piece)
    refuse_empty(name, size)
    return Arrived(path, size, digest.hexdigest())


def refuse_empty(name: str, size: int) -> None:
    """Raises FileRefused naming a file in which nothing is."""
    if not size:
        words = _("Tệp “%(name)s” trống. Hãy mở thử tệp trên máy rồi chọn lại.")
        raise FileRefused(words % {"name": name})


def refuse_too_large(name: str, size: int, max_bytes: int) -> None:
    """Raises FileTooLarge naming the file and the limit."""
    if size > max_bytes:
        raise FileTooLarge(
            _("Tệp “%(name)s” lớn hơn %(most)s. Hãy giảm dung lượng hoặc tách tệp.")
            % {"name": name, "most": megabytes(max_bytes)}
        )


@contextmanager
def room_watched() -> Iterator[None]:
    """A full disk becomes NoRoom, a sentence instead of an unexplained failure."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom from error
        raise


def keep(content: "File[Any]", **facts: Any) -> StoredFile:
    """Write the bytes for good and then their row; without the row the bytes do not stay."""
    stored = StoredFile(**facts)
    stored.content.save("", content, save=False)
    try:
        settle(Path(stored.content.path))
        stored.save()
    except Exception:
        stored.content.delete(save=False)
        raise
    return stored


def settle(path: Path) -> None:
    """The bytes and their name survive a power cut."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def discard(*files: StoredFile) -> None:
    """Take back files that nothing refers to; their bytes go once the rows are gone for good."""
    fields = [each for file in files for each in (file.content, file.picture, file.thumbnail)]
    with transaction.atomic():
        StoredFile.objects.filter(pk__in=[stored.pk for stored in files]).delete()
        transaction.on_commit(partial(_delete, [str(field.name) for field in fields if field]))


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
