"""Nobody guesses a look-up secret: too many wrong tries have to wait, whoever is made up."""

import json
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.cast import Cast

HERE, THERE = "203.0.113.7", "198.51.100.9"
WRONG = "00000000"


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.LOOKUP_TRIES_PER_ADDRESS, settings.LOOKUP_TRIES_PER_CODE = 6, 3


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return cast.an.submits("extract-copy")


def ask(code: Any, secret: str, address: str = HERE, **more: Any) -> Any:
    """Look up on the page."""
    typed = {"code": code, "secret": secret}
    return Client(REMOTE_ADDR=address, **more).post("/tra-cuu", typed)


def test_the_fourth_wrong_secret_of_a_code_must_wait_from_anywhere(dossier: Dossier) -> None:
    assert [ask(dossier.code, WRONG).status_code for _each in range(3)] == [404] * 3
    late = ask(dossier.code, dossier.lookup_secret, THERE)
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 900
    assert Client().get(f"/tra-cuu/{dossier.link_token}").status_code == 200


def test_an_unknown_code_is_counted_alike(dossier: Dossier) -> None:
    unknown = f"{dossier.code[:-4]}9999"  # type: ignore[index]
    for code, address in ((dossier.code, HERE), (unknown, THERE)):
        told = [ask(code, WRONG, address).status_code for _each in range(4)]
        assert told == [404, 404, 404, 429], code


def test_one_address_may_not_try_many_codes(dossier: Dossier) -> None:
    codes = [f"{dossier.code[:-4]}8{number:03d}" for number in range(7)]  # type: ignore[index]
    told = [ask(code, WRONG).status_code for code in codes]
    assert told == [404] * 6 + [429]
    assert ask(dossier.code, dossier.lookup_secret, THERE).status_code == 200


def test_a_made_up_proxy_is_no_way_round(dossier: Dossier) -> None:
    told = [
        ask(f"X{number}", WRONG, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(7)
    ]
    assert told == [404] * 6 + [429]


def test_right_look_ups_are_not_counted(dossier: Dossier) -> None:
    for _each in range(8):
        assert ask(dossier.code, dossier.lookup_secret).status_code == 200


def test_a_program_is_told_when_to_call_again(dossier: Dossier) -> None:
    client = Client(REMOTE_ADDR=HERE)
    body = json.dumps({"code": dossier.code, "secret": WRONG})
    for _each in range(3):
        assert client.post("/api/v1/lookup", body, "application/json").status_code == 404
    late = client.post("/api/v1/lookup", body, "application/json")
    assert late.status_code == 429
    assert late["Content-Type"] == "application/problem+json"
    assert int(late["Retry-After"]) > 0


def test_the_api_answers_so_many_calls_a_minute(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 2
    stranger, other = Client(REMOTE_ADDR=HERE), Client(REMOTE_ADDR=THERE)
    told = [stranger.get("/api/v1/procedures").status_code for _each in range(3)]
    assert told == [200, 200, 429]
    assert other.get("/api/v1/procedures").status_code == 200
