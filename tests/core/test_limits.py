"""So often and no more; whoever writes headers of their own is counted all the same."""

from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from portal.core import clock, limits
from portal.core.limits import TooMany, address_of, take
from portal.core.models import Taken
from tests.cast import Cast

MORNING = datetime(2026, 11, 26, 8, 0, 5, tzinfo=clock.ZONE)
LATER = datetime(2026, 11, 26, 8, 1, 1, tzinfo=clock.ZONE)


def test_the_fourth_of_three_is_refused_until_the_window_is_over(db: None) -> None:
    with clock.shifted_to(MORNING):
        for _turn in range(3):
            take("thử", "an", most=3, seconds=60)
        with pytest.raises(TooMany) as refused:
            take("thử", "an", most=3, seconds=60)
        take("thử", "binh", most=3, seconds=60)
        take("khác", "an", most=3, seconds=60)
    assert 50 <= refused.value.retry_after <= 55
    with clock.shifted_to(LATER):
        take("thử", "an", most=3, seconds=60)


def test_the_table_does_not_tell_who_it_was(db: None) -> None:
    take("thử", "192.0.2.7", most=1, seconds=60)
    assert "192.0.2.7" not in str(list(Taken.objects.values()))


def test_old_counts_are_forgotten(db: None) -> None:
    with clock.shifted_to(MORNING):
        take("thử", "an", most=3, seconds=60)
    with clock.shifted_to(datetime(2026, 11, 26, 8, 5, tzinfo=clock.ZONE)):
        take("thử", "an", most=3, seconds=60)
        assert limits.forget_old() == 1
    assert Taken.objects.count() == 1


def test_thirty_at_once_are_counted_one_by_one(committed: Cast) -> None:
    refused: list[int] = []

    def knock() -> None:
        try:
            take("cùng lúc", "an", most=20, seconds=3600)
        except TooMany:
            refused.append(1)
        finally:
            connection.close()

    knocks = [Thread(target=knock) for _turn in range(30)]
    for each in knocks:
        each.start()
    for each in knocks:
        each.join()
    assert len(refused) == 10
    Taken.objects.all().delete()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "198.51.100.9"),
        (0, "203.0.113.1", "198.51.100.9"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "203.0.113.1"),
        (1, "", "198.51.100.9"),
        (1, " , ", "198.51.100.9"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="198.51.100.9")
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert address_of(request) == address
