"""Officers sign in by password and code; between the two they are nobody yet."""

from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import Posting, Role, SecondFactor, User
from portal.accounts.services import one_time_codes
from portal.audit.models import Entry
from portal.core import clock
from tests.cast import Cast
from tests.journeys.browsing import page_of, press, words_of
from tests.phones import code_on_phone, give_code, sign_in

CODE = "/dang-nhap/ma"
ENROL = "/dang-nhap/dang-ky-ma"


def password(client: Client, username: str, address: str = "/dang-nhap") -> Any:
    """Where the password leads to."""
    return press(client, client.get(address), username=username, password=DEMO_PASSWORD)


def is_nobody(client: Client) -> bool:
    """Whether pages and API treat the browser as a stranger's."""
    page, api = client.get("/can-bo"), client.get("/api/v1/queue")
    return page.status_code == 302 and api.status_code == 401


def kinds() -> list[str]:
    """What the log holds, oldest first."""
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def kim(cast: Cast) -> User:
    """An officer with a password and no phone yet."""
    user = User.objects.create(username="kim", full_name="Trương Thị Kim")
    user.set_password(DEMO_PASSWORD)
    user.save()
    agency = cast.chi.current_postings[0].agency
    Posting.objects.create(user=user, agency=agency, role=Role.OFFICER, valid_from=clock.today())
    return user


def test_chi_is_in_after_password_and_code(client: Client, cast: Cast) -> None:
    before = client.cookies.get("sessionid")
    assert password(client, "chi")["Location"] == CODE
    at_door = client.cookies["sessionid"].value
    assert is_nobody(client)
    answer = give_code(client, CODE, code=code_on_phone("chi"))
    assert answer["Location"] == "/can-bo"
    assert client.get("/can-bo").status_code == 200
    assert client.get("/api/v1/queue").status_code == 200
    assert before is None
    assert client.cookies["sessionid"].value != at_door
    entry = Entry.objects.get(kind=Entry.Kind.SIGNED_IN)
    assert (entry.actor, entry.details) == (cast.chi.user, {"means": "password+phone"})


def test_an_needs_no_code(client: Client, cast: Cast) -> None:
    assert password(client, "an")["Location"] == "/ho-so-cua-toi"
    assert client.get("/ho-so-cua-toi").status_code == 200
    assert client.get(CODE)["Location"] == "/dang-nhap"


def test_chi_arrives_where_she_wanted_to_go(client: Client, cast: Cast) -> None:
    address = "/dang-nhap?next=/can-bo%3Fxem%3Dqua-han"
    assert sign_in(client, address, "chi") == "/can-bo?xem=qua-han"


def test_the_sign_in_page_leads_on_to_the_code_once_the_password_is_given(
    client: Client, cast: Cast
) -> None:
    password(client, "chi")
    assert client.get("/dang-nhap?next=/van-hanh/")["Location"] == CODE
    answer = give_code(client, CODE, code=code_on_phone("chi"))
    assert answer["Location"] == "/van-hanh/"


def test_chi_may_turn_round_and_take_another_account(client: Client, cast: Cast) -> None:
    password(client, "chi")
    assert client.post("/dang-nhap/tai-khoan-khac")["Location"] == "/dang-nhap"
    assert client.get(CODE)["Location"] == "/dang-nhap"
    assert client.get("/dang-nhap").status_code == 200


@pytest.mark.parametrize("typed", ["000000", "12345", "abcdef", "", "１２３４５６", "1" * 500])
def test_a_wrong_code_lets_nobody_in(client: Client, cast: Cast, typed: str) -> None:
    password(client, "chi")
    answer = give_code(client, CODE, code=typed)
    assert answer.status_code == 422
    assert is_nobody(client)
    assert kinds() == [Entry.Kind.SIGN_IN_FAILED]
    assert Entry.objects.get().details == {"why": "code"}


def test_dung_does_not_get_in_with_the_code_of_chi(client: Client, cast: Cast) -> None:
    password(client, "dung")
    assert give_code(client, CODE, code=code_on_phone("chi")).status_code == 422
    assert is_nobody(client)


def test_who_waits_too_long_at_the_door_begins_anew(
    client: Client, cast: Cast, settings: Any
) -> None:
    password(client, "chi")
    settings.CLOCK_SHIFT_SECONDS = 10 * 60 + 1
    assert client.get(CODE)["Location"] == "/dang-nhap"
    assert client.post(CODE, {"code": code_on_phone("chi")})["Location"] == "/dang-nhap"
    assert is_nobody(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
def test_who_is_shut_out_while_at_the_door_stays_out(
    client: Client, cast: Cast, change: dict[str, Any]
) -> None:
    password(client, "chi")
    User.objects.filter(pk=cast.chi.pk).update(**change)
    assert client.post(CODE, {"code": code_on_phone("chi")})["Location"] == "/dang-nhap"
    assert is_nobody(client)


def test_the_configuration_has_no_door_of_its_own(client: Client, cast: Cast) -> None:
    address = reverse("admin:index")
    asked = client.get(address)
    door = client.get(asked["Location"])
    assert door["Location"] == f"/dang-nhap?next={address}"
    typed = {"username": "hoa", "password": DEMO_PASSWORD, "next": address}
    assert client.post(asked["Location"], typed).status_code == 302
    assert is_nobody(client)
    assert sign_in(client, door["Location"], "hoa") == address
    assert client.get(address).status_code == 200
    assert client.post(reverse("admin:logout"))["Location"] == "/"
    assert kinds()[-1] == Entry.Kind.SIGNED_OUT


def test_who_is_in_and_no_administrator_is_told_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.chi.user)
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get("/quan-tri/login/").status_code == 403


def test_a_new_officer_enrols_a_phone_before_anything_opens(client: Client, kim: User) -> None:
    assert password(client, "kim", "/dang-nhap?next=/can-bo")["Location"] == ENROL
    assert is_nobody(client)
    page: Any = client.get(ENROL)
    seed = page.context["seed"].replace(" ", "")
    assert page_of(page).find(".//main//svg") is not None
    assert give_code(client, ENROL, code="000000").status_code == 422
    assert is_nobody(client)

    answer = give_code(client, ENROL, code=pyotp.TOTP(seed).at(clock.now()))
    codes = [
        item.text_content()
        for item in page_of(answer).findall('.//main//ol[@class="paper-codes"]/li')
    ]
    assert len(set(codes)) == 10
    assert "/can-bo" in [link.get("href") for link in page_of(answer).find(".//main").iter("a")]
    assert client.get("/can-bo").status_code == 200
    assert client.get(ENROL)["Location"] == "/dang-nhap"  # the codes are not shown again
    assert SecondFactor.objects.get(user=kim).seed == seed


def test_the_phone_enrolled_is_asked_for_next_time(client: Client, kim: User) -> None:
    password(client, "kim")
    seed = one_time_codes.open_enrolment(kim).new_seed
    assert one_time_codes.confirm_enrolment(kim, pyotp.TOTP(seed).at(clock.now()))
    assert client.get(ENROL)["Location"] == CODE
    assert sign_in(Client(), "/dang-nhap", "kim") == "/can-bo"


def test_a_posting_of_next_month_asks_for_a_phone_today(client: Client, kim: User) -> None:
    Posting.objects.filter(user=kim).update(valid_from="2999-01-01")
    assert password(client, "kim")["Location"] == ENROL
    Posting.objects.filter(user=kim).update(valid_from="2020-01-01", valid_to="2020-02-01")
    assert password(Client(), "kim")["Location"] == "/ho-so-cua-toi"


def test_a_code_on_paper_opens_the_door_once(client: Client, cast: Cast) -> None:
    code = one_time_codes.renew_paper_codes(cast.chi.user)[3]
    password(client, "chi")
    answer = give_code(client, f"{CODE}?giay=1", code=f" {code.lower().replace('1', 'l')} ")
    assert answer["Location"] == "/can-bo"
    assert one_time_codes.unused_paper_codes(cast.chi.user) == 9
    other = Client()
    password(other, "chi")
    assert give_code(other, f"{CODE}?giay=1", code=code).status_code == 422
    assert is_nobody(other)


def test_the_demo_shows_the_code_that_nobodys_phone_would_show(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.PORTAL_DEMO = True
    password(client, "chi")
    page: Any = client.get(CODE)
    assert page.context["demo_code"] in words_of(page)
    assert give_code(client, CODE, code=page.context["demo_code"])["Location"] == "/can-bo"


def test_outside_a_demo_no_code_is_shown(client: Client, cast: Cast, settings: Any) -> None:
    settings.PORTAL_DEMO = False
    password(client, "chi")
    assert client.get(CODE).context["demo_code"] == ""
