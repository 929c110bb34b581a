"""What must hold on any database of the portal; each check names the rows that break it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dossiers.models import Dossier, DossierEvent, DossierStep
from dossiers.services.timing import deadline_of
from dossiers.workflow import CLOSED, PAUSED, State
from notifications.models import Notice
from portal.audit import verifying
from portal.core import clock
from portal.core.models import Effect, NumberCounter
from portal.documents.models import Paper
from portal.reports.file_invariants import FILE_CHECKS

Check = Callable[[], Iterator[str]]
PATIENCE = timedelta(minutes=10)


def submitted_once() -> Iterator[str]:
    """Each submitted dossier has exactly one submission event, copy and message."""
    rows = Dossier.objects.submitted().annotate(
        times=Count("events", filter=Q(events__kind="submit"))
    )
    for code, times in rows.exclude(times=1).values_list("code", "times"):
        yield f"{code}: {times} lần gửi"
    copies = Paper.objects.filter(kind=Paper.Kind.SUBMISSION)
    for code, times in _not_once(copies):
        yield f"{code}: {times} bản hồ sơ đã gửi"
    for code, times in _not_once(Notice.objects.filter(kind="dossier_submitted")):
        yield f"{code}: {times} lần báo đã nhận"


def _not_once(rows: QuerySet[Any]) -> Iterator[tuple[str, int]]:
    """Submitted dossiers that not exactly one of the rows refers to, with how many do."""
    times = dict(rows.values_list("reference").annotate(Count("pk")).order_by())
    for code in Dossier.objects.submitted().values_list("code", flat=True):
        if (found := times.get(code, 0)) != 1:
            yield str(code), found


def numbers_without_gap() -> Iterator[str]:
    """Running numbers of an agency's day are 1…n, and the counter stands at n."""
    seen: dict[str, list[int]] = {}
    for code in Dossier.objects.submitted().values_list("code", flat=True):
        match = re.fullmatch(r"(.+)-(\d{6})-(\d{4,7})", code or "")
        if match is None:
            yield f"{code}: mã không đúng dạng"
            continue
        seen.setdefault(f"dossier:{match[1]}:{match[2]}", []).append(int(match[3]))
    counters = dict(
        NumberCounter.objects.filter(series__startswith="dossier:").values_list("series", "last")
    )
    for series in sorted(seen.keys() | counters.keys()):
        numbers = sorted(seen.get(series, []))
        if numbers != list(range(1, counters.get(series, 0) + 1)):
            yield f"{series}: {numbers[:20]} nhưng bộ đếm là {counters.get(series)}"


def state_follows_events() -> Iterator[str]:
    """The state of a dossier is the one its last event led to."""
    last = DossierEvent.objects.filter(dossier=OuterRef("pk")).order_by("-pk")
    rows = Dossier.objects.submitted().annotate(told=last.values("new_state")[:1])
    for code, state, told in rows.exclude(state=F("told")).values_list("code", "state", "told"):
        yield f"{code}: đang {state}, diễn biến cuối là {told}"


def steps_fit_state() -> Iterator[str]:
    """A dossier that goes on has an open step; a closed one has none."""
    is_open = Exists(DossierStep.objects.open().filter(dossier=OuterRef("pk")))
    rows = Dossier.objects.submitted().annotate(is_waiting=is_open)
    for code in rows.filter(state__in=CLOSED, is_waiting=True).values_list("code", flat=True):
        yield f"{code}: đã kết thúc mà còn bước đang mở"
    for code in (
        rows.exclude(state__in=CLOSED).filter(is_waiting=False).values_list("code", flat=True)
    ):
        yield f"{code}: chưa kết thúc mà không ai phải làm gì"


def due_dates_recompute() -> Iterator[str]:
    """Stored due instants equal their recomputation from acceptance and pauses."""
    rows = (
        Dossier.objects.filter(accepted_at__isnull=False)
        .select_related("processing_time", "agency")
        .prefetch_related("pauses")
    )
    for dossier in rows.iterator(chunk_size=500):
        assert dossier.accepted_at is not None  # noqa: S101 - filtered above
        due_at = deadline_of(dossier, dossier.accepted_at).due_at
        if due_at != dossier.due_at:
            yield f"{dossier.code}: hẹn {dossier.due_at}, tính lại {due_at}"


def pauses_fit_state() -> Iterator[str]:
    """A paused dossier that was accepted has one running pause; a running one has none."""
    rows = Dossier.objects.filter(accepted_at__isnull=False).annotate(
        running=Count("pauses", filter=Q(pauses__ended_at__isnull=True))
    )
    wrong = Q(state__in=PAUSED, running=0) | Q(
        state__in=[State.ACCEPTED, State.PROCESSING, State.RESOLVED, *CLOSED], running__gt=0
    )
    for code, running in rows.filter(wrong).values_list("code", "running"):
        yield f"{code}: {running} lần tạm dừng đang chạy"


def effects_are_on_their_way() -> Iterator[str]:
    """No effect is dead, and none has waited unduly."""
    for effect in Effect.objects.filter(state=Effect.State.DEAD):
        yield f"{effect.key}: không làm được: {effect.last_error}"
    stuck = Effect.objects.filter(
        state=Effect.State.WAITING, next_attempt_at__lt=clock.now() - PATIENCE
    )
    for effect in stuck:
        yield f"{effect.key}: chờ quá lâu"


def log_is_whole() -> Iterator[str]:
    """No line of the log was altered, lost or put in later."""
    yield from verifying.faults()


CHECKS: dict[str, Check] = {
    "submitted_once": submitted_once,
    "numbers_without_gap": numbers_without_gap,
    "state_follows_events": state_follows_events,
    "steps_fit_state": steps_fit_state,
    "due_dates_recompute": due_dates_recompute,
    "pauses_fit_state": pauses_fit_state,
    "effects_are_on_their_way": effects_are_on_their_way,
    "log_is_whole": log_is_whole,
    **FILE_CHECKS,
}


def broken() -> dict[str, list[str]]:
    """The invariants that do not hold, each with the rows that break it."""
    found = {name: list(check()) for name, check in CHECKS.items()}
    return {name: rows for name, rows in found.items() if rows}
