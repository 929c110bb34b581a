"""No beat, a killed beat, two beats: nothing is forgotten, nothing is said twice."""

from datetime import datetime

import pytest

from dossiers.models import Dossier, DossierEvent
from notifications.models import Notice
from portal.core import clock
from portal.core.models import Effect
from tests.cast import Cast
from tests.faults.house import House, until
from tests.faults.sending import code_of, send
from tests.faults.truths import everything_holds, waiting
from tests.faults.visiting import Visitor

LONG_AGO = datetime(2026, 9, 1, 9, 0, tzinfo=clock.ZONE)


def overdue(people: Cast) -> list[Dossier]:
    """Three dossiers that were due long ago."""
    with clock.shifted_to(LONG_AGO):
        return [
            people.chi.receives(getattr(people, name).submits("extract-copy"))
            for name in ("an", "binh", "khach")
        ]


def four_sweeps_at_once(house: House) -> None:
    """Both workers are told four times in one breath to look for late dossiers."""
    for _sweep in range(4):
        house.order("dossiers.tick")


def told_late() -> list[str]:
    """How often it was written down that a dossier is late."""
    return sorted(
        str(code)
        for code in DossierEvent.objects.filter(kind="became_overdue").values_list(
            "dossier__code", flat=True
        )
    )


@pytest.mark.slow
def test_the_beat_is_killed_and_its_successor_finds_what_was_left(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.kill("beat")
    with house.frozen("worker"):
        code_of(send(an, draft))
        house.broker.flushall()  # only the beat's sweep can find it now
    assert len(waiting()) == 2
    house.start("beat")
    everything_holds(house)


@pytest.mark.slow
def test_with_neither_beat_nor_worker_sending_works_and_all_is_made_up_for(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.kill("beat")
    house.kill("worker")
    code = code_of(send(an, draft))
    assert an.get(f"/ho-so/{code}").status_code == 200
    assert Effect.objects.filter(state=Effect.State.WAITING).count() == 2
    house.start("worker")
    house.start("beat")
    everything_holds(house)


@pytest.mark.slow
def test_two_beats_say_once_that_a_dossier_is_late(house: House, people: Cast) -> None:
    house.kill("beat")
    late = overdue(people)
    house.start("second worker")
    schedule = str(house.places.base / "run" / "second-schedule")
    house.start("beat", wait=False)
    house.start("beat 2", "-s", schedule)
    four_sweeps_at_once(house)
    until(told_late, 60, "the sweep")
    everything_holds(house)
    assert told_late() == sorted(str(each.code) for each in late)
    assert Notice.objects.filter(kind="dossier_late").count() == 3


@pytest.mark.slow
def test_without_the_claim_two_sweeps_say_it_twice(house: House, people: Cast) -> None:
    house.kill("beat")
    house.kill("worker")
    overdue(people)
    unlocked = {"portal": "tests.faults.unlocked"}
    house.start("worker", replacing=unlocked)
    house.start("second worker", replacing=unlocked)
    four_sweeps_at_once(house)
    until(lambda: len(told_late()) > 3, 60, "the second telling")
