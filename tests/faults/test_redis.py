"""Redis only hurries: flushed, stopped or hanging, it takes nothing with it."""

import time

import pytest

from dossiers.models import Dossier
from tests.cast import Cast
from tests.faults.house import House
from tests.faults.sending import code_of, send, sent_codes
from tests.faults.truths import everything_holds, letters
from tests.faults.visiting import Visitor


def test_flushed_with_messages_in_it_nothing_is_lost_and_an_stays_signed_in(
    house: House, an: Visitor, draft: Dossier
) -> None:
    with house.frozen("worker"):
        code = code_of(send(an, draft))
        house.broker.flushall()
    assert an.get(f"/ho-so/{code}").status_code == 200
    everything_holds(house)
    assert letters(house).total() == 1


def test_stopped_sending_works_and_the_letter_comes_when_it_is_back(
    house: House, an: Visitor, people: Cast, draft: Dossier
) -> None:
    house.kill("redis")
    began = time.monotonic()
    code = code_of(send(an, draft))
    assert time.monotonic() - began < 5
    ready = an.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"]["redis"] == "unavailable"
    assert letters(house).total() == 0
    house.start("redis")
    assert sent_codes() == [code]
    everything_holds(house, patience=90)


@pytest.mark.slow
def test_hanging_it_costs_a_sending_seconds_and_nothing_else(
    house: House, an: Visitor, draft: Dossier
) -> None:
    with house.frozen("redis"):
        began = time.monotonic()
        code = code_of(send(an, draft))
        took = time.monotonic() - began
        assert an.get(f"/ho-so/{code}").status_code == 200
    assert took < 12, took
    everything_holds(house, patience=90)
