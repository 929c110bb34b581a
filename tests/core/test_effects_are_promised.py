"""A promise is a row of the transaction that made it: with it it stays, with it it goes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from portal.core import clock, outbox
from portal.core.models import Effect
from tests.cast import Cast
from tests.core.tasks_of_tests import known_task


class Halt(Exception):
    """Something went wrong before the commit."""


def test_nothing_is_promised_by_a_transaction_that_fails(committed: Cast) -> None:
    def promise_and_fail() -> None:
        with transaction.atomic():
            outbox.after_commit("tests.anything", 1, key="once")
            raise Halt

    with pytest.raises(Halt):
        promise_and_fail()
    assert Effect.objects.count() == 0


def test_a_worker_is_asked_only_after_the_commit(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as asked:
        outbox.after_commit("tests.anything", 1, key="once")
        assert Effect.objects.get(key="once").state == Effect.State.WAITING
    assert len(asked) == 1


def test_the_same_key_is_promised_once_and_keeps_its_first_words(cast: Cast) -> None:
    first = outbox.after_commit("tests.anything", 1, key="once")
    second = outbox.after_commit("tests.anything", 2, key="once")
    assert first.pk == second.pk
    assert list(Effect.objects.values_list("key", "arguments")) == [("once", [1])]


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=1), timedelta(days=400)])
def test_what_a_clock_ahead_promised_is_done_when_it_is_set_right(
    cast: Cast, ahead: timedelta
) -> None:
    with clock.shifted_to(clock.now() + ahead):
        effect = outbox.after_commit("tests.good", key="early")
        assert [each.pk for each in outbox._take_out()] == [effect.pk]
    assert [each.pk for each in outbox._take_out()] == [effect.pk]
    with known_task("tests.good", lambda: None):
        assert outbox.finish(effect.pk)


def test_the_longest_pause_between_two_attempts_is_no_clock_ahead(cast: Cast) -> None:
    effect = outbox.after_commit("tests.good", key="late")
    longest = max(outbox._next_attempt(outbox.MOST_ATTEMPTS) for _draw in range(100))
    Effect.objects.update(next_attempt_at=longest)
    assert not outbox.finish(effect.pk)
    assert outbox.sweep() == 0


def test_an_effect_waits_in_the_queue_of_its_own_task(cast: Cast) -> None:
    queues = {
        task: outbox._queue_of(task)
        for task in ("notifications.deliver", "documents.render", "documents.scan", "some.other")
    }
    assert queues == {
        "notifications.deliver": "celery",
        "documents.render": "files",
        "documents.scan": "files",
        "some.other": "celery",
    }
