"""Periodic duties: scan what waits, forget what ran out, remove what nobody owns."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from portal.core import clock
from portal.documents.models import StoredFile, Upload
from portal.documents.services import scanning
from portal.documents.services.storing import discard, incoming_folder
from portal.documents.services.uploads import place_of

BATCH = 500
GRACE = timedelta(days=1)


def sweep() -> dict[str, int]:
    """The frequent duties; returns how many of each were done."""
    return {
        "scanned": scanning.scan_waiting(),
        "rescanned": scanning.rescan_old(),
        "uploads_forgotten": forget_uploads(),
    }


def tidy() -> dict[str, int]:
    """The rare duties: garbage in both directions."""
    return {"rows_removed": remove_unused_rows(), "bytes_removed": remove_orphaned_bytes()}


def forget_uploads() -> int:
    """Uploads that ran out are gone, and so is what had come of them."""
    done = 0
    with transaction.atomic():
        over = Upload.objects.filter(expires_at__lt=clock.now())
        for upload in over.select_for_update(skip_locked=True, of=("self",))[:BATCH]:
            place_of(upload).unlink(missing_ok=True)
            upload.delete()
            done += 1
    return done


def remove_unused_rows() -> int:
    """Files that no row of any room refers to a day after they came; a file in use stays."""
    unused = unused_files(clock.now() - GRACE)
    done = 0
    for stored in list(unused.order_by("pk")[:BATCH]):
        places = [field for field in (stored.content, stored.picture, stored.thumbnail) if field]
        with transaction.atomic():
            StoredFile.objects.select_for_update(of=("self",)).filter(pk=stored.pk).first()
            if not unused.filter(pk=stored.pk).exists():
                continue
            StoredFile.objects.filter(pk=stored.pk).delete()
        for field in places:
            field.storage.delete(str(field.name))
        done += 1
    return done


def take_back(files: Iterable[StoredFile]) -> None:
    """Take back those files kept a moment ago that nothing has come to refer to."""
    if numbers := [stored.pk for stored in files]:
        for stored in unused(StoredFile.objects.filter(pk__in=numbers)):
            discard(stored)


def unused_files(before: datetime) -> QuerySet[StoredFile]:
    """Files older than that which nothing refers to."""
    return unused(StoredFile.objects.filter(uploaded_at__lt=before))


def unused(files: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
    """Those of the files that nothing refers to, whatever room might."""
    in_use = Q(pk__in=[])
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{name: OuterRef("pk")})
            in_use |= Q(Exists(rows))
    return files.exclude(in_use)


def remove_orphaned_bytes() -> int:
    """Remove bytes older than a day that no row knows; returns how many files they were."""
    removed = 0
    for path in orphaned_bytes(clock.now() - GRACE):
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def orphaned_bytes(before: datetime) -> Iterator[Path]:
    """Bytes untouched since then that no row knows; read folder by folder, never all at once."""
    root = Path(settings.MEDIA_ROOT)
    for batch in _batches(_old_files(root / "files", before.timestamp())):
        # A picture lies beside the bytes it was drawn from, under their name and a mark.
        owners = {path: str(path.relative_to(root)).partition("-")[0] for path in batch}
        rows = StoredFile.objects.filter(content__in=set(owners.values()))
        known = set(rows.values_list("content", flat=True))
        yield from (path for path in batch if owners[path] not in known)
    for batch in _batches(_old_files(incoming_folder(), before.timestamp())):
        names = [path.name for path in batch]
        under_way = Upload.objects.filter(public_id__in=names, file__isnull=True)
        awaited = set(under_way.values_list("public_id", flat=True))
        yield from (path for path in batch if path.name not in awaited)


def _old_files(folder: Path, before: float) -> Iterator[Path]:
    """Every file beneath the folder that has not been touched since."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _old_files(Path(entry.path), before)
            elif entry.stat(follow_symlinks=False).st_mtime < before:
                yield Path(entry.path)


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while batch := list(islice(paths, BATCH)):
        yield batch
