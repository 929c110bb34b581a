"""A calendar that makes no sense is refused when it is made."""

from datetime import time
from typing import Any

import pytest

from portal.calendars.working_days import (
    DeadlineError,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
)
from tests.calendars.times import OFFICE_HOURS, PLAIN, at, day


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weekend": frozenset(range(7))}, "weekend"),
        ({"weekend": frozenset({7})}, "weekend"),
        ({"office_hours": ()}, "office_hours"),
        ({"office_hours": ((time(11), time(7)),)}, "office_hours"),
        ({"office_hours": ((time(7), time(11)), (time(10), time(17)))}, "office_hours"),
        ({"office_hours": ((time(7, 0, 30), time(11)),)}, "office_hours"),
        (
            {"days_off": {day("2022-10-22"): "x"}, "make_up": frozenset({day("2022-10-22")})},
            "make_up",
        ),
    ],
)
def test_a_senseless_calendar_is_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(DeadlineError) as refused:
        WorkingCalendar(**{"office_hours": OFFICE_HOURS} | values)
    assert refused.value.field == field


def test_nobody_can_change_a_shared_calendar() -> None:
    days_off = {day("2022-10-24"): "Nghỉ"}
    calendar = WorkingCalendar(office_hours=OFFICE_HOURS, days_off=days_off)
    days_off.clear()
    assert not calendar.is_working(day("2022-10-24"))
    with pytest.raises(TypeError):
        calendar.days_off[day("2022-10-25")] = "Nghỉ"  # type: ignore[index]


def test_working_days_are_added_from_the_day_after() -> None:
    assert add_working_days(day("2022-10-17"), 5, PLAIN) == day("2022-10-24")
    assert add_working_days(day("2022-10-17"), 0, PLAIN) == day("2022-10-17")


def test_minutes_beyond_ten_years_are_refused() -> None:
    with pytest.raises(DeadlineError, match="mười năm"):
        add_working_minutes(at("2022-10-17 09:00"), 10**7, PLAIN)
