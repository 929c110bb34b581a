"""The mail server hangs, refuses, hangs up or is gone; sending works, letters come once."""

import time

import pytest

from dossiers.models import Dossier
from notifications.models import Notice
from portal.core.models import Effect
from tests.faults.house import House, until
from tests.faults.sending import code_of, send
from tests.faults.test_worker_is_killed import effect, in_a_mood, well_again
from tests.faults.truths import everything_holds, letters
from tests.faults.visiting import Visitor

TASK = "notifications.deliver"


def tried_in_vain() -> bool:
    """Whether the letter was tried and the reason written down."""
    row = effect(TASK)
    return row.attempts >= 1 and row.state == Effect.State.WAITING and "begun" not in row.last_error


@pytest.mark.parametrize("mood", ["refuse", pytest.param("hang", marks=pytest.mark.slow)])
def test_a_server_that_does_not_take_letters_gets_them_later(
    house: House, an: Visitor, draft: Dossier, mood: str
) -> None:
    in_a_mood(house, mood)
    began = time.monotonic()
    code_of(send(an, draft))
    assert time.monotonic() - began < 5
    until(lambda: tried_in_vain() and effect(TASK).last_error, 60, "the first try to fail")
    assert Notice.objects.get().sent_at is None
    well_again(house)
    everything_holds(house, patience=90)
    assert letters(house).total() == 1


@pytest.mark.slow
def test_a_server_that_is_gone_gets_the_letter_when_it_is_back(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.kill("mail")
    code_of(send(an, draft))
    until(lambda: tried_in_vain() and effect(TASK).last_error, 60, "the first try to fail")
    house.start("mail")
    everything_holds(house, patience=90)
    assert letters(house).total() == 1


@pytest.mark.slow
def test_a_server_that_hangs_up_after_the_letter_gets_it_under_the_same_name(
    house: House, an: Visitor, draft: Dossier
) -> None:
    in_a_mood(house, "drop")
    code_of(send(an, draft))
    until(lambda: tried_in_vain() and effect(TASK).last_error, 60, "the first try to fail")
    assert letters(house).total() >= 1
    well_again(house)
    everything_holds(house, patience=90, repeated_letters=True)
    assert len(letters(house)) == 1
