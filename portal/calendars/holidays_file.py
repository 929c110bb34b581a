"""Reads the catalogue's `holidays.json`: checked records out, or the exact place that is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from portal.calendars.holiday_names import in_vietnamese
from portal.calendars.working_days import (
    DeadlineError,
    Interval,
    WorkingCalendar,
    check_intervals,
)
from portal.core.catalogue import CatalogueError

# Inside the records below `date` is a field.
Date = date
T = TypeVar("T")

FILE = "holidays.json"
KINDS = ("le", "cong_bo_hoan_doi", "ngoai_lich_chinh_thuc", "dong_cua")


@dataclass(frozen=True)
class DayOffRecord:
    """A day off as the file states it, its name in Vietnamese."""

    date: Date
    name: str
    kind: str
    source: list[str]
    verified: bool
    note: str


@dataclass(frozen=True)
class MakeUpRecord:
    """A weekend day that is worked (ngày làm bù) as the file states it."""

    date: Date
    replaces: Date | None
    source: list[str]
    verified: bool


@dataclass(frozen=True)
class HolidaysFile:
    """All of a checked `holidays.json`."""

    weekend: list[int]
    intervals: tuple[Interval, ...]
    hours_verified: bool
    hours_note: str
    days_off: tuple[DayOffRecord, ...]
    make_up: tuple[MakeUpRecord, ...]

    def calendar(self) -> WorkingCalendar:
        """The working calendar the file describes, unverified rows included."""
        return WorkingCalendar(
            office_hours=self.intervals,
            weekend=frozenset(self.weekend),
            days_off={row.date: row.name for row in self.days_off},
            make_up=frozenset(row.date for row in self.make_up),
        )


def read_holidays(data: object) -> HolidaysFile:
    """The checked content of `holidays.json`; raises CatalogueError naming record and field."""
    root = _Record(data, "/")
    weekend = root.get("weekend", list)
    days_off = [_day_off(_Record(row, f"holidays[{i}]")) for i, row in root.rows("holidays")]
    make_up = [
        _make_up(_Record(row, f"working_weekends[{i}]")) for i, row in root.rows("working_weekends")
    ]
    if not all(type(day) is int and 0 <= day <= 6 for day in weekend) or len(set(weekend)) > 6:
        raise root.error("weekend", "phải là các số từ 0 (thứ Hai) đến 6 (Chủ nhật)")
    _check_dates(days_off, make_up, frozenset(weekend))
    hours = _Record(root.get("working_hours", dict), "working_hours")
    return HolidaysFile(
        sorted(set(weekend)),
        _intervals(hours),
        hours.get("verified", bool),
        hours.text("note"),
        tuple(days_off),
        tuple(make_up),
    )


class _Record:
    """One JSON object of the file that knows its place, to say where an error is."""

    def __init__(self, value: object, place: str) -> None:
        self.place = place
        if not isinstance(value, Mapping):
            raise CatalogueError(FILE, place, "", "phải là một đối tượng JSON")
        self.value = value
        if isinstance(value.get("date"), str):
            self.place = f"{place} {value['date']}"

    def error(self, field: str, message: str) -> CatalogueError:
        """The error to raise for one field of this record."""
        return CatalogueError(FILE, self.place, field, message)

    def get(self, field: str, kind: type[T]) -> T:
        """The field, which must be there and of that JSON type."""
        value = self.value.get(field)
        if not isinstance(value, kind) or type(value) is not kind:  # True is no number
            raise self.error(field, f"thiếu hoặc không phải kiểu {kind.__name__}")
        return value

    def text(self, field: str) -> str:
        """An optional text; null and absent are empty."""
        return self.get(field, str).strip() if self.value.get(field) is not None else ""

    def day(self, field: str) -> date:
        """A date in the form YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.get(field, str))
        except ValueError as error:
            raise self.error(field, "không phải ngày YYYY-MM-DD") from error

    def rows(self, field: str) -> "enumerate[Any]":
        """The numbered rows of a list."""
        return enumerate(self.get(field, list))

    def source(self) -> list[str]:
        """The ids of the sources; every row needs one."""
        source = self.get("source", list)
        if not source or not all(isinstance(item, str) for item in source):
            raise self.error("source", "phải có ít nhất một nguồn")
        return list(source)


def _day_off(row: _Record) -> DayOffRecord:
    name, kind = row.text("name"), row.get("kind", str)
    if not name or len(name) > 200:
        raise row.error("name", "phải có tên, nhiều nhất 200 ký tự")
    if kind not in KINDS:
        raise row.error("kind", f"phải là một trong: {', '.join(KINDS)}")
    return DayOffRecord(
        row.day("date"),
        in_vietnamese(name),
        kind,
        row.source(),
        row.get("verified", bool),
        row.text("note"),
    )


def _make_up(row: _Record) -> MakeUpRecord:
    replaces = row.day("replaces") if row.value.get("replaces") is not None else None
    return MakeUpRecord(row.day("date"), replaces, row.source(), row.get("verified", bool))


def _check_dates(
    days_off: list[DayOffRecord], make_up: list[MakeUpRecord], weekend: frozenset[int]
) -> None:
    """Raise when a date is listed twice, or made up without being a free weekend day."""
    off = {row.date for row in days_off}
    times = Counter([row.date for row in days_off] + [row.date for row in make_up])
    for day in (day for day, number in times.items() if number > 1):
        raise CatalogueError(FILE, day.isoformat(), "date", "ngày này đã có ở dòng khác")
    for made in make_up:
        place = f"working_weekends {made.date.isoformat()}"
        if made.date.weekday() not in weekend:
            raise CatalogueError(FILE, place, "date", "ngày làm bù phải rơi vào cuối tuần")
        if made.replaces and made.replaces not in off:
            raise CatalogueError(FILE, place, "replaces", "ngày được thay không phải ngày nghỉ")


def _intervals(hours: _Record) -> tuple[Interval, ...]:
    """The office hours of the file: morning, afternoon, or either alone."""
    found = [_interval(hours, part) for part in ("morning", "afternoon") if hours.value.get(part)]
    try:
        check_intervals(found)
    except DeadlineError as error:
        raise hours.error("morning", str(error)) from error
    return tuple(found)


def _interval(hours: _Record, part: str) -> Interval:
    try:
        start, end = (time.fromisoformat(edge) for edge in hours.get(part, list))
    except (TypeError, ValueError) as error:
        raise hours.error(part, "phải là hai giờ HH:MM") from error
    return start, end
