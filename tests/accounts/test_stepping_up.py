"""Before a signature a fresh code: asked for on a page that carries everything that was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.accounts.services.signing_in import CODE_GIVEN_AT
from portal.audit.models import Entry
from portal.core import clock
from tests.cast import Cast
from tests.dossiers.calling import Caller
from tests.journeys.browsing import form_on, page_of, press, words_of
from tests.journeys.working import address, take_on
from tests.phones import code_on_phone, sign_in, step_up

NOTE = "Đồng ý cấp. <b>Ký</b> & lưu"


@pytest.fixture
def to_sign(cast: Cast) -> Dossier:
    """A dossier that waits for the head's signature, taken on by Giang."""
    dossier = cast.chi.receives(cast.an.submits("extract-copy"))
    while True:
        step = dossier.steps.open().order_by("pk")[0]
        if step.role == "agency_head":
            cast.giang.claims(dossier)
            return dossier
        cast.issuer(dossier).forwards(dossier)


def presses_sign(client: Client, dossier: Dossier) -> Any:
    """Press the button of the page of the signature."""
    return press(client, client.get(address(dossier, "forward")), reason=NOTE)


def is_signed(dossier: Dossier) -> bool:
    """Whether the head has signed."""
    dossier.refresh_from_db()
    return dossier.signed_at is not None


def test_giang_is_asked_for_a_code_and_what_was_typed_goes_on(
    client: Client, cast: Cast, to_sign: Dossier
) -> None:
    client.force_login(cast.giang.user)
    key = client.cookies["sessionid"].value
    asked = presses_sign(client, to_sign)
    assert "Xác nhận bằng mã" in words_of(asked)
    assert form_on(asked)["reason"] == [NOTE]
    assert not is_signed(to_sign)
    wrong = press(client, asked, ma_xac_nhan="000000")
    assert wrong.status_code == 422
    assert form_on(wrong)["reason"] == [NOTE]
    assert not is_signed(to_sign)

    answer = press(client, wrong, ma_xac_nhan=code_on_phone("giang"))
    assert answer["Location"] == address(to_sign)
    assert is_signed(to_sign)
    assert to_sign.events.get(kind="forward", actor=cast.giang.user).reason == NOTE
    assert client.cookies["sessionid"].value != key
    kinds = Entry.objects.filter(person=cast.giang.user).order_by("pk")
    assert list(kinds.values_list("kind", "details")) == [
        ("sign_in_failed", {"why": "code"}),
        ("stepped_up", {"page": "dossiers:move"}),
    ]


def test_the_page_may_be_looked_at_without_a_code(
    client: Client, cast: Cast, to_sign: Dossier
) -> None:
    client.force_login(cast.giang.user)
    page = client.get(address(to_sign, "forward"))
    assert page.status_code == 200
    assert page_of(page).find('.//main//input[@name="ma_xac_nhan"]') is None


@pytest.mark.parametrize(("minutes", "is_asked"), [(4, False), (6, True)])
def test_a_code_is_fresh_for_five_minutes(
    client: Client, cast: Cast, to_sign: Dossier, minutes: int, is_asked: bool
) -> None:
    sign_in(client, "/dang-nhap", "giang")
    with clock.shifted_to(clock.now() + timedelta(minutes=minutes)):
        presses_sign(client, to_sign)
    assert is_signed(to_sign) is not is_asked


def test_a_code_given_once_is_not_enough_for_another_session(
    client: Client, cast: Cast, to_sign: Dossier
) -> None:
    sign_in(client, "/dang-nhap", "giang")
    other = Client()
    other.force_login(cast.giang.user)
    presses_sign(other, to_sign)
    assert not is_signed(to_sign)


def test_only_the_head_is_asked(client: Client, cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits("extract-copy"))
    take_on(client, cast.chi, dossier)
    assert presses_sign(client, dossier)["Location"] == address(dossier)


def test_a_program_cannot_sign_without_the_code_of_a_page(cast: Cast, to_sign: Dossier) -> None:
    program = Caller(cast.giang)
    session = program.client.session
    del session[CODE_GIVEN_AT]
    session.save()
    refused = program.move(to_sign, "forward")
    assert refused.status_code == 403
    assert "mã xác nhận" in refused.json()["detail"]
    assert not is_signed(to_sign)
    step_up(program.client)
    assert program.move(to_sign, "forward").status_code == 200
    assert is_signed(to_sign)


def test_wrong_codes_are_limited_here_too(client: Client, cast: Cast, to_sign: Dossier) -> None:
    client.force_login(cast.giang.user)
    asked = presses_sign(client, to_sign)
    answers = [press(client, asked, ma_xac_nhan="000000").status_code for _each in range(6)]
    assert answers == [422] * 5 + [429]
    assert not is_signed(to_sign)


def test_turning_round_leads_back_to_the_page(client: Client, cast: Cast, to_sign: Dossier) -> None:
    client.force_login(cast.giang.user)
    page = client.get(address(to_sign, "forward"))
    here = f"http://testserver{address(to_sign, 'forward')}"
    path = page.wsgi_request.get_full_path()
    asked = client.post(path, form_on(page), headers={"referer": here})
    links = [link.get("href") for link in page_of(asked).find(".//main").iter("a")]
    assert links == [here]
    elsewhere = client.post(path, form_on(page), headers={"referer": "https://la.invalid/x"})
    assert [a.get("href") for a in page_of(elsewhere).find(".//main").iter("a")] == ["/"]
