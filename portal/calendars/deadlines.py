"""When a dossier is due (hẹn trả), and why: values in, values out; no Django, no clock."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from portal.calendars.working_days import (
    LONG_AGO,
    ONE_DAY,
    ONE_MINUTE,
    DeadlineError,
    Spell,
    WorkingCalendar,
    days_from,
    minutes_of,
    whole_minute,
    without,
)

WORKING_DAY = "working_day"
CALENDAR_DAY = "calendar_day"
WORKING_HOUR = "working_hour"
SAME_DAY = "same_day"
UNITS = (WORKING_DAY, CALENDAR_DAY, WORKING_HOUR, SAME_DAY)

MOST = {WORKING_DAY: 1000, CALENDAR_DAY: 1000, WORKING_HOUR: 8000, SAME_DAY: 1000}
MOST_PAUSES = 100
YEARS = range(2000, 2101)

ACCEPTED = "Ngày tiếp nhận, không tính"
PAUSED = "Tạm dừng"

Amount = int | float | Decimal
Pauses = Iterable[tuple[datetime, datetime]]


@dataclass(frozen=True)
class DayLine:
    """What one date did to the deadline, with the reason in Vietnamese."""

    date: date
    counted: bool
    reason: str


@dataclass(frozen=True)
class Deadline:
    """The due instant and one line per date from acceptance to it."""

    due_at: datetime
    explanation: tuple[DayLine, ...]


@dataclass(frozen=True)
class _Question:
    """A checked question, every instant on the calendar's own wall clock."""

    accepted_at: datetime
    amount: Decimal
    cutoff: time | None
    pauses: tuple[Spell, ...]
    calendar: WorkingCalendar

    @property
    def accepted_on(self) -> date:
        """The date of acceptance."""
        return self.accepted_at.date()

    @property
    def blame(self) -> str:
        """The field to name when the count does not end."""
        return "pauses" if self.pauses else "amount"


def compute_deadline(
    accepted_at: datetime,
    amount: Amount | None,
    unit: str,
    cutoff: time | None,
    pauses: Pauses,
    calendar: WorkingCalendar,
) -> Deadline:
    """The due instant of a time limit and the explanation of every date up to it.

    The day of acceptance is not counted (Bộ luật Dân sự 91/2015/QH13, art. 147). A part of a
    day (2.5 days) ends at the close of the day in which it ends. `same_day` ignores `amount`.
    Raises DeadlineError, naming the field, for what cannot be counted.
    """
    if unit not in _RULES:
        raise DeadlineError("unit", f"Đơn vị thời hạn phải là một trong: {', '.join(UNITS)}.")
    question = _Question(
        _checked_instant(accepted_at, "accepted_at", calendar),
        _checked_amount(amount, unit),
        cutoff,
        _checked_pauses(pauses, calendar),
        calendar,
    )
    return _RULES[unit](question)


def _by_working_days(question: _Question) -> Deadline:
    """Working days after the day of acceptance, paused dates left out."""
    calendar, paused = question.calendar, _dates_touched(question.pauses)
    lines, counted = [DayLine(question.accepted_on, False, ACCEPTED)], 0
    for day in days_from(question.accepted_on + ONE_DAY, question.blame):
        reason = calendar.reason_off(day) or (PAUSED if day in paused else None)
        if reason is None:
            counted += 1
            made_up = " (làm bù)" if day in calendar.make_up else ""
            lines.append(DayLine(day, True, f"Ngày làm việc thứ {counted}{made_up}"))
            if counted >= question.amount:
                break
        else:
            lines.append(DayLine(day, False, reason))
    return Deadline(calendar.close_of(day), tuple(lines))


def _by_calendar_days(question: _Question) -> Deadline:
    """Every day after the day of acceptance, paused dates left out.

    A last day that is off rolls to the next working day (Bộ luật Dân sự 91/2015/QH13,
    art. 148); the roll looks at days off only, not at pauses.
    """
    calendar, paused = question.calendar, _dates_touched(question.pauses)
    lines, counted = [DayLine(question.accepted_on, False, ACCEPTED)], 0
    for day in days_from(question.accepted_on + ONE_DAY, question.blame):
        off = calendar.reason_off(day)
        if counted >= question.amount:
            lines.append(DayLine(day, False, off or "Ngày làm việc đầu tiên sau ngày nghỉ"))
        elif day in paused:
            lines.append(DayLine(day, False, PAUSED))
            continue
        else:
            counted += 1
            lines.append(DayLine(day, True, f"Ngày thứ {counted}" + (f" ({off})" if off else "")))
        if counted >= question.amount and off is None:
            break
    return Deadline(calendar.close_of(day), tuple(lines))


def _by_working_hours(question: _Question) -> Deadline:
    """Minutes inside office hours from acceptance on, paused minutes left out."""
    calendar, start = question.calendar, whole_minute(question.accepted_at)
    shut = ((LONG_AGO, start), *((whole_minute(a), whole_minute(b)) for a, b in question.pauses))
    paused = _dates_touched(question.pauses)
    touched = paused | {start.date()}
    left, lines = math.ceil(question.amount * 60), []
    for day in days_from(start.date(), question.blame):
        spells = calendar.spells_on(day)
        if day in touched:
            spells = without(spells, shut)
        here = minutes_of(spells)
        lines.append(_hour_line(day, min(here, left), day in paused, calendar))
        if left <= here:
            return Deadline(_instant_after(left, spells), tuple(lines))
        left -= here
    raise AssertionError("days_from raises before it ends")


def _by_same_day(question: _Question) -> Deadline:
    """The close of the day of acceptance, or of the next working day after the cut-off.

    A cut-off later than the close means the close: nothing is due before it was accepted.
    Nothing falls due on a paused date, as for the other day units.
    """
    calendar, lines = question.calendar, []
    paused = _dates_touched(question.pauses)
    for day in days_from(question.accepted_on, question.blame):
        close = calendar.close_of(day)
        limit = min(close, calendar.at(day, question.cutoff)) if question.cutoff else close
        reason = calendar.reason_off(day)
        if reason is None and question.accepted_at >= limit:
            reason = f"Tiếp nhận từ {limit:%H:%M} trở đi, chuyển sang ngày làm việc kế tiếp"
        if reason is None and day in paused:
            reason = PAUSED
        lines.append(DayLine(day, reason is None, reason or "Trả kết quả trong ngày"))
        if reason is None:
            break
    return Deadline(close, tuple(lines))


_RULES: dict[str, Callable[[_Question], Deadline]] = {
    WORKING_DAY: _by_working_days,
    CALENDAR_DAY: _by_calendar_days,
    WORKING_HOUR: _by_working_hours,
    SAME_DAY: _by_same_day,
}


def _hour_line(day: date, minutes: int, paused: bool, calendar: WorkingCalendar) -> DayLine:
    """The explanation of one date for a limit in working hours."""
    if off := calendar.reason_off(day):
        return DayLine(day, False, off)
    if minutes:
        made_up = "Ngày làm bù, tính" if day in calendar.make_up else "Tính"
        rest = ", có lúc tạm dừng" if paused else ""
        return DayLine(day, True, f"{made_up} {_in_words(minutes)}{rest}")
    return DayLine(day, False, PAUSED if paused else "Tiếp nhận sau giờ làm việc")


def _in_words(minutes: int) -> str:
    """Minutes as Vietnamese hours and minutes."""
    parts = [(minutes // 60, "giờ"), (minutes % 60, "phút")]
    return " ".join(f"{number} {word}" for number, word in parts if number)


def _instant_after(minutes: int, spells: Sequence[Spell]) -> datetime:
    """The instant at which `minutes` of the stretches have passed."""
    for opened, closed in spells:
        here = minutes_of([(opened, closed)])
        if minutes <= here:
            break
        minutes -= here
    return opened + minutes * ONE_MINUTE


def _dates_touched(pauses: Iterable[Spell]) -> frozenset[date]:
    """Every local date that a pause touches, first and last included."""
    touched: set[date] = set()
    for start, end in pauses:
        first, last = start.date(), (end - timedelta.resolution).date()
        touched.update(first + timedelta(days=step) for step in range((last - first).days + 1))
    return frozenset(touched)


def _checked_instant(value: datetime, field: str, calendar: WorkingCalendar) -> datetime:
    """`value` on the calendar's wall clock; raises on naive or far-away instants."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise DeadlineError(field, "Thời điểm phải kèm múi giờ, ví dụ +07:00.")
    if value.year not in YEARS:
        raise DeadlineError(field, f"Năm phải từ {YEARS[0]} đến {YEARS[-1]}.")
    return calendar.local(value)


def _checked_amount(amount: Amount | None, unit: str) -> Decimal:
    """The amount as an exact number of whole or half units; raises on anything else."""
    if unit == SAME_DAY and amount is None:
        return Decimal(0)
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
        raise DeadlineError("amount", "Thời hạn phải là một số.")
    exact, least = Decimal(amount), Decimal("0" if unit == SAME_DAY else "0.5")
    if not exact.is_finite() or not least <= exact <= MOST[unit]:
        raise DeadlineError("amount", f"Thời hạn phải từ {least} đến {MOST[unit]}.")
    halves = exact * 2
    if halves % 1:
        raise DeadlineError("amount", "Thời hạn chỉ được lẻ nửa đơn vị, ví dụ 2.5.")
    return halves / 2


def _checked_pauses(pauses: Pauses, calendar: WorkingCalendar) -> tuple[Spell, ...]:
    """The pauses as local, separate, rising intervals [from, to); empty ones are dropped."""
    found = [
        (_checked_instant(start, "pauses", calendar), _checked_instant(end, "pauses", calendar))
        for start, end in pauses
    ]
    if len(found) > MOST_PAUSES:
        raise DeadlineError("pauses", f"Nhiều nhất {MOST_PAUSES} lần tạm dừng.")
    if any(start > end for start, end in found):
        raise DeadlineError("pauses", "Lần tạm dừng phải kết thúc sau khi bắt đầu.")
    merged: list[Spell] = []
    for start, end in sorted(pause for pause in found if pause[0] < pause[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
