"""Nothing leaves quarantine before the scanner has looked; a scanner that is down only delays.

A file is scanned by the outbox right after it was stored. Whatever went wrong then, the sweep
finds: files that wait or failed, with growing patience, and old files when signatures are newer.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from portal.core import clock
from portal.core.outbox import after_commit
from portal.documents.models import SCANNED, StoredFile
from portal.integrations.scanner import client
from portal.integrations.scanner.client import ScannerDown, Verdict

log = logging.getLogger(__name__)
Scan = StoredFile.Scan
BATCH, RETRIES, RESCANS = 100, 20, 50
ALARM_AFTER = 5
LONGEST_WAIT_SECONDS = 3600
# A signature the house has added itself does not change what the scanner calls its version.
RESCAN_AFTER = timedelta(days=7)


def scan(stored: StoredFile) -> StoredFile:
    """Let the scanner look at one file; its state says what came of it, never an exception.

    What was found infected stays so.
    """
    if stored.is_infected:
        return stored
    try:
        signatures = client.version(settings.CLAMD_URL)
        with stored.content.open("rb") as content:
            verdict = client.scan(settings.CLAMD_URL, content)
    except ScannerDown as error:
        _wait(StoredFile.objects.filter(pk=stored.pk, scan_state__in=[Scan.PENDING, Scan.ERROR]))
        log.warning("scanner is down (%s), file %s waits", error, stored.pk)
    except FileNotFoundError:
        _record(stored, "", Verdict(trouble="bytes are missing"))
    else:
        _record(stored, signatures, verdict)
    with suppress(StoredFile.DoesNotExist):  # taken back meanwhile: nobody asks any more
        stored.refresh_from_db()
    return stored


def _record(stored: StoredFile, signatures: str, verdict: Verdict) -> None:
    """Write the verdict down; a clean picture is then drawn anew by a worker."""
    now = clock.now()
    rows = StoredFile.objects.filter(pk=stored.pk).exclude(scan_state=Scan.INFECTED)
    if verdict.found:
        log.error("file %s is infected", stored.pk)
        rows.update(
            scan_state=Scan.INFECTED, scanned_at=now, signatures=signatures, found=verdict.found
        )
    elif verdict.trouble:
        log.error("file %s cannot be scanned: %s", stored.pk, verdict.trouble)
        rows.filter(scan_state=Scan.CLEAN).update(scanned_at=now)  # looked at again in its turn
        _wait(rows.exclude(scan_state=Scan.CLEAN), scan_state=Scan.ERROR)
    else:
        with transaction.atomic():
            is_there = rows.update(
                scan_state=Scan.CLEAN, scanned_at=now, signatures=signatures, found="",
                cleared_at=Coalesce(F("cleared_at"), now), scan_attempts=0, next_scan_at=None,
            )  # fmt: skip
            if is_there and stored.media_type.startswith("image/") and not stored.picture:
                after_commit("documents.draw", stored.pk, key=f"draw:{stored.pk}")


def _wait(files: QuerySet[StoredFile], **changes: str) -> None:
    """Try again later, each time later than before."""
    for pk, attempts in list(files.values_list("pk", "scan_attempts")[:BATCH]):
        seconds = min(15 * 2**attempts, LONGEST_WAIT_SECONDS) * settings.TIMER_SCALE
        StoredFile.objects.filter(pk=pk).update(
            scan_attempts=F("scan_attempts") + 1,
            next_scan_at=clock.now() + timedelta(seconds=seconds),
            **changes,
        )


def scan_waiting() -> int:
    """Scan what waits; while the scanner is down nothing is tried, and the operator is told."""
    # In the order of their index: what waits lies behind everything that was ever scanned.
    files = StoredFile.objects.order_by("next_scan_at")
    failed = files.filter(scan_state=Scan.ERROR, next_scan_at__lte=clock.now())
    # Whoever waits only for the scanner need not wait out their patience once it is back.
    ready = [*_some(failed, RETRIES), *_some(files.filter(scan_state=Scan.PENDING), BATCH)]
    if not ready:
        return 0
    try:
        client.ping(settings.CLAMD_URL)
    except ScannerDown:
        _hold_back(files.filter(scan_state__in=[Scan.PENDING, Scan.ERROR]))
        return 0
    return sum(1 for each in _one_by_one(ready) if scan(each).scanned_at is not None)


def _hold_back(waiting: QuerySet[StoredFile]) -> None:
    """Nobody is there to scan: whoever is due waits longer, and the operator is told."""
    _wait(waiting.filter(Q(next_scan_at__isnull=True) | Q(next_scan_at__lte=clock.now())))
    if late := waiting.filter(scan_attempts__gte=ALARM_AFTER).count():
        log.error("scanner is down: %s files wait in quarantine", late)


def rescan_old() -> int:
    """Look again with newer signatures, and after a week with any; the oldest look first."""
    try:
        newest = client.version(settings.CLAMD_URL)
    except ScannerDown:
        return 0
    a_week_ago = clock.now() - RESCAN_AFTER * settings.TIMER_SCALE
    scanned = StoredFile.objects.filter(SCANNED).order_by("scanned_at")
    stale = scanned.filter(scanned_at__lt=max(a_week_ago, _first_look(scanned, newest)))
    return len([scan(each) for each in _one_by_one(_some(stale, RESCANS))])


def _first_look(scanned: QuerySet[StoredFile], signatures: str) -> datetime:
    """Since when these signatures are used: whatever was scanned before was so with older ones."""
    looks = scanned.filter(signatures=signatures).values_list("scanned_at", flat=True)
    return looks.first() or clock.now()


def _some(files: QuerySet[StoredFile], most: int) -> list[int]:
    """The numbers of the first of them."""
    return list(files.values_list("pk", flat=True)[:most])


def _one_by_one(numbers: list[int]) -> Iterator[StoredFile]:
    """The files, each read when its turn comes; one swept away meanwhile needs no look."""
    for pk in numbers:
        if (found := StoredFile.objects.filter(pk=pk).first()) is not None:
            yield found
