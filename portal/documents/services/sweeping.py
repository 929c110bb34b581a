"""Periodic duties: scan what waits, forget what ran out, remove what nobody owns."""

import os
import random
import stat
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, Max, Min, OuterRef, QuerySet

from portal.core import clock
from portal.documents.models import StoredFile, Upload
from portal.documents.services import scanning
from portal.documents.services.storing import discard, incoming_folder
from portal.documents.services.uploads import place_of

BATCH, WINDOW = 500, 10_000
GRACE = timedelta(days=1)
PATIENCE = 30.0  # seconds for each kind of garbage; a task may take ninety in all
Piece = TypeVar("Piece")


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
    ends = StoredFile.objects.aggregate(first=Min("pk"), last=Max("pk"))
    done = 0
    for start in _in_time([*range(ends["first"] or 0, (ends["last"] or 0) + 1, WINDOW)]):
        old = unused_files(clock.now() - GRACE)
        window, some = old.filter(pk__gte=start, pk__lt=start + WINDOW), BATCH
        while some == BATCH:
            some = _remove_some(window)
            done += some
    return done


def _remove_some(rows: QuerySet[StoredFile]) -> int:
    """Remove a batch: locked, looked at again under the lock, and only then their bytes.

    A row somebody holds this moment is left for another time: the sweep waits for nobody.
    """
    with transaction.atomic():
        free = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH]
        gone = list(unused(StoredFile.objects.filter(pk__in=[stored.pk for stored in free])))
        discard(*gone)
    return len(gone)


def take_back(files: Iterable[StoredFile]) -> None:
    """Take back those files kept a moment ago that nothing has come to refer to."""
    if numbers := [stored.pk for stored in files]:
        discard(*unused(StoredFile.objects.filter(pk__in=numbers)))


def unused_files(before: datetime) -> QuerySet[StoredFile]:
    """Files older than that which nothing refers to."""
    return unused(StoredFile.objects.filter(uploaded_at__lt=before))


def unused(files: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
    """Those of the files that nothing refers to, whatever room might."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{name: OuterRef("pk")})
            files = files.filter(~Exists(rows))
    return files


def remove_orphaned_bytes() -> int:
    """Remove bytes older than a day that no row knows; returns how many files they were."""
    removed = 0
    for place in _in_time(_places()):
        for path in _orphans(place, clock.now() - GRACE):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _in_time(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces of a long work in random order, at least one, until its time is up.

    Among millions of files a sweep ends before the worker ends it; what it does not reach this
    time it reaches another time.
    """
    until = time.monotonic() + PATIENCE
    random.shuffle(pieces)
    for piece in pieces:
        yield piece
        if time.monotonic() > until:
            return


def orphaned_bytes(before: datetime) -> Iterator[Path]:
    """Bytes untouched since then that no row knows; read folder by folder, never all at once."""
    for place in _places():
        yield from _orphans(place, before)


def _places() -> list[Path]:
    """Where bytes lie: the folders of the storage, what lies loose beside them, what comes in."""
    storage = Path(settings.MEDIA_ROOT) / "files"
    inside = list(storage.iterdir()) if storage.is_dir() else []
    return [*inside, incoming_folder()]


def _orphans(place: Path, before: datetime) -> Iterator[Path]:
    known_of = _awaited if place == incoming_folder() else _stored
    for batch in _batches(_old_files(place, before.timestamp())):
        known = known_of(batch)
        yield from (Path(path) for path in batch if path not in known)


def _stored(batch: list[str]) -> set[str]:
    """Those that have a row; a picture lies beside its file, under the same name and a mark."""
    root = len(f"{settings.MEDIA_ROOT}/")
    owners = {path: path[root:].partition("-")[0] for path in batch}
    rows = StoredFile.objects.filter(content__in=set(owners.values()))
    there = set(rows.values_list("content", flat=True))
    return {path for path, owner in owners.items() if owner in there}


def _awaited(batch: list[str]) -> set[str]:
    """Those of which more pieces may come."""
    names = {path: path.rpartition("/")[2] for path in batch}
    under_way = Upload.objects.filter(public_id__in=names.values(), file__isnull=True)
    awaited = set(under_way.values_list("public_id", flat=True))
    return {path for path, name in names.items() if name in awaited}


def _old_files(place: Path, before: float) -> Iterator[str]:
    """Every file at or beneath the place that has not been touched since."""
    walk = os.walk(place)
    beneath = (f"{folder}/{name}" for folder, _inside, names in walk for name in names)
    return (path for path in chain([str(place)], beneath) if _is_old(path, before))


def _is_old(path: str, before: float) -> bool:
    """Whether it is a file that old; what was moved or removed this moment is none."""
    try:
        facts = os.lstat(path)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(facts.st_mode) and facts.st_mtime < before


def _batches(paths: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(paths, BATCH)):
        yield batch
