"""Hand out the working calendar of an agency; take the catalogue's holidays in."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.calendars.holidays_file import HolidaysFile, read_holidays
from portal.calendars.models import Calendar, DatedRow, DayOff, MakeUpDay, OfficeHours
from portal.calendars.snapshot import PROVINCIAL, CalendarNotLoaded, calendars
from portal.calendars.working_days import WorkingCalendar

PROVINCIAL_CODE = "tinh"


def calendar_for(agency_code: str | None) -> WorkingCalendar:
    """The calendar an agency (by its `code`) works by; without one of its own, the provincial.

    Raises CalendarNotLoaded when there is no provincial calendar: a deadline is never guessed.
    """
    known = calendars()
    if PROVINCIAL not in known:
        raise CalendarNotLoaded
    return known.get(agency_code, known[PROVINCIAL])


def load_holidays(data: Mapping[str, Any]) -> dict[str, int]:
    """Take `holidays.json` into the provincial calendar; loading it twice changes nothing.

    Rows edited by an official stay as they are, rows the file no longer names stay too. Raises
    CatalogueError, with nothing written, when the file is broken. Returns how many rows the file
    has, and how many were created, changed, and kept because they were edited by hand.
    """
    file = read_holidays(data)
    with transaction.atomic():
        calendar, _created = Calendar.objects.get_or_create(
            agency_code=None, defaults={"code": PROVINCIAL_CODE, "name": "Lịch chung của tỉnh"}
        )
        counts = {
            "days_off": len(file.days_off),
            "make_up_days": len(file.make_up),
            "created": 0,
            "changed": 0,
            "kept": 0,
        }
        if calendar.weekend != file.weekend:
            calendar.weekend = file.weekend
            calendar.save(update_fields=["weekend"])
            counts["changed"] += 1
        _take_in_hours(calendar, file, counts)
        _take_in_days(calendar, DayOff, _days_off(file), counts)
        _take_in_days(calendar, MakeUpDay, _make_up_days(file), counts)
    return counts


def _days_off(file: HolidaysFile) -> list[dict[str, Any]]:
    """The fields of every day off in the file."""
    return [
        {
            "date": row.date,
            "name": row.name,
            "kind": row.kind,
            "source": row.source,
            "is_verified": row.verified,
            "note": row.note,
        }
        for row in file.days_off
    ]


def _make_up_days(file: HolidaysFile) -> list[dict[str, Any]]:
    """The fields of every make-up day in the file."""
    return [
        {
            "date": row.date,
            "replaces": row.replaces,
            "source": row.source,
            "is_verified": row.verified,
        }
        for row in file.make_up
    ]


def _take_in_hours(calendar: Calendar, file: HolidaysFile, counts: dict[str, int]) -> None:
    """Write the file's office hours as those without a start, unless an official edited them."""
    written = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in file.intervals]
    values = {"intervals": written, "is_verified": file.hours_verified, "note": file.hours_note}
    row = OfficeHours.objects.filter(calendar=calendar, valid_from=None).first()
    if row is None:
        OfficeHours.objects.create(calendar=calendar, **values)
        counts["created"] += 1
    elif row.is_edited_by_hand:
        counts["kept"] += 1
    elif _changes(row, values):
        row.save()
        counts["changed"] += 1


def _take_in_days(
    calendar: Calendar,
    model: type[DatedRow],
    records: list[dict[str, Any]],
    counts: dict[str, int],
) -> None:
    """Create and correct the dated rows of one kind, in three statements at most."""
    manager = model._default_manager
    existing = {row.date: row for row in manager.filter(calendar=calendar)}
    new = [
        model(calendar=calendar, **values) for values in records if values["date"] not in existing
    ]
    known = [(existing[values["date"]], values) for values in records if values["date"] in existing]
    changed = [row for row, values in known if not row.is_edited_by_hand and _changes(row, values)]
    manager.bulk_create(new)
    if changed:
        manager.bulk_update(changed, [name for name in records[0] if name != "date"])
    counts["created"] += len(new)
    counts["changed"] += len(changed)
    counts["kept"] += sum(row.is_edited_by_hand for row, _values in known)


def _changes(row: DatedRow | OfficeHours, values: dict[str, Any]) -> bool:
    """Set the values on the row; whether any of them is new to it."""
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs
