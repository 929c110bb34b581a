"""A promise is a row of the transaction that made it: with it it stays, with it it goes."""

from typing import Any

import pytest
from django.db import transaction

from portal.core import outbox
from portal.core.models import Effect
from tests.cast import Cast


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
