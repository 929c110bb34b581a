"""A broken holidays file stops with the record and the field."""

from typing import Any

import pytest

from portal.calendars.holiday_names import in_vietnamese
from portal.calendars.holidays_file import read_holidays
from portal.core.catalogue import CatalogueError
from tests.calendars.times import day


def test_the_catalogue_is_read_whole(holidays_data: dict[str, Any]) -> None:
    file = read_holidays(holidays_data)
    assert (len(file.days_off), len(file.make_up)) == (103, 4)
    assert sum(not row.verified for row in file.days_off) == 18
    calendar = file.calendar()
    assert calendar.days_off[day("2026-08-31")] == "Nghỉ hoán đổi (làm bù ngày 22/08/2026)"
    assert calendar.days_off[day("2022-01-03")] == "Nghỉ bù Tết Dương lịch"
    assert calendar.is_working(day("2026-01-10"))
    assert not any(name.isascii() for name in calendar.days_off.values())


def test_an_unknown_name_stays_as_written() -> None:
    assert in_vietnamese("Lễ hội của tỉnh") == "Lễ hội của tỉnh"


def spoil(data: Any, path: Any, value: object) -> None:
    """Replace the value at `path`, or take it away."""
    *inner, last = path
    for key in inner:
        data = data[key]
    if value is KeyError:
        del data[last]
    else:
        data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "record", "field"),
    [
        (("holidays", 3, "date"), "2021-02-30", "holidays[3] 2021-02-30", "date"),
        (("holidays", 3, "date"), 20210212, "holidays[3]", "date"),
        (("holidays", 3, "date"), "2021-01-01", "2021-01-01", "date"),
        (("holidays", 3, "name"), " ", "holidays[3] 2021-02-12", "name"),
        (("holidays", 3, "kind"), "party", "holidays[3] 2021-02-12", "kind"),
        (("holidays", 3, "verified"), "yes", "holidays[3] 2021-02-12", "verified"),
        (("holidays", 3, "source"), [], "holidays[3] 2021-02-12", "source"),
        (("holidays", 3), "2021-02-12", "holidays[3]", ""),
        (("working_weekends", 0, "date"), "2024-05-06", "working_weekends 2024-05-06", "date"),
        (("working_weekends", 0, "date"), "2022-01-01", "2022-01-01", "date"),
        (
            ("working_weekends", 0, "replaces"),
            "2024-06-03",
            "working_weekends 2024-05-04",
            "replaces",
        ),
        (("working_hours", "morning"), ["11:00", "07:00"], "working_hours", "morning"),
        (("working_hours", "afternoon"), ["13:00"], "working_hours", "afternoon"),
        (("working_hours",), KeyError, "/", "working_hours"),
        (("weekend",), [5, 7], "/", "weekend"),
        (("weekend",), [0, 1, 2, 3, 4, 5, 6], "/", "weekend"),
        (("holidays",), None, "/", "holidays"),
    ],
)
def test_a_broken_file_names_the_place(
    holidays_data: dict[str, Any], path: Any, value: object, record: str, field: str
) -> None:
    spoil(holidays_data, path, value)
    with pytest.raises(CatalogueError) as refused:
        read_holidays(holidays_data)
    assert (refused.value.file, refused.value.record, refused.value.field) == (
        "holidays.json",
        record,
        field,
    )
