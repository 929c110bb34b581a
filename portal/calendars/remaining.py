"""How much time is left, in words a villager understands; no clock, `now` is handed in."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from portal.calendars.working_days import WorkingCalendar, working_days_between

Tone = Literal["ok", "warn", "bad", "paused"]

ONE_HOUR = timedelta(hours=1)
ONE_MINUTE = timedelta(minutes=1)


class Remaining(NamedTuple):
    """A tone (`ok`, `warn`, `bad`, `paused`: an icon and a colour) and the words beside it."""

    tone: Tone
    words: str


def remaining_in_words(
    now: datetime, due_at: datetime, paused: bool, calendar: WorkingCalendar
) -> Remaining:
    """What is left until `due_at`: working days, on the last day hours, afterwards how late."""
    if paused:
        return Remaining("paused", _("Tạm dừng"))
    now, due_at = calendar.local(now), calendar.local(due_at)
    if now > due_at:
        return Remaining("bad", _late(now, due_at, calendar))
    if now.date() == due_at.date():
        return Remaining("warn", _("Hôm nay, còn %(time)s") % {"time": _hours(due_at - now)})
    # A due date that was made a day off afterwards still lies at least a day ahead.
    days = max(1, working_days_between(now.date(), due_at.date(), calendar))
    return Remaining("ok", _("Còn %(days)d ngày làm việc") % {"days": days})


def _late(now: datetime, due_at: datetime, calendar: WorkingCalendar) -> str:
    """How late it is: hours on the due date itself, working days from the next date on."""
    if now.date() == due_at.date():
        return _("Quá hạn %(time)s") % {"time": _hours(now - due_at)}
    days = max(1, working_days_between(due_at.date(), now.date(), calendar))
    return _("Quá hạn %(days)d ngày") % {"days": days}


def _hours(span: timedelta) -> str:
    """A span of less than a day as full hours, or as minutes under one hour (at least one)."""
    if span >= ONE_HOUR:
        return _("%(hours)d giờ") % {"hours": span // ONE_HOUR}
    return _("%(minutes)d phút") % {"minutes": max(1, span // ONE_MINUTE)}
