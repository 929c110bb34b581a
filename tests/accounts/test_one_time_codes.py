"""A code is good once: of the phone, on paper, and for whoever comes first of two at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from unittest import mock

import pyotp
import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet

from portal.accounts.models import PaperCode, SecondFactor
from portal.accounts.services import one_time_codes
from portal.accounts.services.one_time_codes import accept, accept_paper, renew_paper_codes
from portal.core import clock
from tests.cast import Cast
from tests.dossiers.test_races import at_once, no_lock
from tests.phones import code_on_phone, seed_of


@pytest.fixture(autouse=True)
def still() -> Iterator[time_machine.Traveller]:
    """The clock stands: no step of thirty seconds passes between two lines."""
    with time_machine.travel(datetime.now(UTC), tick=False) as now:
        yield now


def shown(seed: str, steps: int) -> str:
    """The code the phone shows so many steps of thirty seconds from now."""
    return pyotp.TOTP(seed).at(clock.now(), counter_offset=steps)


@pytest.mark.parametrize(("steps", "is_good"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_phone_may_be_thirty_seconds_early_or_late(cast: Cast, steps: int, is_good: int) -> None:
    assert accept(cast.chi.user, shown(seed_of("chi"), steps)) is bool(is_good)


def test_a_code_is_good_once_and_an_older_one_not_after_it(
    cast: Cast, still: time_machine.Traveller
) -> None:
    seed = seed_of("chi")
    assert accept(cast.chi.user, shown(seed, 0))
    assert not accept(cast.chi.user, shown(seed, 0))
    assert not accept(cast.chi.user, shown(seed, -1))
    assert accept(cast.chi.user, shown(seed, 1))
    still.shift(timedelta(minutes=2))
    assert accept(cast.chi.user, shown(seed, 0))


def test_a_seed_lies_sealed_in_the_table(cast: Cast) -> None:
    seed = seed_of("chi")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(seed, ' ') FROM accounts_secondfactor")
        written = cursor.fetchone()[0]
    assert written
    assert seed not in written


def test_the_old_phone_counts_until_the_new_one_has_given_a_code(cast: Cast) -> None:
    old = seed_of("chi")
    new = one_time_codes.open_enrolment(cast.chi.user).new_seed
    assert not accept(cast.chi.user, shown(new, 0))
    assert one_time_codes.confirm_enrolment(cast.chi.user, shown(old, 1)) == []
    assert accept(cast.chi.user, shown(old, 0))
    assert len(one_time_codes.confirm_enrolment(cast.chi.user, shown(new, 0))) == 10
    assert not accept(cast.chi.user, shown(old, 1))
    assert not accept(cast.chi.user, shown(new, 0))  # it has proved the phone and is used up
    assert accept(cast.chi.user, shown(new, 1))


def test_codes_on_paper_are_hashed_and_the_old_ones_end_with_new_ones(cast: Cast) -> None:
    old, other = renew_paper_codes(cast.chi.user), renew_paper_codes(cast.dung.user)
    new = renew_paper_codes(cast.chi.user)
    kept = set(PaperCode.objects.values_list("code_hash", flat=True))
    assert len(kept) == 20
    assert all(each.startswith("argon2") for each in kept)
    assert not accept_paper(cast.chi.user, old[0])
    assert not accept_paper(cast.chi.user, other[0])
    assert accept_paper(cast.chi.user, new[0])
    assert not accept_paper(cast.chi.user, new[0])
    assert accept_paper(cast.chi.user, new[9])


def uses_at_once(committed: Cast) -> list[Any]:
    """Two browsers give the same code of the phone at the same moment."""
    code, chi = code_on_phone("chi"), committed.chi.again()
    return at_once(lambda: accept(chi, code), lambda: accept(chi, code))


@contextmanager
def without_lock() -> Iterator[None]:
    """The row lock taken out; both racers have read the row before either writes."""
    gate = Barrier(2)
    real = one_time_codes._locked

    def read_and_wait(user: Any) -> SecondFactor | None:
        found = real(user)
        gate.wait(timeout=10)
        return found

    with (
        mock.patch.object(QuerySet, "select_for_update", no_lock),
        mock.patch.object(one_time_codes, "_locked", read_and_wait),
    ):
        yield


def test_of_two_uses_of_one_code_exactly_one_counts(committed: Cast) -> None:
    assert sorted(uses_at_once(committed)) == [False, True]


def test_without_the_lock_both_uses_would_count(committed: Cast) -> None:
    with without_lock():
        assert uses_at_once(committed) == [True, True]


def test_of_two_uses_of_one_paper_code_exactly_one_counts(committed: Cast) -> None:
    code, chi = renew_paper_codes(committed.chi.user)[0], committed.chi.again()
    try:
        outcomes = at_once(*[lambda: accept_paper(chi, code)] * 4)
        assert sorted(outcomes) == [False, False, False, True]
    finally:
        PaperCode.objects.all().delete()
