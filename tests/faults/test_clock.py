"""Midnight, new year, a clock that was a day ahead: numbers stay unique and without gap."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dossiers.models import Dossier
from portal.core import clock
from tests.cast import Cast
from tests.faults.house import House, until
from tests.faults.sending import code_of, send, sent_codes
from tests.faults.truths import everything_holds
from tests.faults.visiting import Visitor

Visit = Callable[[str], Visitor]
NEAR = timedelta(seconds=3)
PROCESSES = ("worker", "beat", "web")


def set_clock(house: House, seconds: int) -> None:
    """Every process of the portal starts again with its clock that far ahead."""
    for name in PROCESSES:
        house.kill(name)
    for name in PROCESSES:
        house.start(name, wait=name == "web", CLOCK_SHIFT_SECONDS=str(seconds))


def set_right(house: House) -> None:
    """Every process starts again with the right time."""
    for name in PROCESSES:
        house.kill(name)
        house.start(name, wait=name == "web")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("midnight", "before", "after"),
    [
        (datetime(2026, 12, 2, tzinfo=clock.ZONE), "261201", "261202"),
        (datetime(2027, 1, 1, tzinfo=clock.ZONE), "261231", "270101"),
    ],
    ids=["midnight", "new year"],
)
def test_numbers_begin_anew_at_local_midnight(
    house: House, people: Cast, visit: Visit, midnight: datetime, before: str, after: str
) -> None:
    """Scenario S5: year rollover at midnight Vietnam time."""
    drafts = [people.an.drafts("extract-copy") for _each in range(40)]
    ahead = midnight - timedelta(seconds=45) - clock.now()
    set_clock(house, int(ahead.total_seconds()))
    an = visit("an")
    days: list[str] = []
    for number, draft in enumerate(drafts):
        if number == 2:  # two of the old day are there; the next go while the day changes
            until(lambda: clock.now() + ahead > midnight - NEAR, 60, "midnight to come near")
        days.append(code_of(send(an, draft)).split("-")[1])
        if days.count(after) == 3:
            break
        time.sleep(0.3)
    assert days == sorted(days)
    assert set(days) == {before, after}
    for dossier in Dossier.objects.submitted():
        assert dossier.submitted_at is not None
        written = f"{clock.local(dossier.submitted_at):%y%m%d}"
        assert str(dossier.code).split("-")[1] == written
    everything_holds(house)
    set_right(house)


@pytest.mark.slow
def test_a_clock_a_day_ahead_and_set_right_again_doubles_nothing(
    house: House, people: Cast, visit: Visit
) -> None:
    drafts = [people.an.drafts("extract-copy") for _each in range(4)]
    told = [code_of(send(visit("an"), drafts[0]))]
    set_clock(house, 86_400)
    told += [code_of(send(visit("an"), each)) for each in drafts[1:3]]
    everything_holds(house)
    set_right(house)
    told.append(code_of(send(visit("an"), drafts[3])))
    assert sent_codes() == sorted(told)
    assert [code[-4:] for code in told] == ["0001", "0001", "0002", "0002"]
    everything_holds(house)


@pytest.mark.slow
def test_what_a_clock_ahead_promised_is_kept_when_it_is_set_right(
    house: House, people: Cast, visit: Visit
) -> None:
    [draft] = [people.an.drafts("extract-copy")]
    set_clock(house, 86_400)
    house.kill("worker")
    code = code_of(send(visit("an"), draft))
    set_right(house)
    assert sent_codes() == [code]
    everything_holds(house)
