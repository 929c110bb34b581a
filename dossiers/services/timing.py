"""The clock of one dossier: when it is due, when it pauses, how it ended."""

from datetime import datetime

from django.utils.translation import gettext as _

from dossiers.models import Dossier, Pause
from portal.calendars.deadlines import Deadline, compute_deadline
from portal.calendars.services import calendar_for
from portal.core import clock
from portal.core.refusals import NotNow
from procedures.effective_rows import row_for
from procedures.models import ProcedureVersion, ProcessingTime

REPLY_HOURS = 8


def time_for(version: ProcedureVersion, case: str, channel: str) -> ProcessingTime | None:
    """The legal time of a case: its own row before the ordinary one, the channel's before all."""
    return row_for(version.processingtimes.all(), case, channel)


def deadline_of(dossier: Dossier, accepted_at: datetime, until: datetime | None = None) -> Deadline:
    """The due instant with its explanation; a pause still running counts up to `until`."""
    row = dossier.processing_time
    if row is None or dossier.agency is None:
        raise NotNow(_("Thủ tục này chưa có thời hạn giải quyết nên chưa hẹn ngày trả được."))
    pauses = [
        (pause.started_at, end)
        for pause in dossier.pauses.all()
        if (end := pause.ended_at or until) is not None
    ]
    return compute_deadline(
        accepted_at, row.amount, row.unit, row.cutoff, pauses, calendar_for(dossier.agency.code)
    )


def reply_due_at(dossier: Dossier) -> datetime:
    """The agency looks at what has just come in within 8 working hours.

    It is measured apart from the legal time and never changes it.
    """
    assert dossier.agency is not None  # noqa: S101 - a submitted dossier has an agency
    calendar = calendar_for(dossier.agency.code)
    return compute_deadline(clock.now(), REPLY_HOURS, "working_hour", None, [], calendar).due_at


def pause(dossier: Dossier, reason: str) -> None:
    """The clock stops now; the caller holds the lock."""
    Pause.objects.create(dossier=dossier, reason=reason, started_at=clock.now())


def unpause(dossier: Dossier) -> None:
    """The clock runs on; the due instant moves by the days the pause touched.

    Whoever was warned of the former due instant is warned of the new one again.
    """
    dossier.pauses.filter(ended_at__isnull=True).update(ended_at=clock.now())
    if dossier.accepted_at is not None:
        dossier.due_at = deadline_of(dossier, dossier.accepted_at).due_at
        dossier.due_soon_noticed_at = None


def punctuality(dossier: Dossier, resolved_at: datetime) -> str:
    """Early, on time or late: by dates for day units, by minutes for hours."""
    assert dossier.due_at is not None  # noqa: S101 - set at acceptance
    assert dossier.processing_time is not None  # noqa: S101 - pinned at acceptance
    by_minute = dossier.processing_time.unit == ProcessingTime.Unit.WORKING_HOUR
    due, done = clock.local(dossier.due_at), clock.local(resolved_at)
    if by_minute:
        due, done = due.replace(second=0, microsecond=0), done.replace(second=0, microsecond=0)
    else:
        due, done = (i.replace(hour=0, minute=0, second=0, microsecond=0) for i in (due, done))
    if done == due:
        return Dossier.Punctuality.ON_TIME
    return Dossier.Punctuality.EARLY if done < due else Dossier.Punctuality.LATE
