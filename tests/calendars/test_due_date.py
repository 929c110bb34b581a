"""When An's dossier is due, example by example."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from portal.calendars.deadlines import MOST, MOST_PAUSES, compute_deadline
from portal.calendars.working_days import DeadlineError, HoursPeriod, WorkingCalendar
from tests.calendars.times import OFFICE_HOURS, PLAIN, at, day, deadline

FORM_02 = [("2022-10-19 10:00", "2022-10-25 14:00")]


@pytest.mark.parametrize(
    ("accepted", "amount", "unit", "cutoff", "pauses", "due"),
    [
        ("2022-10-17 09:00", 5, "working_day", None, (), "2022-10-24 17:00"),
        ("2023-01-18 09:00", 3, "working_day", None, (), "2023-01-30 17:00"),
        ("2024-04-26 09:00", 5, "working_day", None, (), "2024-05-07 17:00"),
        ("2026-08-28 09:00", 3, "working_day", None, (), "2026-09-07 17:00"),
        ("2026-11-20 09:00", 3, "working_day", None, (), "2026-11-26 17:00"),
        ("2026-11-23 15:20", 0, "same_day", "15:00", (), "2026-11-25 17:00"),
        ("2022-10-17 09:00", 5, "working_day", None, FORM_02, "2022-10-31 17:00"),
        ("2022-10-17 09:00", 40, "working_hour", None, FORM_02, "2022-10-28 11:00"),
    ],
)
def test_the_worked_examples_hold(
    provincial: WorkingCalendar,
    accepted: str,
    amount: Any,
    unit: str,
    cutoff: Any,
    pauses: Any,
    due: str,
) -> None:
    assert deadline(provincial, accepted, amount, unit, cutoff, pauses).due_at == at(due)


@pytest.mark.parametrize(
    ("accepted", "amount", "due"),
    [
        ("2022-01-28 08:00", 3, "2022-02-09 17:00"),
        ("2024-04-26 08:00", 1, "2024-05-02 17:00"),
        ("2024-05-03 08:00", 1, "2024-05-04 17:00"),  # a Saturday made up
        ("2025-04-25 08:00", 1, "2025-04-26 17:00"),
        ("2026-08-21 16:59", 1, "2026-08-22 17:00"),
        ("2026-08-21 17:01", 1, "2026-08-22 17:00"),  # after hours shifts nothing
        ("2026-08-29 09:00", 1, "2026-09-03 17:00"),  # nor does a day off
        ("2026-01-01 09:00", 1, "2026-01-05 17:00"),  # the unverified 2 January counts as off
        ("2022-10-17 09:00", 2.5, "2022-10-20 17:00"),  # half a day ends with its day
        ("2022-10-17 09:00", Decimal("0.5"), "2022-10-18 17:00"),
    ],
)
def test_working_days_skip_what_is_off(
    provincial: WorkingCalendar, accepted: str, amount: Any, due: str
) -> None:
    assert deadline(provincial, accepted, amount, "working_day").due_at == at(due)


@pytest.mark.parametrize(
    ("accepted", "amount", "pauses", "due"),
    [
        ("2022-10-17 09:00", 5, (), "2022-10-24 17:00"),  # Saturday 22 rolls
        ("2022-10-17 09:00", 7, (), "2022-10-24 17:00"),
        ("2026-08-20 09:00", 10, (), "2026-09-03 17:00"),  # Sunday, then three days off
        ("2026-08-20 09:00", 2, (), "2026-08-22 17:00"),  # a made-up Saturday is no day off
        ("2022-10-17 09:00", 5, [("2022-10-19 10:00", "2022-10-25 14:00")], "2022-10-31 17:00"),
        # The last day is Saturday 22; the roll to Monday 24 does not look at the pause there.
        ("2022-10-17 09:00", 5, [("2022-10-24 08:00", "2022-10-24 16:00")], "2022-10-24 17:00"),
    ],
)
def test_calendar_days_count_all_and_roll(
    provincial: WorkingCalendar, accepted: str, amount: Any, pauses: Any, due: str
) -> None:
    found = deadline(provincial, accepted, amount, "calendar_day", pauses=pauses)
    assert found.due_at == at(due)


@pytest.mark.parametrize(
    ("accepted", "amount", "pauses", "due"),
    [
        ("2022-10-17 09:00", 2, (), "2022-10-17 11:00"),  # stays 11:00, not 13:00
        ("2022-10-17 09:00:59", 2, (), "2022-10-17 11:00"),  # seconds dropped
        ("2022-10-17 11:00", 1, (), "2022-10-17 14:00"),
        ("2022-10-17 12:10", 1, (), "2022-10-17 14:00"),
        ("2022-10-17 13:00", 4, (), "2022-10-17 17:00"),
        ("2022-10-17 17:00", 1, (), "2022-10-18 08:00"),
        ("2022-10-17 05:00", 1, (), "2022-10-17 08:00"),
        ("2022-10-21 16:30", 0.5, (), "2022-10-21 17:00"),
        ("2022-10-21 16:30", 1, (), "2022-10-24 07:30"),
        ("2022-10-17 09:00", 2, [("2022-10-17 09:30", "2022-10-17 10:00")], "2022-10-17 13:30"),
        ("2022-10-17 09:00", 1, [("2022-10-17 10:00", "2022-10-20 10:00")], "2022-10-17 10:00"),
        ("2022-10-17 09:00", 1, [("2022-10-17 08:00", "2022-10-17 09:30")], "2022-10-17 10:30"),
    ],
)
def test_working_hours_count_open_minutes(
    provincial: WorkingCalendar, accepted: str, amount: Any, pauses: Any, due: str
) -> None:
    found = deadline(provincial, accepted, amount, "working_hour", pauses=pauses)
    assert found.due_at == at(due)


@pytest.mark.parametrize(
    ("accepted", "cutoff", "due"),
    [
        ("2026-11-23 14:59:59", "15:00", "2026-11-23 17:00"),
        ("2026-11-23 15:00", "15:00", "2026-11-25 17:00"),
        ("2026-11-23 12:00", None, "2026-11-23 17:00"),
        ("2026-11-23 16:59", None, "2026-11-23 17:00"),
        ("2026-11-23 17:00", None, "2026-11-25 17:00"),
        ("2026-11-23 05:00", "15:00", "2026-11-23 17:00"),
        ("2026-11-22 10:00", "15:00", "2026-11-23 17:00"),  # a Sunday
        ("2026-08-22 10:00", "15:00", "2026-08-22 17:00"),  # a made-up Saturday
        ("2026-11-23 17:20", "18:00", "2026-11-25 17:00"),  # never due before it was accepted
    ],
)
def test_same_day_asks_only_for_the_cutoff(
    provincial: WorkingCalendar, accepted: str, cutoff: Any, due: str
) -> None:
    for amount in (None, 0, 7):
        assert deadline(provincial, accepted, amount, "same_day", cutoff).due_at == at(due)


def test_a_same_day_dossier_is_never_due_on_a_paused_date(provincial: WorkingCalendar) -> None:
    pauses = (("2026-11-23 10:00", "2026-11-25 09:00"),)
    found = deadline(provincial, "2026-11-23 08:00", 0, "same_day", "15:00", pauses)
    assert found.due_at == at("2026-11-26 17:00")
    assert [line.counted for line in found.explanation] == [False, False, False, True]


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2022-10-18 10:00", "2022-10-19 00:00")], "2022-10-25 17:00"),  # [from, to): 19 counts
        ([("2022-10-18 10:00", "2022-10-19 00:01")], "2022-10-26 17:00"),
        ([("2022-10-17 10:00", "2022-10-17 12:00")], "2022-10-24 17:00"),  # the acceptance day
        ([("2022-10-18 10:00", "2022-10-18 10:00")], "2022-10-24 17:00"),  # an empty pause
        ([("2022-10-22 10:00", "2022-10-22 12:00")], "2022-10-24 17:00"),  # on a Saturday
        ([("2022-10-25 10:00", "2022-10-28 12:00")], "2022-10-24 17:00"),  # after it was due
        (
            [("2022-10-19 10:00", "2022-10-20 09:00"), ("2022-10-18 08:00", "2022-10-19 12:00")],
            "2022-10-27 17:00",
        ),  # overlapping, out of order
    ],
)
def test_every_date_a_pause_touches_is_left_out(
    provincial: WorkingCalendar, pauses: Any, due: str
) -> None:
    found = deadline(provincial, "2022-10-17 09:00", 5, "working_day", pauses=pauses)
    assert found.due_at == at(due)


def test_an_instant_in_another_offset_is_read_on_vietnams_clock(
    provincial: WorkingCalendar,
) -> None:
    accepted = datetime(2022, 10, 16, 18, 0, tzinfo=UTC)  # Monday 01:00 in Vietnam
    found = compute_deadline(accepted, 1, "working_day", None, (), provincial)
    assert found.due_at.isoformat() == "2022-10-18T17:00:00+07:00"


def test_the_close_of_the_last_day_is_that_days_own() -> None:
    calendar = WorkingCalendar(
        office_hours=OFFICE_HOURS,
        periods=(HoursPeriod(day("2022-10-24"), day("2022-10-24"), ((time(8), time(11)),)),),
    )
    assert deadline(calendar, "2022-10-17 09:00", 5, "working_day").due_at == at("2022-10-24 11:00")
    assert deadline(calendar, "2022-10-21 16:00", 3, "working_hour").due_at == at(
        "2022-10-24 10:00"
    )
    found = deadline(calendar, "2022-10-24 13:00", None, "same_day", "15:00")
    assert found.due_at == at("2022-10-25 17:00")


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (0, "working_day"),
        (-1, "calendar_day"),
        (1001, "working_day"),
        (8001, "working_hour"),
        (True, "working_day"),
        ("5", "working_day"),
        (None, "working_day"),
        (0.3, "working_hour"),
        (float("nan"), "working_day"),
        (float("inf"), "same_day"),
        (10**400, "calendar_day"),
        (Decimal("sNaN"), "working_day"),
        (-1, "same_day"),
    ],
)
def test_an_impossible_amount_is_refused(amount: Any, unit: Any) -> None:
    with pytest.raises(DeadlineError) as refused:
        deadline(PLAIN, "2022-10-17 09:00", amount, unit)
    assert refused.value.field == "amount"


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "working_hour"])
def test_a_pause_of_decades_is_refused_not_counted(unit: str) -> None:
    with pytest.raises(DeadlineError, match="mười năm") as refused:
        deadline(PLAIN, "2022-10-17 09:00", 5, unit, pauses=[("2022-10-17 10:00", "2099-01-01")])
    assert refused.value.field == "pauses"


@pytest.mark.parametrize(
    ("accepted", "pauses", "unit", "field"),
    [
        (at("2022-10-17 09:00").replace(tzinfo=None), (), "working_day", "accepted_at"),
        (datetime(1, 1, 1, tzinfo=UTC), (), "working_day", "accepted_at"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), (), "same_day", "accepted_at"),
        (at("2022-10-17 09:00"), (), "fortnight", "unit"),
        (at("2022-10-17 09:00"), [(at("2022-10-19"), at("2022-10-18"))], "working_day", "pauses"),
        (
            at("2022-10-17 09:00"),
            [(at("2022-10-19"), at("2022-10-20").replace(tzinfo=None))],
            "same_day",
            "pauses",
        ),
        (
            at("2022-10-17 09:00"),
            [(at("2022-10-19"), at("2022-10-20"))] * (MOST_PAUSES + 1),
            "working_hour",
            "pauses",
        ),
    ],
)
def test_a_wrong_question_is_refused_by_field(
    accepted: datetime, pauses: Any, unit: str, field: str
) -> None:
    with pytest.raises(DeadlineError) as refused:
        compute_deadline(accepted, 5, unit, None, pauses, PLAIN)
    assert refused.value.field == field


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "working_hour"])
def test_the_longest_limit_is_counted(provincial: WorkingCalendar, unit: str) -> None:
    found = deadline(provincial, "2022-10-17 09:00", MOST[unit], unit)
    assert at("2025-01-01") < found.due_at < at("2028-01-01")
