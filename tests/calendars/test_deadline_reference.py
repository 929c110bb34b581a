"""The engine agrees with a slow, obviously right reference over 2021-2027."""

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calendars.deadlines import compute_deadline
from portal.calendars.holidays_file import read_holidays
from portal.calendars.working_days import (
    add_working_minutes,
    working_days_between,
)
from tests.calendars.conftest import CATALOGUE
from tests.calendars.times import VIETNAM

DATA = json.loads(CATALOGUE.read_text(encoding="utf-8"))
OFF = {date.fromisoformat(row["date"]) for row in DATA["holidays"]}
MADE_UP = {date.fromisoformat(row["date"]) for row in DATA["working_weekends"]}
PROVINCIAL = read_holidays(DATA).calendar()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OPEN_MINUTES = [*range(7 * 60, 11 * 60), *range(13 * 60, 17 * 60)]

FIRST, LAST = datetime(2021, 1, 1, tzinfo=VIETNAM), datetime(2027, 6, 30, tzinfo=VIETNAM)
instants = st.builds(
    lambda seconds: FIRST + timedelta(seconds=seconds),
    st.integers(0, int((LAST - FIRST).total_seconds())),
)


@st.composite
def questions(draw: Any, most: int) -> tuple[datetime, float, list[tuple[datetime, datetime]]]:
    """An acceptance, an amount and up to four pauses around it, some to the exact minute."""
    accepted = draw(instants)
    pauses = []
    for _each in range(draw(st.integers(0, 4))):
        start = accepted + draw(st.integers(-3 * 1440, 20 * 1440)) * MINUTE
        if draw(st.booleans()):
            start = start.replace(
                hour=draw(st.sampled_from([0, 7, 11, 13, 17])), minute=0, second=0, microsecond=0
            )
        pauses.append((start, start + timedelta(seconds=draw(st.integers(0, 12 * 86400)))))
    return accepted, draw(st.integers(1, most * 2)) / 2, pauses


def works(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=VIETNAM)


def is_paused_on(day: date, pauses: Any) -> bool:
    return any(
        start < end and start < midnight(day + DAY) and end > midnight(day) for start, end in pauses
    )


def slow_days(accepted: datetime, amount: Any, pauses: Any, counts: Callable[[date], bool]) -> date:
    """Walk the dates one by one until the amount is used up."""
    day, used = accepted.date(), 0
    while used < amount:
        day += DAY
        if counts(day) and not is_paused_on(day, pauses):
            used += 1
    return day


def slow_minutes(accepted: datetime, left: int, pauses: Any) -> datetime:
    """Walk the open minutes one by one; each is a whole minute."""
    day = accepted.date()
    first = accepted.replace(second=0, microsecond=0)
    floored = [[edge.replace(second=0, microsecond=0) for edge in pause] for pause in pauses]
    while True:
        for number in OPEN_MINUTES if works(day) else []:
            minute = midnight(day) + number * MINUTE
            if minute >= first and not any(start <= minute < end for start, end in floored):
                left -= 1
            if left == 0:
                return minute + MINUTE
        day += DAY


def close(day: date) -> datetime:
    return datetime.combine(day, time(17), tzinfo=VIETNAM)


@given(questions(40))
@settings(max_examples=300, deadline=None)
def test_working_days(question: Any) -> None:
    accepted, amount, pauses = question
    found = compute_deadline(accepted, amount, "working_day", None, pauses, PROVINCIAL)
    assert found.due_at == close(slow_days(accepted, amount, pauses, works))
    assert sum(line.counted for line in found.explanation) == math.ceil(amount)


@given(questions(40))
@settings(max_examples=300, deadline=None)
def test_calendar_days(question: Any) -> None:
    accepted, amount, pauses = question
    last = slow_days(accepted, amount, pauses, lambda _day: True)
    while not works(last):
        last += DAY
    found = compute_deadline(accepted, amount, "calendar_day", None, pauses, PROVINCIAL)
    assert found.due_at == close(last)
    assert sum(line.counted for line in found.explanation) == math.ceil(amount)


@given(questions(60))
@settings(max_examples=150, deadline=None)
def test_working_hours(question: Any) -> None:
    accepted, amount, pauses = question
    found = compute_deadline(accepted, amount, "working_hour", None, pauses, PROVINCIAL)
    assert found.due_at == slow_minutes(accepted, int(amount * 60), pauses)


@given(instants, st.none() | st.times(time(7), time(17)))
@settings(max_examples=300, deadline=None)
def test_same_day(accepted: datetime, cutoff: Any) -> None:
    day, limit = accepted.date(), cutoff or time(17)
    if not (works(day) and accepted.time() < limit):
        day += DAY
        while not works(day):
            day += DAY
    found = compute_deadline(accepted, None, "same_day", cutoff, (), PROVINCIAL)
    assert found.due_at == close(day)


@given(instants, st.integers(1, 60 * 60))
@settings(max_examples=150, deadline=None)
def test_adding_minutes(start: datetime, minutes: int) -> None:
    end = add_working_minutes(start, minutes, PROVINCIAL)
    assert end == slow_minutes(start, minutes, ())


@given(st.dates(date(2021, 1, 1), date(2027, 6, 1)), st.integers(-5, 120))
@settings(max_examples=150, deadline=None)
def test_working_days_between_two_dates(start: date, span: int) -> None:
    end = start + span * DAY
    expected = len([n for n in range(1, span + 1) if works(start + n * DAY)])
    assert working_days_between(start, end, PROVINCIAL) == expected
