"""Whoever hammers at an account shuts out their own address for a while, and nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.module_loading import import_string

from portal import settings as production
from portal.accounts.demo import DEMO_PASSWORD
from portal.audit.models import Entry
from portal.core.models import Taken
from tests.cast import Cast
from tests.hashing import CountedArgon2
from tests.journeys.browsing import same, words_of
from tests.phones import code_on_phone

HERE, THERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.9"}
WRONG = "sai-mat-khau-roi"
QUARTER = 15 * 60


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """The clock stands in the middle of a quarter: no new count begins between two tries."""
    with time_machine.travel(datetime(2026, 11, 24, 1, 7, tzinfo=UTC), tick=False):
        yield


def tries(username: str, password: str = WRONG, **where: Any) -> Any:
    """One try at the sign-in page, in a browser of its own."""
    typed = {"username": username, "password": password}
    return Client(**(where or HERE)).post("/dang-nhap", typed)


def hammers(times: int, username: str = "chi", **where: Any) -> list[int]:
    """Try wrong passwords one after the other; what was answered."""
    return [tries(username, **where).status_code for _each in range(times)]


def test_the_sixth_try_must_wait_even_with_the_right_password(cast: Cast) -> None:
    assert hammers(6) == [200] * 5 + [429]
    answer = tries("chi", DEMO_PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= QUARTER
    assert f"{answer['Retry-After']} giây" in words_of(answer)


def test_chi_signs_in_from_another_address_while_somebody_hammers(cast: Cast) -> None:
    hammers(20)
    assert tries("chi", DEMO_PASSWORD, **THERE)["Location"] == "/dang-nhap/ma"


def test_a_colleague_at_the_same_address_is_not_shut_out(cast: Cast) -> None:
    hammers(20)
    assert tries("dung", DEMO_PASSWORD)["Location"] == "/dang-nhap/ma"


def test_the_wait_is_over_after_a_quarter_of_an_hour(cast: Cast, settings: Any) -> None:
    hammers(6)
    settings.CLOCK_SHIFT_SECONDS = QUARTER
    assert tries("chi", DEMO_PASSWORD)["Location"] == "/dang-nhap/ma"


def test_one_address_may_not_try_many_names(cast: Cast, settings: Any) -> None:
    assert settings.SIGN_IN_TRIES_PER_ADDRESS == 100
    settings.SIGN_IN_TRIES_PER_ADDRESS = 8
    names = [f"can-bo-{number}" for number in range(9)]
    assert [tries(name).status_code for name in names] == [200] * 8 + [429]
    assert tries("an", DEMO_PASSWORD).status_code == 429
    assert tries("an", DEMO_PASSWORD, **THERE).status_code == 302


def test_who_is_made_to_wait_does_not_use_up_the_address(cast: Cast, settings: Any) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 8
    assert hammers(20)[5:] == [429] * 15
    assert tries("dung", DEMO_PASSWORD).status_code == 302


def test_a_right_password_forgets_the_wrong_ones_and_only_its_own(cast: Cast) -> None:
    for _round in range(3):
        assert hammers(4, "an") == [200] * 4
        assert tries("an", DEMO_PASSWORD).status_code == 302
    # Twelve failures stand against the address; An's successes took none of them back.
    assert Taken.objects.get(key__startswith="password-from:").many == 12


@pytest.mark.parametrize("name", ["chi", "CHI", " chi ", "Chi"])
def test_writing_the_name_otherwise_is_no_way_round(cast: Cast, name: str) -> None:
    hammers(5)
    assert tries(name).status_code == 429


def test_a_made_up_proxy_is_no_way_round(cast: Cast) -> None:
    answers = [tries("chi", **HERE, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(6)]
    assert answers[-1].status_code == 429


def test_codes_are_limited_for_each_person_at_each_address(cast: Cast) -> None:
    browser, other = Client(**HERE), Client(**THERE)
    for client in (browser, other):
        client.post("/dang-nhap", {"username": "chi", "password": DEMO_PASSWORD})
    wrong = [browser.post("/dang-nhap/ma", {"code": "000000"}).status_code for _n in range(6)]
    assert wrong == [422] * 5 + [429]
    assert browser.post("/dang-nhap/ma", {"code": code_on_phone("chi")}).status_code == 429
    right = other.post("/dang-nhap/ma", {"code": code_on_phone("chi")})
    assert right["Location"] == "/can-bo"


def test_nobody_learns_which_names_exist(cast: Cast) -> None:
    wrong, unknown = tries("chi"), tries("khong-ai-ca")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert same(wrong).replace(b"chi", b"") == same(unknown).replace(b"khong-ai-ca", b"").replace(
        b"chi", b""
    )
    assert hammers(5, "khong-ai-ca", **THERE) == hammers(5, "dung", **THERE)
    assert tries("khong-ai-ca", **THERE).status_code == tries("dung", **THERE).status_code == 429


@pytest.mark.parametrize("name", ["chi", "khong-ai-ca", "dan-khong-mat-khau"])
def test_a_wrong_name_costs_the_same_one_hash_as_a_wrong_password(
    cast: Cast, settings: Any, name: str
) -> None:
    """The hash is nearly all of the time an answer takes, so the time tells nobody apart."""
    cast.binh.user.username = "dan-khong-mat-khau"
    cast.binh.user.set_unusable_password()
    cast.binh.user.save()
    settings.PASSWORD_HASHERS = ["tests.hashing.CountedArgon2"]
    CountedArgon2.hashed = 0
    tries(name)
    assert CountedArgon2.hashed == 1


def test_production_hashes_with_argon2_at_its_full_cost(settings: Any) -> None:
    hasher = import_string(production.PASSWORD_HASHERS[0])()
    assert (hasher.algorithm, hasher.memory_cost, hasher.time_cost) == ("argon2", 102400, 2)


def test_failures_are_written_down_without_what_was_typed(cast: Cast) -> None:
    tries("chi")
    tries("mat-khau-go-nham-o")
    known, unknown = Entry.objects.filter(kind=Entry.Kind.SIGN_IN_FAILED).order_by("pk")
    assert (known.person, known.address) == (cast.chi.user, HERE["REMOTE_ADDR"])
    assert (unknown.person, unknown.subject_key, unknown.details) == (None, "", {"why": "password"})
