"""Nothing leaves quarantine before the scanner has looked; a scanner that is down only delays.

A file is scanned by the outbox right after it was stored. Whatever went wrong then, the sweep
finds: files that wait or failed, with growing patience, and old files when signatures are newer.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from portal.core import clock
from portal.core.outbox import after_commit
from portal.documents.models import StoredFile
from portal.documents.services.papers import OWN
from portal.integrations.scanner import client
from portal.integrations.scanner.client import ScannerDown, Verdict

log = logging.getLogger(__name__)
Scan = StoredFile.Scan
BATCH = 100
RESCANS = 50
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
        rows.filter(scan_state=Scan.CLEAN).update(scanned_at=now)  # looked at again next time
        _wait(rows.exclude(scan_state=Scan.CLEAN), scan_state=Scan.ERROR)
    else:
        with transaction.atomic():
            rows.update(
                scan_state=Scan.CLEAN, scanned_at=now, signatures=signatures, found="",
                cleared_at=Coalesce(F("cleared_at"), now), scan_attempts=0, next_scan_at=None,
            )  # fmt: skip
            if stored.media_type.startswith("image/") and not stored.picture:
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
    waiting = StoredFile.objects.filter(scan_state__in=[Scan.PENDING, Scan.ERROR])
    if not waiting.exists():
        return 0
    try:
        client.ping(settings.CLAMD_URL)
    except ScannerDown:
        _wait(waiting.filter(_is_due()))
        if late := waiting.filter(scan_attempts__gte=ALARM_AFTER).count():
            log.error("scanner is down: %s files wait in quarantine", late)
        return 0
    # The scanner is back: whoever waited only for it need not wait out their patience.
    ready = waiting.filter(_is_due() | Q(scan_state=Scan.PENDING))
    return sum(
        1 for each in _batch(ready.order_by("pk"), BATCH) if scan(each).scanned_at is not None
    )


def _is_due() -> Q:
    return Q(next_scan_at__isnull=True) | Q(next_scan_at__lte=clock.now())


def rescan_old() -> int:
    """Look again with newer signatures, and after a week with any; the oldest look first."""
    old = StoredFile.objects.filter(scan_state=Scan.CLEAN).exclude(signatures=OWN)
    if not old.exists():
        return 0
    try:
        newest = client.version(settings.CLAMD_URL)
    except ScannerDown:
        return 0
    before = clock.now() - RESCAN_AFTER * settings.TIMER_SCALE
    stale = old.filter(~Q(signatures=newest) | Q(scanned_at__lt=before)).order_by("scanned_at")
    return len([scan(each) for each in _batch(stale, RESCANS)])


def _batch(files: QuerySet[StoredFile], most: int) -> Iterator[StoredFile]:
    """Some of the files, each read again when its turn comes."""
    for pk in list(files.values_list("pk", flat=True)[:most]):
        if (found := StoredFile.objects.filter(pk=pk).first()) is not None:
            yield found
