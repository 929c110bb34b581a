"""Sessions end when left alone, after the day, and at once when their owner is shut out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.devices import device_in_words
from portal.accounts.models import Session, User
from portal.accounts.services import ending, one_time_codes, passwords, signing_in
from portal.accounts.sessions import SessionStore
from portal.audit.models import Entry
from portal.core import clock
from tests.cast import Cast, Person
from tests.journeys.browsing import page_of, words_of
from tests.phones import sign_in

MINE, END = "/thong-tin-cua-toi/phien", "/thong-tin-cua-toi/phien/ket-thuc"
NEW = "ba-con-ga-trong-san"
MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def is_in(client: Client) -> bool:
    """Whether the portal still knows the person behind the browser."""
    return client.get("/thong-tin-cua-toi").status_code == 200


def signed_in(person: Person, **headers: str) -> Client:
    """A browser in which the person has just signed in through the page."""
    client = Client(headers=headers)
    sign_in(client, "/dang-nhap", person.username)
    return client


@pytest.mark.parametrize(("who", "minutes"), [("chi", 15), ("hoa", 15), ("an", 30)])
def test_a_session_left_alone_ends(client: Client, cast: Cast, who: str, minutes: int) -> None:
    with time_machine.travel(MORNING, tick=False) as now:
        client.force_login(getattr(cast, who).user)
        for _look in range(3):
            now.shift(timedelta(minutes=minutes, seconds=-1))
            assert is_in(client)
        now.shift(timedelta(minutes=minutes, seconds=1))
        assert not is_in(client)


def test_a_session_ends_after_eight_hours_however_busy(client: Client, cast: Cast) -> None:
    with time_machine.travel(MORNING, tick=False) as now:
        client.force_login(cast.chi.user)
        for _look in range(47):
            now.shift(timedelta(minutes=10))
            assert is_in(client)
        now.shift(timedelta(minutes=10))
        assert not is_in(client)


def test_all_times_are_settings(client: Client, cast: Cast, settings: Any) -> None:
    settings.SESSION_IDLE_OFFICER_MINUTES, settings.SESSION_HOURS = 3, 1
    with time_machine.travel(MORNING, tick=False) as now:
        client.force_login(cast.chi.user)
        now.shift(timedelta(minutes=3, seconds=1))
        assert not is_in(client)
        client.force_login(cast.chi.user)
        for _look in range(29):
            now.shift(timedelta(minutes=2))
            assert is_in(client)
        now.shift(timedelta(minutes=2, seconds=1))
        assert not is_in(client)


def test_that_somebody_was_seen_is_written_once_a_minute(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    client.get("/ho-so-cua-toi")
    with CaptureQueriesContext(connection) as soon:
        client.get("/ho-so-cua-toi")
    assert [q for q in soon.captured_queries if "UPDATE" in q["sql"]] == []
    with (
        clock.shifted_to(clock.now() + timedelta(seconds=61)),
        CaptureQueriesContext(connection) as later,
    ):
        client.get("/ho-so-cua-toi")
    written = [q["sql"] for q in later.captured_queries if "UPDATE" in q["sql"]]
    assert len(written) == 1
    assert written[0].startswith('UPDATE "accounts_session" SET "seen_at"')


def test_the_session_costs_one_statement(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    client.get("/ho-so-cua-toi")
    with CaptureQueriesContext(connection) as taken:
        client.get("/ho-so-cua-toi")
    about = [q["sql"] for q in taken.captured_queries if "accounts_session" in q["sql"]]
    assert len(about) == 1


@pytest.mark.parametrize("who", ["an", "chi"])
def test_signing_in_begins_a_session_under_a_new_key(cast: Cast, who: str) -> None:
    client = Client()
    client.get("/dang-nhap")
    planted = SessionStore()
    planted["anything"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key or ""
    sign_in(client, "/dang-nhap", who)
    assert client.cookies["sessionid"].value != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()
    assert Session.objects.get(user__username=who).session_key == client.cookies["sessionid"].value


def test_a_disabled_person_is_out_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.chi.user)
    User.objects.filter(pk=cast.chi.pk).update(is_active=False)
    assert not is_in(client)
    assert client.get("/api/v1/queue").status_code == 401


def test_a_new_password_ends_every_other_session(cast: Cast) -> None:
    here, there = signed_in(cast.an), signed_in(cast.an)
    typed = {"present": DEMO_PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/thong-tin-cua-toi/mat-khau", typed).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert Session.objects.filter(user=cast.an.user).count() == 1
    entry = Entry.objects.get(kind=Entry.Kind.SESSION_ENDED)
    assert (entry.person, entry.details) == (cast.an.user, {"why": "password", "many": 1})


def test_another_phone_ends_every_other_session(cast: Cast) -> None:
    here, there = signed_in(cast.chi), signed_in(cast.chi)
    seed = one_time_codes.open_enrolment(cast.chi.user).new_seed
    code = pyotp.TOTP(seed).at(clock.now())
    assert here.post("/thong-tin-cua-toi/doi-dien-thoai", {"code": code}).status_code == 200
    assert is_in(here)
    assert not is_in(there)


def test_a_request_under_way_does_not_bring_an_ended_session_back(cast: Cast) -> None:
    client = signed_in(cast.an)
    under_way = SessionStore(client.cookies["sessionid"].value)
    under_way["typed"] = "half a page"
    ending.end_sessions(cast.an.user, None, why="test")
    with pytest.raises(UpdateError):
        under_way.save()
    assert not is_in(client)
    assert Session.objects.filter(user=cast.an.user).count() == 0


def test_a_code_given_as_the_session_ends_does_not_bring_it_back(
    cast: Cast, rf: RequestFactory
) -> None:
    client = signed_in(cast.giang)
    request = rf.post("/")
    request.session = SessionStore(client.cookies["sessionid"].value)
    assert request.session["_auth_user_id"] == str(cast.giang.pk)
    ending.end_sessions(cast.giang.user, None, why="test")
    with pytest.raises(PermissionDenied):
        signing_in.stay_in(request, cast.giang.user)
    assert Session.objects.filter(user=cast.giang.user).count() == 0


def test_chi_sees_where_she_is_signed_in_and_ends_one(cast: Cast) -> None:
    here = signed_in(cast.chi, user_agent=CHROME)
    there, elsewhere = signed_in(cast.chi, user_agent=PHONE), signed_in(cast.chi)
    others = signed_in(cast.dung)
    page = here.get(MINE)
    words = words_of(page)
    assert "Chrome trên Windows phiên này" in words
    assert "Safari trên iPhone" in words
    assert "127.0.0.1" in words
    buttons = page_of(page).findall('.//main//tbody//button[@name="phien"]')
    assert len(buttons) == 2
    keys = [client.cookies["sessionid"].value for client in (here, there, elsewhere)]
    assert not any(key in page.content.decode() for key in keys)

    phone = next(b for b in buttons if "iPhone" in b.text_content())
    assert here.post(END, {"phien": phone.get("value")})["Location"] == MINE
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)
    here.post(END, {"phien": ""})
    assert (is_in(here), is_in(elsewhere), is_in(others)) == (True, False, True)
    assert "Bạn chỉ đăng nhập ở đây" in words_of(here.get(MINE))


def test_dung_cannot_end_a_session_of_chi(cast: Cast) -> None:
    chis, dungs = signed_in(cast.chi), signed_in(cast.dung)
    page = Client()
    page.cookies = chis.cookies
    second = signed_in(cast.chi)
    word = page_of(page.get(MINE)).find('.//main//tbody//button[@name="phien"]').get("value")
    dungs.post(END, {"phien": word})
    assert is_in(chis)
    assert is_in(second)


def test_sessions_that_have_ended_are_forgotten(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    with clock.shifted_to(clock.now() + timedelta(hours=1)):
        other = Client()
        other.force_login(cast.binh.user)
        assert ending.forget_ended() == 1
        assert is_in(other)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome trên Windows"),
        (CHROME + " Edg/142.0", "Edge trên Windows"),
        (CHROME + " coc_coc_browser/130", "Cốc Cốc trên Windows"),
        (PHONE, "Safari trên iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/23 Chrome/115",
            "Samsung Internet trên Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox trên Linux"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(user_agent: str, words: str) -> None:
    assert device_in_words(user_agent) == words


def test_changing_the_password_at_the_door_leaves_no_old_session(cast: Cast) -> None:
    before = signed_in(cast.an)
    passwords.change(cast.an.user, NEW)
    assert not is_in(before)
