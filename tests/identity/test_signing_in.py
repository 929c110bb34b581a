"""Citizens sign in through the running provider, over HTTP, as a browser without script does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db.models import QuerySet
from django.test import Client

from portal.accounts.identity_numbers import doubts
from portal.accounts.models import Identity, Session, User
from portal.accounts.names import is_same_name
from portal.accounts.services.signing_in import DOOR
from portal.audit.models import Entry
from portal.core import clock
from portal.core.limits import take
from portal.integrations.identity.sandbox.people import RESIDENTS
from tests.cast import Cast
from tests.identity.visiting import Realm, pressed, sent_back, sign_in
from tests.journeys.browsing import links_on, page_of, words_of

Log = Callable[[], QuerySet[Entry]]


def who_is_in(client: Client) -> User | None:
    """Whose session the browser holds."""
    key = client.session.get(SESSION_KEY)
    return User.objects.get(pk=key) if key else None


def lines(log: Log, kind: str) -> list[dict[str, Any]]:
    """The lines of that kind, in order."""
    return list(log().filter(kind=kind).values("actor", "person", "subject", "details"))


def test_an_signs_in_to_her_own_account(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    draft = cast.an.drafts()
    before = User.objects.count()
    answer = sign_in(client, "an")
    assert (answer.status_code, answer["Location"]) == (302, "/ho-so-cua-toi")
    assert who_is_in(client) == cast.an.user
    assert client.get(f"/nhap/{draft.pk}/nguoi-nop").status_code == 200
    assert User.objects.count() == before
    row = Identity.objects.get()
    assert (row.user, row.issuer) == (cast.an.user, identity.issuer)
    assert row.subject == RESIDENTS["an"].subject
    assert cast.an.again().full_name == "Nguyễn Văn An"  # the same name in other capitals
    an = cast.an.pk
    assert lines(log, Entry.Kind.SIGNED_IN) == [
        {
            "actor": an,
            "person": an,
            "subject": "accounts.user",
            "details": {"means": "oidc"},
        }
    ]
    assert lines(log, Entry.Kind.ACCOUNT_CHANGED) == [
        {
            "actor": an,
            "person": an,
            "subject": "accounts.identity",
            "details": {"change": "identity linked"},
        }
    ]


@pytest.mark.parametrize("name", ["an", "binh", "khach"])
def test_the_provider_and_the_demo_mean_the_same_people(cast: Cast, name: str) -> None:
    there, here = RESIDENTS[name], getattr(cast, name)
    assert there.number == here.identity_number
    assert there.born == f"{here.birth_date:%Y%m%d}"
    assert is_same_name(there.name, here.full_name)
    assert doubts(there.number, clock.today(), birth_date=here.birth_date) == []


def test_the_second_time_the_subject_is_enough(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    sign_in(client, "an")
    again = Client()
    sign_in(again, "an")
    assert who_is_in(again) == cast.an.user
    assert Identity.objects.count() == 1
    assert len(lines(log, Entry.Kind.ACCOUNT_CHANGED)) == 1


def test_somebody_the_portal_does_not_know_gets_an_account_without_a_password(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    answer = sign_in(client, "nam")
    assert answer["Location"] == "/ho-so-cua-toi"
    nam = who_is_in(client)
    assert nam is not None
    assert nam.full_name == "TRƯƠNG HOÀI NAM"
    assert (nam.identity_number, nam.birth_date) == ("086204000777", date(2004, 5, 17))
    assert (nam.email, nam.phone, nam.home_agency) == ("", "", None)
    assert not nam.has_usable_password()
    assert not nam.is_staff
    assert "086204000777" not in nam.username
    assert client.get("/ho-so-cua-toi").status_code == 200
    assert lines(log, Entry.Kind.ACCOUNT_CHANGED)[0]["details"] == {"change": "account made"}
    again = Client()
    sign_in(again, "nam")
    assert who_is_in(again) == nam


def test_a_name_in_separate_marks_is_put_together(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    User.objects.filter(username="khach").update(full_name="Lý Minh")
    sign_in(client, "khach")
    assert who_is_in(client) == cast.khach.user
    assert cast.khach.again().full_name == "LÝ MINH KHÁCH"
    assert lines(log, Entry.Kind.ACCOUNT_CHANGED)[1]["details"] == {"fields": ["full_name"]}


@pytest.mark.parametrize(
    ("wanted", "arrives"),
    [
        ("/ho-so-cua-toi?trang=2", "/ho-so-cua-toi?trang=2"),
        ("/nhap/1/nguoi-nop?giu=0123456789abcdef", "/nhap/1/nguoi-nop?giu=0123456789abcdef"),
        ("", "/ho-so-cua-toi"),
        ("https://la.invalid/", "/ho-so-cua-toi"),
        ("//la.invalid/", "/ho-so-cua-toi"),
        ("/\\la.invalid/", "/ho-so-cua-toi"),
        ("///la.invalid", "/ho-so-cua-toi"),
        ("javascript:alert(1)", "/ho-so-cua-toi"),
        ("ho-so-cua-toi", "/ho-so-cua-toi"),
        ("/" + "a" * 2000, "/ho-so-cua-toi"),
    ],
)
def test_the_way_on_is_a_page_of_ours(
    client: Client, cast: Cast, identity: Realm, wanted: str, arrives: str
) -> None:
    assert sign_in(client, "an", onward=wanted)["Location"] == arrives


def test_the_session_key_is_new_and_the_old_one_is_worth_nothing(
    client: Client, cast: Cast, identity: Realm
) -> None:
    back = sent_back(client, "an")
    before = client.session.session_key
    client.get(back)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_button_is_a_form_of_our_own_page(client: Client, cast: Cast, identity: Realm) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert careful.post("/dang-nhap/dinh-danh").status_code == 403
    assert careful.get("/dang-nhap/dinh-danh").status_code == 405
    assert identity.asked() == {"asked": 1}
    leaving = pressed(client)
    assert leaving["Cache-Control"].count("no-store") == 1
    assert "form-action 'self'" in leaving["Content-Security-Policy"]


def test_where_no_provider_is_set_up_there_is_no_button_and_no_door(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.OIDC_ISSUER = ""
    page = page_of(client.get("/dang-nhap"))
    assert [form.get("action") for form in page.findall(".//main//form")] == [None]
    assert client.post("/dang-nhap/dinh-danh").status_code == 404
    assert client.get("/dang-nhap/dinh-danh/ve").status_code == 404
    assert client.get("/dang-xuat/dinh-danh").status_code == 404


def test_two_tabs_each_come_back_to_their_own_page(
    client: Client, cast: Cast, identity: Realm
) -> None:
    one = sent_back(client, "an", onward="/thu-tuc?q=1")
    two = sent_back(client, "an", onward="/thu-tuc?q=2")
    assert client.get(two)["Location"] == "/thu-tuc?q=2"
    assert client.get(one)["Location"] == "/thu-tuc?q=1"


def test_of_many_tabs_the_oldest_is_forgotten(client: Client, cast: Cast, identity: Realm) -> None:
    first = sent_back(client, "an")
    for _tab in range(5):
        pressed(client)
    assert client.get(first).status_code == 403
    assert who_is_in(client) is None


def test_the_way_back_is_walked_once(client: Client, log: Log, cast: Cast, identity: Realm) -> None:
    back = sent_back(client, "an")
    assert client.get(back).status_code == 302
    answer = client.get(back)
    assert answer.status_code == 403
    assert "đã dùng hoặc để quá lâu" in words_of(answer)
    assert "Về trang chủ" in words_of(answer)  # An is in already
    assert lines(log, Entry.Kind.SIGN_IN_FAILED)[0]["details"] == {"means": "oidc", "why": "state"}


def test_a_way_back_of_another_browser_lets_nobody_in(
    client: Client, cast: Cast, identity: Realm
) -> None:
    """Whoever sends An a link with their own answer does not sign her in as themselves."""
    of_a_stranger = sent_back(Client(), "khach")
    pressed(client)
    answer = client.get(of_a_stranger)
    assert answer.status_code == 403
    assert who_is_in(client) is None
    assert Identity.objects.count() == 0


def test_who_takes_too_long_starts_again(client: Client, cast: Cast, identity: Realm) -> None:
    back = sent_back(client, "an")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        answer = client.get(back)
    assert answer.status_code == 403
    assert links_on(answer)[:2] == ["/dang-nhap", "/tra-cuu"]


def test_opening_the_way_back_by_itself_changes_nothing(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    sessions = Session.objects.count()
    answer = client.get("/dang-nhap/dinh-danh/ve")
    assert answer.status_code == 403
    assert log().count() == 0
    assert Session.objects.count() == sessions


def test_after_three_hundred_times_it_is_enough_for_a_while(
    client: Client, cast: Cast, identity: Realm
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False):
        for _press in range(299):
            take("identity", "127.0.0.1", most=300, seconds=600)
        answers = [client.post("/dang-nhap/dinh-danh").status_code for _press in range(2)]
        elsewhere = client.post("/dang-nhap/dinh-danh", REMOTE_ADDR="192.0.2.7")
    assert answers == [200, 429]
    assert elsewhere.status_code == 200


def test_who_leaves_may_leave_the_provider_too(client: Client, cast: Cast, identity: Realm) -> None:
    sign_in(client, "an")
    answer = client.post("/dang-xuat")
    assert (answer.status_code, answer["Location"]) == (302, "/dang-xuat/dinh-danh")
    assert who_is_in(client) is None
    page = client.get(answer["Location"])
    assert "Đăng xuất tài khoản định danh" in words_of(page)
    [address] = [link for link in links_on(page) if link.startswith(identity.issuer)]
    with requests.Session() as browser:
        browser.trust_env = False
        left = browser.get(address, allow_redirects=False, timeout=30)
    assert left.headers["Location"] == "http://testserver/"


def test_who_came_with_a_password_just_leaves(client: Client, cast: Cast, identity: Realm) -> None:
    client.force_login(cast.an.user)
    assert client.post("/dang-xuat")["Location"] == "/"


def test_outside_the_demo_citizens_have_no_password(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.PORTAL_DEMO = False
    password = "mot-cua-thu-nghiem"  # pragma: allowlist secret
    refused = client.post("/dang-nhap", {"username": "an", "password": password})
    assert refused.status_code == 200
    assert "Người dân đăng nhập bằng tài khoản định danh điện tử." in words_of(refused)
    assert who_is_in(client) is None
    client.post("/dang-nhap", {"username": "chi", "password": password})
    assert client.session[DOOR]["user"] == cast.chi.pk  # her password is right; a code is due
