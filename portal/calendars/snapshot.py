"""All calendars as values, read once per edit and shared by the threads of a process."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from portal.calendars.models import (
    Calendar,
    CalendarStamp,
    DayOff,
    MakeUpDay,
    OfficeHours,
    parse_intervals,
)
from portal.calendars.working_days import HoursPeriod, WorkingCalendar

PROVINCIAL = None
Snapshot = dict[str | None, WorkingCalendar]

_remembered: tuple[UUID, Snapshot] | None = None


class CalendarNotLoaded(LookupError):
    """No provincial calendar is in the database, so no deadline may be computed."""

    def __init__(self) -> None:
        super().__init__("Chưa nạp lịch làm việc chung của tỉnh (lệnh load_catalogue).")


def calendars() -> Snapshot:
    """Every working calendar by agency code, None being the provincial one.

    One statement asks whether anything changed; only then are the rows read again. A snapshot
    during whose reading somebody edited is read once more, so that a swap of two days is never
    seen half done.
    """
    global _remembered  # noqa: PLW0603 - the one place a process remembers its calendars
    stamp = CalendarStamp.objects.current()
    remembered = _remembered
    if stamp and remembered and remembered[0] == stamp:
        return remembered[1]
    while True:
        snapshot, before = _read(), stamp
        stamp = CalendarStamp.objects.current()
        if stamp == before:
            break
    if stamp:
        _remembered = (stamp, snapshot)
    return snapshot


class _Rows:
    """The rows of one calendar, gathered."""

    def __init__(self) -> None:
        self.days_off: dict[date, str] = {}
        self.make_up: set[date] = set()
        self.periods: list[HoursPeriod] = []


def _read() -> Snapshot:
    """Read all rows in four statements and build every calendar from them."""
    found = list(Calendar.objects.all())
    rows = {calendar.pk: _Rows() for calendar in found}
    for calendar_id, day, name in DayOff.objects.in_force().values_list(
        "calendar_id", "date", "name"
    ):
        if calendar_id in rows:
            rows[calendar_id].days_off[day] = name
    for calendar_id, day in MakeUpDay.objects.in_force().values_list("calendar_id", "date"):
        if calendar_id in rows:
            rows[calendar_id].make_up.add(day)
    for hours in OfficeHours.objects.oldest_first():
        if hours.calendar_id in rows:
            rows[hours.calendar_id].periods.append(_period(hours))
    provincial = next((row for row in found if row.agency_code is None), None)
    if provincial is None or not rows[provincial.pk].periods:
        return {}
    base = _built(provincial.weekend or (), [rows[provincial.pk]])
    return {PROVINCIAL: base} | {
        row.agency_code: _built(row.weekend or base.weekend, [rows[provincial.pk], rows[row.pk]])
        for row in found
        if row.agency_code is not None
    }


def _period(hours: OfficeHours) -> HoursPeriod:
    """One row of office hours as a value."""
    return HoursPeriod(
        hours.valid_from or date.min, hours.valid_to, parse_intervals(hours.intervals)
    )


def _built(weekend: Iterable[int], layers: list[_Rows]) -> WorkingCalendar:
    """The layers laid over each other, later ones winning date by date.

    Within one layer a make-up day wins over a day off.
    """
    days_off: dict[date, str] = {}
    make_up: set[date] = set()
    for layer in layers:
        make_up = (make_up - layer.days_off.keys()) | layer.make_up
        days_off = {
            day: name
            for day, name in (days_off | layer.days_off).items()
            if day not in layer.make_up
        }
    periods = tuple(period for layer in layers for period in layer.periods)
    return WorkingCalendar(
        office_hours=periods[0].intervals,
        weekend=frozenset(weekend),
        days_off=days_off,
        make_up=frozenset(make_up),
        periods=periods,
    )
