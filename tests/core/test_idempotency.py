"""The same call twice has one effect, also when both arrive together or the first one crashes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from portal.core import clock, idempotency
from portal.core.idempotency import Answer, Call, KeyTaken, StillAtWork, answer_once
from portal.core.models import GivenAnswer, NumberCounter
from portal.core.numbering import next_number
from tests.cast import Cast
from tests.dossiers.test_races import at_once

CALL = Call("user:1", "POST create", "k-1", idempotency.digest_of({"a": 1}))


def count_up() -> Answer:
    """An effect that shows how often it happened."""
    number = next_number("effects")
    return Answer(201, f'{{"number":{number}}}', f"/effects/{number}")


def effects() -> int:
    """How often it happened."""
    row = NumberCounter.objects.filter(series="effects").first()
    return row.last if row else 0


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_does_nothing() -> None:
    first, second = answer_once(CALL, count_up), answer_once(CALL, count_up)
    assert first == Answer(201, '{"number":1}', "/effects/1")
    assert second == replace(first, is_repeated=True)
    assert effects() == 1


@pytest.mark.django_db
def test_an_address_of_any_length_is_kept() -> None:
    """The admin puts the filters of its list, which anybody may make long, into the address."""
    where = f"/admin/?_changelist_filters={'x' * 2000}"
    answer_once(CALL, lambda: Answer(302, location=where))
    assert answer_once(CALL, count_up) == Answer(302, location=where, is_repeated=True)


@pytest.mark.django_db
def test_other_content_under_the_same_key_is_refused() -> None:
    answer_once(CALL, count_up)
    with pytest.raises(KeyTaken):
        answer_once(replace(CALL, content_hash=idempotency.digest_of({"a": 2})), count_up)
    assert effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"caller": "user:2"}, {"route": "POST other"}, {"key": "k-2"}])
def test_another_person_route_or_key_is_another_call(other: dict[str, str]) -> None:
    answer_once(CALL, count_up)
    assert answer_once(replace(CALL, **other), count_up).body == '{"number":2}'


def test_names_in_another_order_are_the_same_content() -> None:
    assert idempotency.digest_of({"a": 1, "b": "Ấp"}) == idempotency.digest_of({"b": "Ấp", "a": 1})
    assert idempotency.digest_of({"a": 1}) != idempotency.digest_of({"a": "1"})


def test_a_crash_in_the_middle_leaves_neither_effect_nor_key(committed: Cast) -> None:
    def crash() -> Answer:
        count_up()
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        answer_once(CALL, crash)
    assert (effects(), GivenAnswer.objects.count()) == (0, 0)
    assert answer_once(CALL, count_up).body == '{"number":1}'


@pytest.mark.django_db
def test_an_answer_that_says_no_is_not_kept() -> None:
    assert answer_once(CALL, lambda: Answer(422)).status == 422
    assert answer_once(CALL, count_up).body == '{"number":1}'


@pytest.mark.django_db
def test_after_two_days_the_key_is_free_and_the_sweep_forgets_it() -> None:
    answer_once(CALL, count_up)
    with clock.shifted_to(clock.now() + timedelta(hours=24)):
        assert idempotency.forget_expired() == 0
        assert answer_once(CALL, count_up).is_repeated
    with clock.shifted_to(clock.now() + timedelta(hours=48)):
        assert answer_once(CALL, count_up).body == '{"number":2}'
    with clock.shifted_to(clock.now() + timedelta(hours=97)):
        assert idempotency.forget_expired() == 1
    assert GivenAnswer.objects.count() == 0


def test_eight_at_once_have_one_effect_and_one_answer(committed: Cast) -> None:
    outcomes = at_once(*[lambda: answer_once(CALL, count_up)] * 8)
    assert {outcome.body for outcome in outcomes} == {'{"number":1}'}
    assert sum(not outcome.is_repeated for outcome in outcomes) == 1
    assert effects() == 1


@contextmanager
def without_the_key() -> Iterator[None]:
    """Look first, write later, as without a unique key; both look before either writes."""
    gate = Barrier(2)

    def look(call: Call) -> int | None:
        known = GivenAnswer.objects.filter(key=call.key).exists()
        gate.wait(timeout=10)
        return None if known else 0

    with mock.patch.object(idempotency, "_take", look):
        yield


def test_without_the_unique_key_two_at_once_would_have_two_effects(committed: Cast) -> None:
    with without_the_key():
        at_once(*[lambda: answer_once(CALL, count_up)] * 2)
    assert effects() == 2


def test_whoever_waits_too_long_is_told_to_come_back(committed: Cast) -> None:
    is_inside, may_end = Event(), Event()

    def slow() -> Answer:
        is_inside.set()
        may_end.wait(timeout=10)
        return count_up()

    def second() -> Any:
        is_inside.wait(timeout=10)
        try:
            return _with_short_patience(lambda: answer_once(CALL, count_up))
        finally:
            may_end.set()

    first, told = at_once(lambda: answer_once(CALL, slow), second)
    assert first.body == '{"number":1}'
    assert isinstance(told, StillAtWork)
    assert told.retry_after == 5
    assert effects() == 1


def _with_short_patience(act: Callable[[], Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    return act()
