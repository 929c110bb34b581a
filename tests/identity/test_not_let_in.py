"""Every lie and every trouble ends on a calm page: nobody is in, nothing changed, it is noted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db.models import QuerySet
from django.test import Client

from portal.accounts.models import Identity, Posting, Role, User
from portal.audit.models import Entry
from portal.integrations.identity.sandbox.people import RESIDENTS
from portal.reports.demo.cast import communes
from tests.cast import Cast
from tests.identity.test_what_proves_somebody import REFUSED
from tests.identity.visiting import Realm, pressed, sign_in
from tests.journeys.browsing import links_on, words_of

SpeaksTo = Callable[[Realm], None]
RealmCalled = Callable[[str], Realm]
Log = Callable[[], QuerySet[Entry]]
LOOK_UP = "/tra-cuu"


def everything() -> list[Any]:
    """What a failed sign-in must leave alone."""
    return [list(User.objects.order_by("pk").values()), list(Identity.objects.values())]


def failures(log: Log) -> list[dict[str, Any]]:
    """The lines a failed sign-in leaves, and no other line."""
    lines = log()
    assert set(lines.values_list("kind", flat=True)) <= {Entry.Kind.SIGN_IN_FAILED}
    return list(lines.values("actor", "person", "details"))


def refused(client: Client, log: Log, person: str, mood: str, why: str) -> str:
    """Sign in, be refused for that reason; the words of the page."""
    before = everything()
    answer = sign_in(client, person, mood)
    assert answer.status_code == 403
    assert everything() == before
    assert SESSION_KEY not in client.session
    assert [line["details"] for line in failures(log)] == [{"means": "oidc", "why": why}]
    assert links_on(answer)[:2] == ["/dang-nhap", LOOK_UP]
    return words_of(answer)


@pytest.mark.parametrize(("mood", "why"), REFUSED.items())
def test_a_lie_is_one_calm_page(
    client: Client, log: Log, identity: Realm, mood: str, why: str
) -> None:
    words = refused(client, log, "an", mood, why)
    told = "đã dùng hoặc để quá lâu" if why == "code" else "chưa xác nhận được danh tính"
    assert told in words
    assert "Chưa có gì bị thay đổi." in words


def test_a_no_is_taken_as_a_no(client: Client, log: Log, identity: Realm) -> None:
    assert "Bạn chưa đồng ý đăng nhập" in refused(client, log, "", "", "denied")


def test_an_account_of_an_organisation_is_not_a_person(
    client: Client, log: Log, identity: Realm
) -> None:
    assert "tài khoản định danh của tổ chức" in refused(
        client, log, "hop-tac-xa", "", "organisation"
    )


def test_a_broken_number_makes_no_second_person(client: Client, log: Log, identity: Realm) -> None:
    words = refused(client, log, "y-nhi", "", "number")
    assert "không đọc được số định danh" in words
    assert "công an xã, phường" in words


@pytest.mark.parametrize("place", ["token", "userinfo"])
@pytest.mark.parametrize("trouble", ["500", "redirect", "malformed", "list", "deep", "huge"])
def test_a_provider_in_trouble_is_a_page_with_other_ways(
    client: Client, log: Log, identity: Realm, place: str, trouble: str
) -> None:
    before = everything()
    assert_down(sign_in(client, "an", f"{place}-{trouble}"), log)
    assert everything() == before
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("trouble", ["500", "redirect", "malformed", "list", "deep", "huge"])
def test_a_provider_without_addresses_is_the_same_page(
    client: Client, log: Log, realm_called: RealmCalled, speaks_to: SpeaksTo, trouble: str
) -> None:
    speaks_to(realm_called(f"discovery-{trouble}"))
    assert_down(pressed(client), log)
    assert "identity_errands" not in client.session


@pytest.mark.parametrize("trouble", ["500", "malformed", "huge"])
def test_a_provider_without_keys_is_the_same_page(
    client: Client, log: Log, realm_called: RealmCalled, speaks_to: SpeaksTo, trouble: str
) -> None:
    speaks_to(realm_called(f"jwks-{trouble}"))
    assert_down(sign_in(client, "an"), log)


def test_a_provider_that_hangs_holds_nobody_up(
    client: Client, log: Log, realm_called: RealmCalled, speaks_to: SpeaksTo, settings: Any
) -> None:
    settings.OIDC_PATIENCE_SECONDS = 0.5
    speaks_to(realm_called("discovery-hang"))
    assert_down(pressed(client), log)


def test_a_page_of_the_way_out_stands_without_the_provider(
    client: Client, cast: Cast, realm_called: RealmCalled, speaks_to: SpeaksTo
) -> None:
    speaks_to(realm_called("discovery-500"))
    page = client.get("/dang-xuat/dinh-danh")
    assert page.status_code == 200
    assert links_on(page) == ["/"]


def assert_down(answer: Any, log: Log) -> None:
    """503, when to come again, and what can be done meanwhile; noted without a name."""
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "Hệ thống định danh chưa trả lời" in words_of(answer)
    assert links_on(answer)[:3] == [LOOK_UP, "/thu-tuc", "/dang-nhap"]
    assert failures(log) == [
        {"actor": None, "person": None, "details": {"means": "oidc", "why": "provider down"}}
    ]


def known(user: User, identity: Realm, person: str = "an") -> None:
    """The account has signed in as that person before."""
    subject = RESIDENTS[person].subject
    Identity.objects.create(user=user, issuer=identity.issuer, subject=subject)


def test_a_closed_account_stays_closed(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    known(cast.an.user, identity)
    User.objects.filter(pk=cast.an.pk).update(is_active=False)
    assert "đã ngừng dùng" in refused(client, log, "an", "", "inactive")
    assert failures(log)[0]["person"] == cast.an.pk


def test_a_closed_account_is_not_walked_around(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    User.objects.filter(pk=cast.an.pk).update(is_active=False)
    assert "đã ngừng dùng" in refused(client, log, "an", "", "inactive")


def test_who_serves_somewhere_now_comes_through_the_officers_door(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    known(cast.an.user, identity)
    Posting.objects.create(
        user=cast.an.user, agency=communes(1)[0], role=Role.OFFICER, valid_from="2022-01-01"
    )
    assert "Tài khoản cán bộ không đăng nhập bằng cách này" in refused(
        client, log, "an", "", "staff"
    )


def test_another_number_under_the_same_subject_is_work_for_people(
    client: Client, log: Log, cast: Cast, identity: Realm
) -> None:
    known(cast.binh.user, identity)
    assert "đã khác lần trước" in refused(client, log, "an", "", "another_number")


def test_a_broken_number_does_not_keep_out_who_is_known(
    client: Client, cast: Cast, identity: Realm
) -> None:
    known(cast.binh.user, identity, "y-nhi")
    assert sign_in(client, "y-nhi").status_code == 302
    assert client.session[SESSION_KEY] == str(cast.binh.pk)
    assert cast.binh.again().identity_number == "086090000002"
