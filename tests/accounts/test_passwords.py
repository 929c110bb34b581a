"""Passwords by two profiles: what is good enough, when one must be changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.test import Client

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import PastPassword, User
from portal.accounts.password_profiles import complaints
from portal.accounts.services import passwords
from portal.audit.models import Entry
from portal.core import clock
from portal.settings import password_profile
from tests.cast import Cast
from tests.journeys.browsing import press, words_of
from tests.phones import sign_in

MINE = "/thong-tin-cua-toi/mat-khau"
AT_DOOR = "/dang-nhap/mat-khau-moi"
NEW = "ghe-xuong-ba-la-2026"


@pytest.mark.parametrize(
    ("profile", "password", "is_good"),
    [
        ("asvs", "mười hai ký", False),
        ("asvs", "mười hai ký!", True),
        ("asvs", "1q2w3e4r5t6y7u8i", False),  # known to everybody
        ("asvs", "chỉ toàn chữ thường", True),
        ("asvs", "Ab1!Ab1!", False),
        ("tcvn", "Ab1!Ab1!", True),
        ("tcvn", "Ab1!Ab1", False),
        ("tcvn", "abcdef12", False),
        ("tcvn", "Abcdef2x", True),
        ("tcvn", "abcdef-2", True),
        ("tcvn", "ABCDEF-GH", False),
        ("tcvn", "P@ssw0rd", False),  # known to everybody
    ],
)
def test_a_password_is_measured_by_the_profile(
    settings: Any, profile: str, password: str, is_good: bool
) -> None:
    settings.PASSWORD_PROFILE = profile
    assert (complaints(password) == []) is is_good


def test_an_unknown_profile_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD_PROFILE", "abc")
    with pytest.raises(ImproperlyConfigured, match="PASSWORD_PROFILE"):
        password_profile()


def test_djangos_own_commands_follow_the_profile(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_kwargs: "ngắn")
    with pytest.raises(Exception, match="Aborting"):
        call_command("changepassword", "chi")
    assert User.objects.get(username="chi").check_password(DEMO_PASSWORD)


def test_an_changes_her_password_and_stays_in(client: Client, cast: Cast) -> None:
    sign_in(client, "/dang-nhap", "an")
    key = client.cookies["sessionid"].value
    page = client.get(MINE)
    answer = press(client, page, present=DEMO_PASSWORD, new=NEW, again=NEW)
    assert answer["Location"] == "/thong-tin-cua-toi"
    assert client.get("/ho-so-cua-toi").status_code == 200
    assert client.cookies["sessionid"].value != key
    assert User.objects.get(username="an").check_password(NEW)
    entry = Entry.objects.get(kind=Entry.Kind.ACCOUNT_CHANGED)
    assert (entry.actor, entry.details) == (cast.an.user, {"what": "password"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"present": "không phải"}, "Mật khẩu hiện tại chưa đúng."),
        ({"again": NEW + "x"}, "Hai lần gõ chưa giống nhau."),
        ({"new": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 12 ký tự."),
        ({"new": DEMO_PASSWORD, "again": DEMO_PASSWORD}, "khác mật khẩu hiện tại"),
        ({"new": "", "again": ""}, "Hãy điền mục này."),
        ({"new": "x" * 5000, "again": "x" * 5000}, "200"),
    ],
)
def test_what_is_not_good_enough_changes_nothing(
    client: Client, cast: Cast, typed: dict[str, str], said: str
) -> None:
    client.force_login(cast.an.user)
    sent = {"present": DEMO_PASSWORD, "new": NEW, "again": NEW} | typed
    answer = press(client, client.get(MINE), **sent)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert User.objects.get(username="an").check_password(DEMO_PASSWORD)
    assert not Entry.objects.filter(kind=Entry.Kind.ACCOUNT_CHANGED).exists()
    assert NEW not in answer.content.decode()  # no password ever stands in a page


def test_guessing_the_present_password_is_limited_as_at_the_door(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.an.user)
    page = client.get(MINE)
    wrong = {"present": "sai", "new": NEW, "again": NEW}
    answers = [press(client, page, **wrong).status_code for _each in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_first_password_is_changed_before_anything_opens(client: Client, cast: Cast) -> None:
    User.objects.filter(username="an").update(password_is_temporary=True)
    assert sign_in(client, "/dang-nhap?next=/ho-so-cua-toi", "an") == AT_DOOR
    assert client.get("/ho-so-cua-toi").status_code == 302
    page = client.get(AT_DOOR)
    short = client.post(AT_DOOR, {"new": "ngắn", "again": "ngắn"})
    assert short.status_code == 422
    assert client.get("/ho-so-cua-toi").status_code == 302
    assert "do người khác cấp" in words_of(page)
    answer = client.post(AT_DOOR, {"new": NEW, "again": NEW})
    assert answer["Location"] == "/ho-so-cua-toi"
    assert client.get("/ho-so-cua-toi").status_code == 200


def test_a_first_password_not_used_in_time_opens_nothing(client: Client, cast: Cast) -> None:
    long_ago = clock.now() - timedelta(hours=73)
    User.objects.filter(username="an").update(password_is_temporary=True, password_set_at=long_ago)
    answer = press(client, client.get("/dang-nhap"), username="an", password=DEMO_PASSWORD)
    assert answer.status_code == 200
    assert "Mật khẩu lần đầu đã quá hạn" in words_of(answer)


def test_an_officers_new_password_comes_after_the_code(client: Client, cast: Cast) -> None:
    User.objects.filter(username="chi").update(password_is_temporary=True)
    press(client, client.get("/dang-nhap"), username="chi", password=DEMO_PASSWORD)
    assert client.get(AT_DOOR)["Location"] == "/dang-nhap/ma"
    assert client.post(AT_DOOR, {"new": NEW, "again": NEW})["Location"] == "/dang-nhap/ma"
    assert User.objects.get(username="chi").check_password(DEMO_PASSWORD)


@pytest.mark.parametrize(("days", "leads_to"), [(89, "/ho-so-cua-toi"), (91, AT_DOOR)])
def test_by_tcvn_a_password_grows_old_after_ninety_days(
    client: Client, cast: Cast, settings: Any, days: int, leads_to: str
) -> None:
    set_at = clock.now() - timedelta(days=days)
    User.objects.filter(username="an").update(password_set_at=set_at)
    settings.PASSWORD_PROFILE = "tcvn"  # pragma: allowlist secret
    assert sign_in(client, "/dang-nhap", "an") == leads_to


def test_by_asvs_a_password_never_grows_old(client: Client, cast: Cast) -> None:
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    User.objects.filter(username="an").update(password_set_at=long_ago)
    assert sign_in(client, "/dang-nhap", "an") == "/ho-so-cua-toi"


def test_by_tcvn_none_of_the_last_three_comes_again(cast: Cast, settings: Any) -> None:
    settings.PASSWORD_PROFILE = "tcvn"  # pragma: allowlist secret
    an = cast.an.user
    one, two, three, four = (f"Mật-khẩu-{n}" for n in range(1, 5))
    for each in (one, two, three):
        an = passwords.change(an, each)
    for each in (one, two, three):
        with pytest.raises(ValidationError, match="3 mật khẩu gần nhất"):
            passwords.change(an, each)
    an = passwords.change(an, four)
    assert passwords.change(an, one).check_password(one)
    assert PastPassword.objects.filter(user=an).count() == 2


def test_by_asvs_no_old_password_is_kept(cast: Cast) -> None:
    passwords.change(cast.an.user, NEW)
    assert PastPassword.objects.count() == 0


def test_the_configuration_has_no_page_of_its_own_for_passwords(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    assert client.get("/quan-tri/password_change/")["Location"] == MINE
    typed = {"old_password": DEMO_PASSWORD, "new_password1": NEW, "new_password2": NEW}
    client.post("/quan-tri/password_change/", typed)
    assert User.objects.get(username="hoa").check_password(DEMO_PASSWORD)


def test_passwords_are_hashed_by_argon2(cast: Cast) -> None:
    assert passwords.change(cast.an.user, NEW).password.startswith("argon2")
