"""Scenario S1 by the identity provider: the session dies while An types; nothing typed is lost."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from dossiers.models import Dossier
from portal.accounts.models import Session
from tests.cast import Cast
from tests.identity.visiting import Realm, sign_in
from tests.journeys.browsing import form_on, press, words_of

ORIGIN = "http://testserver"


def signed_in(browser: Client, asked: Any, person: str = "an") -> str:
    """Go where the portal asks to sign in, by the provider; where the person arrives."""
    [onward] = parse_qs(urlsplit(asked["Location"]).query)["next"]
    answer = sign_in(browser, person, onward=onward)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_two_tabs_after_the_session_ended_keep_both_texts(cast: Cast, identity: Realm) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"origin": ORIGIN})
    draft = cast.an.drafts()
    address = f"/nhap/{draft.pk}/nguoi-nop"
    assert signed_in(browser, browser.get(address)) == address
    one, two = browser.get(address), browser.get(address)
    Session.objects.all().delete()
    back = browser.get(signed_in(browser, press(browser, one, full_name="Thẻ một")))
    assert "Chữ bạn gõ trước khi đăng nhập lại còn nguyên đây" in words_of(back)
    assert form_on(back)["full_name"] == ["Thẻ một"]
    assert press(browser, back).status_code == 302

    # The second tab was opened before An signed in again: its proof of origin is old.
    late = press(browser, two, full_name="Thẻ hai")
    assert late.status_code == 403
    assert "Chữ bạn gõ vẫn còn" in words_of(late)
    answer = press(browser, late)
    assert answer.status_code == 409
    assert form_on(answer)["full_name"] == ["Thẻ hai"]
    assert press(browser, answer).status_code == 302
    assert Dossier.objects.get(pk=draft.pk).owner["full_name"] == "Thẻ hai"


def test_what_an_typed_is_not_shown_to_who_signs_in_next(cast: Cast, identity: Realm) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"origin": ORIGIN})
    draft = cast.an.drafts()
    address = f"/nhap/{draft.pk}/nguoi-nop"
    signed_in(browser, browser.get(address))
    page = browser.get(address)
    Session.objects.all().delete()
    asked = press(browser, page, full_name="Chỉ An biết")
    arrived = browser.get(signed_in(browser, asked, "binh"))
    assert arrived.status_code == 404
    assert "Chỉ An biết" not in arrived.content.decode()
