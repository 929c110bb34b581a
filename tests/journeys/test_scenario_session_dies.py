"""Scenario S1: the session ends while somebody types or reads; nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dossiers.models import Dossier, DossierStep
from portal.accounts.models import Session
from tests.cast import Cast
from tests.journeys.browsing import form_on, page_of, press, words_of
from tests.phones import sign_in

ORIGIN = "http://testserver"
MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@pytest.fixture
def browser() -> Client:
    """A browser as it is: the proof of origin is checked, and it says where a form came from."""
    return Client(enforce_csrf_checks=True, headers={"origin": ORIGIN})


def test_two_tabs_after_the_session_ended_keep_both_texts_without_a_script(
    browser: Client, cast: Cast
) -> None:
    draft = cast.an.drafts()
    address = f"/nhap/{draft.pk}/nguoi-nop"
    sign_in(browser, f"/dang-nhap?next={address}", "an")
    one, two = browser.get(address), browser.get(address)
    Session.objects.all().delete()
    asked = press(browser, one, full_name="Thẻ một")
    back = browser.get(sign_in(browser, asked["Location"], "an"))
    assert form_on(back)["full_name"] == ["Thẻ một"]
    assert press(browser, back).status_code == 302

    # The second tab was opened before An signed in again: its proof of origin is old.
    late = press(browser, two, full_name="Thẻ hai", address="Ấp <b>Tân</b> Lộc")
    assert late.status_code == 403
    assert "Chữ bạn gõ vẫn còn" in words_of(late)
    answer = press(browser, late)
    assert answer.status_code == 409  # the conflict, with everything An typed here
    assert form_on(answer)["full_name"] == ["Thẻ hai"]
    assert form_on(answer)["address"] == ["Ấp <b>Tân</b> Lộc"]
    assert Dossier.objects.get(pk=draft.pk).owner["full_name"] == "Thẻ một"
    assert press(browser, answer).status_code == 302
    assert Dossier.objects.get(pk=draft.pk).owner["full_name"] == "Thẻ hai"


@pytest.mark.parametrize("origin", ["https://la.invalid", "null", ""])
def test_what_another_site_sends_is_neither_taken_nor_shown(
    browser: Client, cast: Cast, origin: str
) -> None:
    draft = cast.an.drafts()
    address = f"/nhap/{draft.pk}/nguoi-nop"
    sign_in(browser, f"/dang-nhap?next={address}", "an")
    browser.cookies["csrftoken"] = "b" * 32
    headers = {"origin": origin} if origin else {}
    stranger = Client(enforce_csrf_checks=True, headers=headers)
    stranger.cookies = browser.cookies
    answer = stranger.post(address, {"full_name": "Kẻ lạ"})
    assert answer.status_code == 403
    assert "Kẻ lạ" not in answer.content.decode()
    assert Dossier.objects.get(pk=draft.pk).owner["full_name"] == "Nguyễn Văn An"


@pytest.mark.parametrize("page", ["/can-bo", "/can-bo?trang=2"])
def test_chi_reading_the_queue_all_day_is_not_signed_out(
    client: Client, cast: Cast, page: str
) -> None:
    with time_machine.travel(MORNING) as clock:
        client.force_login(cast.chi.user)
        for _look in range(46):  # every ten minutes, seven hours and forty minutes
            clock.shift(timedelta(minutes=10))
            assert client.get(page).status_code == 200


def test_a_reason_typed_while_the_session_ended_waits_for_chi(browser: Client, cast: Cast) -> None:
    sent = cast.an.submits()
    cast.chi.claims(sent, DossierStep.Kind.INTAKE)
    address = f"/can-bo/ho-so/{sent.code}/refuse"
    sign_in(browser, "/dang-nhap", "chi")
    page = browser.get(address)
    Session.objects.all().delete()
    typed = {"reason": "Nộp sai nơi. " * 40, "basis": "Điều 35"}
    asked: Any = press(browser, page, **typed)
    assert asked["Location"].startswith(f"/dang-nhap?next={address}")
    back = browser.get(sign_in(browser, asked["Location"], "chi"))
    assert "Chữ bạn gõ trước khi đăng nhập lại còn nguyên đây" in words_of(back)
    assert form_on(back)["reason"][0].strip() == typed["reason"].strip()
    assert form_on(back)["basis"] == ["Điều 35"]
    assert Dossier.objects.get(pk=sent.pk).state == "submitted"
    assert press(browser, back).status_code == 302
    assert Dossier.objects.get(pk=sent.pk).state == "refused"


def test_when_the_day_is_over_chi_signs_in_and_stands_where_she_was(
    client: Client, cast: Cast
) -> None:
    sent = cast.an.submits()
    address = f"/can-bo/ho-so/{sent.code}"
    with time_machine.travel(MORNING) as clock:
        client.force_login(cast.chi.user)
        clock.shift(timedelta(hours=8, minutes=1))
        asked = client.get(address)
        assert asked["Location"] == f"/dang-nhap?next={address}"
        assert sign_in(client, asked["Location"], "chi") == address
        assert page_of(client.get(address)).find(".//h1") is not None
