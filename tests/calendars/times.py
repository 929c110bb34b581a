"""Short ways to write instants, questions and calendars in the tests of this room."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from portal.calendars.deadlines import Amount, Deadline, compute_deadline
from portal.calendars.working_days import WorkingCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE_HOURS = ((time(7), time(11)), (time(13), time(17)))
PLAIN = WorkingCalendar(office_hours=OFFICE_HOURS)


def at(text: str) -> datetime:
    """An instant on Vietnam's wall clock, from `2022-10-17 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def day(text: str) -> date:
    """A date, from `2022-10-17`."""
    return date.fromisoformat(text)


def deadline(
    calendar: WorkingCalendar,
    accepted: str,
    amount: Amount | None,
    unit: str,
    cutoff: str | None = None,
    pauses: Sequence[tuple[str, str]] = (),
) -> Deadline:
    """The deadline of a question written in short texts."""
    return compute_deadline(
        at(accepted),
        amount,
        unit,
        time.fromisoformat(cutoff) if cutoff else None,
        [(at(start), at(end)) for start, end in pauses],
        calendar,
    )
