"""An effect that cannot be done is seen with its reason, given up at last, and stops nobody."""

import sys
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from portal.core import clock, operating, outbox
from portal.core.failure_reasons import reason_of
from portal.core.models import Effect
from tests.cast import Cast
from tests.core.tasks_of_tests import known_task


def fails(*_arguments: Any) -> None:
    raise ValueError("no answer from an@nha.vn about 086090000001")


def runs_too_long() -> None:
    raise SoftTimeLimitExceeded


def test_poison_is_given_up_after_twelve_attempts_each_later_than_the_last(cast: Cast) -> None:
    effect = outbox.after_commit("tests.fails", key="poison")
    pauses = []
    with known_task("tests.fails", fails):
        for _attempt in range(outbox.MOST_ATTEMPTS):
            begun_at = clock.now()
            assert not outbox.finish(effect.pk)
            effect.refresh_from_db()
            pauses.append((effect.next_attempt_at - begun_at).total_seconds())
            make_due(effect)
        assert not outbox.finish(effect.pk)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (Effect.State.DEAD, 12)
    expected = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    for pause, middle in zip(pauses, expected, strict=True):
        assert middle * 0.8 <= pause <= middle * 1.2 + 2


def test_the_reason_says_what_failed_without_anybodys_data(cast: Cast) -> None:
    effect = outbox.after_commit("tests.fails", key="poison")
    with known_task("tests.fails", fails):
        outbox.finish(effect.pk)
    effect.refresh_from_db()
    assert effect.last_error.startswith("ValueError: no answer from … about … (")
    assert "nha.vn" not in effect.last_error
    assert "086090000001" not in effect.last_error


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("{'an@nha.vn': (550, b'gone')}", "ValueError: {…: (550, b…)}"),
        ("Key (name)=(Nguyễn Văn An) is there", "ValueError: Key (name)… is there"),
        ("line one\nline two\x00", "ValueError: line one line two"),
        ("", "ValueError"),
    ],
)
def test_a_quoted_value_is_left_out_of_the_reason(said: str, kept: str) -> None:
    assert reason_of(ValueError(said)) == kept


@pytest.mark.parametrize("body", [fails, runs_too_long, sys.exit])
def test_the_others_go_on_past_poison(cast: Cast, body: Any) -> None:
    done: list[int] = []
    outbox.after_commit("tests.poison", key="poison")
    outbox.after_commit("tests.nobody_knows", key="unknown")
    outbox.after_commit("tests.good", 7, key="good")
    with known_task("tests.poison", body), known_task("tests.good", done.append):
        assert outbox.sweep() == 1
    assert done == [7]
    states = dict(Effect.objects.values_list("key", "state"))
    assert states == {"poison": "waiting", "unknown": "waiting", "good": "done"}


def test_an_unknown_task_says_so_and_is_given_up(cast: Cast) -> None:
    effect = outbox.after_commit("tests.nobody_knows", key="unknown")
    for _attempt in range(outbox.MOST_ATTEMPTS):
        outbox.sweep()
        make_due(effect)
    effect.refresh_from_db()
    assert effect.state == Effect.State.DEAD
    assert effect.last_error.startswith("NotRegistered: no process here knows this task")


def test_an_effect_that_kills_its_worker_every_time_is_buried(cast: Cast) -> None:
    effect = outbox.after_commit("tests.kills", key="killer")
    for _attempt in range(outbox.MOST_ATTEMPTS):
        [claimed] = outbox._claim(outbox._due(), 1)
        assert outbox._begin(claimed)  # and here the process ends
        effect.refresh_from_db()
        assert effect.last_error == outbox.BEGUN
        make_due(effect)
    assert outbox.sweep() == 0
    effect.refresh_from_db()
    assert (effect.state, effect.last_error) == (Effect.State.DEAD, outbox.LOST)


def test_a_lost_worker_whose_clock_was_ahead_is_not_waited_for(cast: Cast) -> None:
    effect = outbox.after_commit("tests.kills", key="killer")
    Effect.objects.update(attempts=outbox.MOST_ATTEMPTS - 1)
    with clock.shifted_to(clock.now() + timedelta(days=1)):
        [claimed] = outbox._claim(outbox._due(), 1)
        assert outbox._begin(claimed)  # and here the process ends
    assert outbox.sweep() == 0
    effect.refresh_from_db()
    assert (effect.state, effect.last_error) == (Effect.State.DEAD, outbox.LOST)


def test_a_worker_that_lost_its_lease_does_not_postpone_the_next_ones_work(cast: Cast) -> None:
    effect = outbox.after_commit("tests.fails", key="slow")
    [slow] = outbox._claim(outbox._due(), 1)
    assert outbox._begin(slow)
    make_due(effect)
    [quick] = outbox._claim(outbox._due(), 1)
    assert outbox._begin(quick)
    outbox._postpone(slow, "too late")
    effect.refresh_from_db()
    assert (effect.attempts, effect.last_error) == (2, outbox.BEGUN)


def test_nor_does_it_when_an_operator_let_it_be_tried_again_meanwhile(cast: Cast) -> None:
    effect = outbox.after_commit("tests.fails", key="slow")
    [slow] = outbox._claim(outbox._due(), 1)
    assert outbox._begin(slow)
    make_due(effect)
    assert operating.retry([effect.pk], cast.hoa.pk) == 1
    [quick] = outbox._claim(outbox._due(), 1)
    assert outbox._begin(quick)
    outbox._postpone(slow, "too late")
    effect.refresh_from_db()
    assert (effect.attempts, effect.last_error) == (1, outbox.BEGUN)


def make_due(effect: Effect) -> None:
    """Let the pause pass."""
    Effect.objects.filter(pk=effect.pk).update(next_attempt_at=clock.now() - timedelta(seconds=1))
