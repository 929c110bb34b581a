"""Working days and office hours: values in, values out; no Django, no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

Interval = tuple[time, time]
Spell = tuple[datetime, datetime]

WEEKDAY_NAMES = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
# Ten years: no statutory time comes near it, and no loop below can run longer.
MAX_SPAN_DAYS = 3660


class DeadlineError(ValueError):
    """A value no deadline can be computed from; `field` names it, the message is for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class HoursPeriod:
    """Other office hours from `first` to `last`, both included; no `last` means for good."""

    first: date
    last: date | None
    intervals: tuple[Interval, ...]

    def __post_init__(self) -> None:
        check_intervals(self.intervals)

    def covers(self, day: date) -> bool:
        """Whether these hours hold on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class WorkingCalendar:
    """When an agency works: weekend, named days off, make-up days (ngày làm bù), office hours.

    A date is either off or made up, never both. `periods` replace `office_hours` on the dates
    they cover; where two cover a date, the one listed last wins.
    """

    office_hours: tuple[Interval, ...]
    weekend: frozenset[int] = frozenset({5, 6})
    days_off: Mapping[date, str] = field(default_factory=dict)
    make_up: frozenset[date] = frozenset()
    periods: tuple[HoursPeriod, ...] = ()
    timezone: tzinfo = VIETNAM

    def __post_init__(self) -> None:
        check_intervals(self.office_hours)
        if not self.weekend < frozenset(range(7)):
            raise DeadlineError("weekend", "Mỗi tuần phải có ít nhất một ngày làm việc.")
        if clash := sorted(self.make_up & self.days_off.keys()):
            raise DeadlineError("make_up", f"Ngày {clash[0]:%d/%m/%Y} vừa nghỉ vừa làm bù.")
        # A calendar is shared between threads and requests: nobody may change it in place.
        object.__setattr__(self, "days_off", MappingProxyType(dict(self.days_off)))

    def is_working(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        return day in self.make_up or (
            day.weekday() not in self.weekend and day not in self.days_off
        )

    def reason_off(self, day: date) -> str | None:
        """Why `day` is off, in Vietnamese, or None on a working day."""
        if self.is_working(day):
            return None
        if day in self.days_off:
            return f"Ngày nghỉ: {self.days_off[day]}"
        return WEEKDAY_NAMES[day.weekday()]

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """The office hours that hold on `day`, were it a working day."""
        covering = [period.intervals for period in self.periods if period.covers(day)]
        return covering[-1] if covering else self.office_hours

    def at(self, day: date, clock_time: time) -> datetime:
        """The instant of a wall-clock time on `day`."""
        return datetime.combine(day, clock_time, tzinfo=self.timezone)

    def close_of(self, day: date) -> datetime:
        """The close of office hours on `day`."""
        return self.at(day, self.hours_on(day)[-1][1])

    def spells_on(self, day: date) -> list[Spell]:
        """The stretches of `day` in which offices are open; none on a day off."""
        if not self.is_working(day):
            return []
        return [(self.at(day, start), self.at(day, end)) for start, end in self.hours_on(day)]

    def local(self, instant: datetime) -> datetime:
        """`instant` on this calendar's wall clock."""
        return instant.astimezone(self.timezone)


def check_intervals(intervals: Sequence[Interval]) -> None:
    """Raise unless the office hours are whole minutes, in order, and do not overlap."""
    whole = all(edge.second == edge.microsecond == 0 for pair in intervals for edge in pair)
    forward = all(start < end for start, end in intervals)
    apart = all(before[1] <= after[0] for before, after in pairwise(intervals))
    if not (intervals and whole and forward and apart):
        raise DeadlineError("office_hours", "Giờ làm việc phải tăng dần và không chồng nhau.")


def days_from(first: date, blame: str = "calendar") -> Iterator[date]:
    """Every date from `first` on; raises, blaming the field `blame`, after ten years."""
    for offset in range(MAX_SPAN_DAYS + 1):
        yield first + timedelta(days=offset)
    raise DeadlineError(blame, "Thời hạn vượt quá mười năm, không tính được.")


def next_working_day(after: date, calendar: WorkingCalendar) -> date:
    """The first working day strictly after `after`."""
    return next(day for day in days_from(after + ONE_DAY) if calendar.is_working(day))


def add_working_days(start: date, days: int, calendar: WorkingCalendar) -> date:
    """The date `days` working days after `start`; the start day is not counted."""
    reached = start
    for _step in range(days):
        reached = next_working_day(reached, calendar)
    return reached


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when it is earlier."""
    span = (end - start).days
    return sum(calendar.is_working(start + timedelta(days=step)) for step in range(1, span + 1))


def whole_minute(instant: datetime) -> datetime:
    """`instant` with its seconds dropped."""
    return instant.replace(second=0, microsecond=0)


def minutes_of(spells: Iterable[Spell]) -> int:
    """The length of the stretches together, in whole minutes."""
    return sum((end - start) // ONE_MINUTE for start, end in spells)


def without(spells: Iterable[Spell], gaps: Iterable[Spell]) -> list[Spell]:
    """The parts of `spells` outside every gap."""
    left = list(spells)
    for gap_start, gap_end in gaps:
        left = [
            part
            for begin, finish in left
            for part in ((begin, min(finish, gap_start)), (max(begin, gap_end), finish))
            if part[0] < part[1]
        ]
    return left


def add_working_minutes(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    """The instant when `minutes` of office hours have passed since `start`, seconds dropped.

    An end that falls on the close of a stretch stays there (11:00, not 13:00). No minutes at
    all lead to the first open minute.
    """
    begin, left = whole_minute(calendar.local(start)), minutes
    for day in days_from(begin.date(), "minutes"):
        for opened, closed in without(calendar.spells_on(day), [(LONG_AGO, begin)]):
            here = minutes_of([(opened, closed)])
            if left <= here:
                return opened + left * ONE_MINUTE
            left -= here
    raise AssertionError("days_from raises before it ends")
