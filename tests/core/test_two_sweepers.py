"""Two sweepers at once share the work; without the lock the test sees it done twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Lock
from typing import Any
from unittest import mock

from django.db import transaction

from portal.core import outbox
from portal.core.models import Effect
from portal.core.querysets import EffectQuerySet
from tests.cast import Cast
from tests.core.tasks_of_tests import known_task
from tests.dossiers.test_races import at_once

MANY = 40


class Journal:
    """Which effect was done how often."""

    def __init__(self) -> None:
        self.times: Counter[int] = Counter()
        self.lock = Lock()

    def write(self, number: int) -> None:
        with self.lock:
            self.times[number] += 1


def sweep_twice() -> Counter[int]:
    """How often each of many effects was done by two sweepers that start together."""
    journal = Journal()
    for number in range(MANY):
        Effect.objects.create(key=f"e{number}", task="tests.write", arguments=[number])
    with known_task("tests.write", journal.write):
        outcomes = at_once(outbox.sweep, outbox.sweep)
    assert all(isinstance(each, int) for each in outcomes), outcomes
    return journal.times


@contextmanager
def without_lock() -> Iterator[None]:
    """No row lock, no lease: both sweepers have read the batch before either begins."""
    gate = Barrier(2)

    def read_and_wait(due: EffectQuerySet, most: int) -> list[Any]:
        found = list(due[:most])
        gate.wait(timeout=10)
        return found

    with (
        mock.patch.object(outbox, "_claim", read_and_wait),
        mock.patch.object(outbox, "_begin", return_value=True),
    ):
        yield


def test_two_sweepers_never_do_the_same_effect(committed: Cast) -> None:
    assert sweep_twice() == Counter(dict.fromkeys(range(MANY), 1))
    assert Effect.objects.filter(state=Effect.State.DONE, attempts=1).count() == MANY


def test_without_the_claim_both_would_do_everything(committed: Cast) -> None:
    with without_lock():
        assert sweep_twice() == Counter(dict.fromkeys(range(MANY), 2))


def test_a_sweeper_does_not_wait_for_rows_another_one_holds(committed: Cast) -> None:
    Effect.objects.create(key="held", task="tests.write", arguments=[1])
    gate, done = Barrier(2), Barrier(2)

    def hold() -> int:
        with transaction.atomic():
            held = len(outbox._due().select_for_update())
            gate.wait(timeout=10)
            done.wait(timeout=10)
        return held

    def sweep() -> int:
        gate.wait(timeout=10)
        try:
            return outbox.sweep()
        finally:
            done.wait(timeout=10)

    assert at_once(hold, sweep) == [1, 0]


def test_two_sweeps_hand_each_effect_over_once(committed: Cast) -> None:
    for number in range(MANY):
        Effect.objects.create(key=f"e{number}", task="tests.write", arguments=[number])
    outbox.workers.silent_until = 0.0
    handed = at_once(outbox.hurry_due, outbox.hurry_due)
    assert sum(handed) == MANY
    assert Effect.objects.filter(handed_at__isnull=False).count() == MANY
    assert outbox.hurry_due() == 0


@contextmanager
def workers_at_once() -> Iterator[Journal]:
    """Every message is read, and the effect asked for, before the sweep that sent it goes on."""
    journal = Journal()

    def read(effect: Effect) -> bool:
        at_once(lambda: outbox.finish(effect.pk))
        return True

    with (
        known_task("tests.write", journal.write),
        mock.patch.object(outbox.workers, "hurry", read),
    ):
        yield journal


def test_a_worker_quicker_than_the_sweep_finds_the_effects_free(committed: Cast) -> None:
    for number in range(5):
        Effect.objects.create(key=f"e{number}", task="tests.write", arguments=[number])
    with workers_at_once() as journal:
        assert outbox.hurry_due() == 5
    assert journal.times == Counter(dict.fromkeys(range(5), 1))


def test_asked_before_the_commit_the_worker_would_find_them_locked(committed: Cast) -> None:
    """The twin: nothing is done, and nobody asks again before the lease has passed."""
    Effect.objects.create(key="held", task="tests.write", arguments=[1])
    with workers_at_once() as journal, transaction.atomic():
        assert outbox.hurry_due() == 1
    assert journal.times == Counter()
    assert outbox.hurry_due() == 0
