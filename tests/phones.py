"""The phones of the officers: what the tests sign in and sign with."""

from typing import Any

import pyotp
from django.test import Client

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import SecondFactor
from portal.accounts.services.signing_in import CODE_GIVEN_AT
from portal.core import clock
from tests.journeys.browsing import press


def seed_of(username: str) -> str:
    """The seed on the phone of an officer, as if no code of it had been used; else nothing."""
    factors = SecondFactor.objects.filter(user__username=username)
    factors.update(last_counter=0)
    factor = factors.first()
    return factor.seed if factor else ""


def code_on_phone(username: str) -> str:
    """The code the phone shows now, as if it had not given one before."""
    return pyotp.TOTP(seed_of(username)).at(clock.now())


def sign_in(client: Client, address: str, username: str) -> str:
    """Sign in where the portal asks to, the code of an officer included; where one arrives."""
    answer: Any = press(client, client.get(address), username=username, password=DEMO_PASSWORD)
    assert answer.status_code == 302
    if answer["Location"] == "/dang-nhap/ma":
        answer = give_code(client, "/dang-nhap/ma", code=code_on_phone(username))
        assert answer.status_code == 302
    return str(answer["Location"])


def give_code(client: Client, address: str, **typed: str) -> Any:
    """Type a code on the page of that address."""
    page: Any = client.get(address)
    return client.post(address, {**typed, "csrfmiddlewaretoken": str(page.context["csrf_token"])})


def step_up(client: Client) -> None:
    """As if a code had been given on a page of this session just now."""
    session = client.session
    session[CODE_GIVEN_AT] = clock.now().timestamp()
    session.save()
