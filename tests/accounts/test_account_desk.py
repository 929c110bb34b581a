"""The account desk: heads for their own agency, administrators for all, nobody for oneself."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import (
    AccountProposal,
    Agency,
    Posting,
    Role,
    SecondFactor,
    Session,
    User,
)
from portal.audit.models import Entry
from portal.core import clock
from portal.reports.demo.cast import communes, province_office
from tests.cast import Cast, Person
from tests.journeys.browsing import form_on, links_on, page_of, press, same, words_of
from tests.phones import code_on_phone, sign_in, step_up

DESK = "/tai-khoan"
WHY = "Quyết định 12/QĐ-UBND"


def at_desk(person: Person) -> Client:
    """The person at the desk, a code given just now."""
    client = Client()
    client.force_login(person.again())
    step_up(client)
    return client


def page(person: Person, act: str = "") -> str:
    """The desk's page about somebody."""
    return f"{DESK}/{person.pk}" + (f"/{act}" if act else "")


def does(desk: Client, address: str, **typed: Any) -> Any:
    """Open a page of the desk, fill in its form and press its button."""
    shown = desk.get(address)
    return press(desk, shown, **typed) if shown.status_code == 200 else shown


def changes() -> list[dict[str, Any]]:
    """What the log tells of accounts, oldest first."""
    rows = Entry.objects.filter(kind=Entry.Kind.ACCOUNT_CHANGED).order_by("pk")
    return [entry.details for entry in rows]


def new_officer(agency: Agency, **other: Any) -> dict[str, Any]:
    """What is typed for a new account."""
    return {
        "full_name": "Lưu Thị Mận", "username": "man.lt", "identity_number": "086 190 000 777",
        "email": "man@demo.invalid", "agency": agency.pk, "role": "officer",
        "valid_from": f"{clock.today()}", "valid_to": "", **other,
    }  # fmt: skip


@pytest.fixture
def giang(cast: Cast) -> Client:
    """The head of the first commune, at the desk."""
    return at_desk(cast.giang)


@pytest.fixture
def hoa(cast: Cast) -> Client:
    """A system administrator, at the desk."""
    return at_desk(cast.hoa)


# ── Who sees whom ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["an", "chi", "dung", "phuong", "van", "thutuc", "kiemtoan"])
def test_the_desk_is_closed_to_all_others(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who).user)
    for address in (DESK, f"{DESK}/moi"):
        assert client.get(address).status_code == 403
        assert client.post(address, {}).status_code in (403, 405)
    for address in (page(cast.chi), page(cast.chi, "ngung")):  # as if nobody had that number
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404


def test_giang_sees_her_own_agency_and_nobody_else(giang: Client, cast: Cast) -> None:
    names = [row.get("href") for row in page_of(giang.get(DESK)).findall(".//main//tbody//a")]
    mine = ("chi", "dung", "phuong", "giang", "van", "khanh")
    assert sorted(names) == sorted(page(getattr(cast, name)) for name in mine)
    unknown = same(giang.get(f"{DESK}/999999"))
    for who in (cast.chi2, cast.giang2, cast.hoa, cast.an):
        answer = giang.get(page(who))
        assert (answer.status_code, same(answer)) == (404, unknown)
        assert giang.post(page(who, "ngung"), {"reason": WHY}).status_code == 404
    assert User.objects.filter(is_active=False).count() == 0


def test_hoa_sees_every_officer_and_no_citizen(hoa: Client, cast: Cast) -> None:
    officers = Posting.objects.values("user").distinct().count()
    assert f"{officers} tài khoản" in words_of(hoa.get(DESK))
    assert hoa.get(page(cast.an)).status_code == 404
    found = hoa.get(f"{DESK}?q=mai")
    assert "Huỳnh Mai Phương" in words_of(found)
    assert "Lê Thị Chi" not in words_of(found)


def test_the_page_shows_no_personal_data_beyond_what_the_desk_needs(
    hoa: Client, cast: Cast
) -> None:
    shown = hoa.get(page(cast.chi)).content.decode()
    assert cast.chi.identity_number not in shown
    assert cast.chi.phone not in shown


def test_long_lists_come_page_by_page(hoa: Client, cast: Cast) -> None:
    agency = communes(1)[0]
    for number in range(60):
        user = User.objects.create(username=f"cb{number}", full_name=f"Cán bộ {number % 7}")
        Posting.objects.create(
            user=user, agency=agency, role=Role.OFFICER, valid_from=clock.today()
        )
    seen: list[str] = []
    address, officers = DESK, Posting.objects.values("user").distinct().count()
    for length in (50, officers - 50):
        shown = hoa.get(address)
        names = [row.get("href") for row in page_of(shown).findall(".//main//tbody//a")]
        assert len(names) == length
        seen += names
        address = next((link for link in links_on(shown) if "sau=" in (link or "")), "")
    assert address == ""
    assert len(set(seen)) == officers


# ── Making an account ────────────────────────────────────────────────────────


def test_giang_makes_an_account_and_its_owner_walks_in(
    giang: Client, client: Client, cast: Cast
) -> None:
    home = communes(1)[0]
    answer = does(giang, f"{DESK}/moi", **new_officer(home))
    assert answer.status_code == 200
    assert answer["Cache-Control"].count("no-store")
    first = page_of(answer).findall('.//main//dd[@class="code"]')[1].text_content()
    man = User.objects.get(username="man.lt")
    assert man.identity_number == "086190000777"
    posting = Posting.objects.get(user=man)
    assert (posting.agency, posting.role, posting.ended_at) == (home, Role.OFFICER, None)
    assert [each["what"] for each in changes()] == ["account", "posting_given", "first_password"]

    shown = client.get("/dang-nhap")
    assert press(client, shown, username="man.lt", password=first)["Location"] == (
        "/dang-nhap/dang-ky-ma"
    )
    assert first not in giang.get(page(Person(man))).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "CHI"}, "Tên đăng nhập này đã có người dùng."),
        ({"username": "tên có dấu"}, "Tên chỉ gồm chữ không dấu"),
        ({"identity_number": "123"}, "Số định danh gồm đúng 12 chữ số."),
        ({"identity_number": "086090000004"}, "Người có số này đã có tài khoản cán bộ"),
        ({"full_name": ""}, "Hãy điền mục này."),
        ({"full_name": "An\u202e toàn"}, "Có ký tự không đọc được."),
        ({"valid_from": "31/02/2026"}, "ngày"),
        ({"valid_to": "2001-01-01"}, "Ngày này đã qua."),
        ({"role": "system_admin"}, "system_admin"),
        ({"email": "không phải thư"}, "email"),
    ],
)
def test_a_bad_account_is_not_made_and_nothing_typed_is_lost(
    giang: Client, cast: Cast, typed: dict[str, str], said: str
) -> None:
    before = User.objects.count()
    answer = does(giang, f"{DESK}/moi", **new_officer(communes(1)[0], **typed))
    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = {**new_officer(communes(1)[0]), **typed}
    for name in {"full_name", "username", "identity_number", "email"} - set(typed):
        assert form_on(answer)[name] == [kept[name]]
    assert User.objects.count() == before


def test_giang_makes_no_account_at_another_agency(giang: Client, cast: Cast) -> None:
    before = User.objects.count()
    answer = does(giang, f"{DESK}/moi", **new_officer(communes(2)[1]))
    assert answer.status_code == 422
    assert User.objects.count() == before


# ── Giving and ending postings ───────────────────────────────────────────────


def test_giang_gives_a_posting_and_its_holder_signs_in_anew(giang: Client, cast: Cast) -> None:
    chis = Client()
    sign_in(chis, "/dang-nhap", "chi")
    typed = {"agency": communes(1)[0].pk, "role": "records_clerk", "reason": WHY}
    typed |= {"valid_from": f"{clock.today()}", "valid_to": f"{clock.today() + timedelta(days=9)}"}
    assert does(giang, page(cast.chi, "vi-tri"), **typed)["Location"] == page(cast.chi)
    assert {p.role for p in cast.chi.again().current_postings} == {
        "reception_clerk", "records_clerk",
    }  # fmt: skip
    assert chis.get("/can-bo").status_code == 302
    entry = Entry.objects.get(kind=Entry.Kind.ACCOUNT_CHANGED)
    assert (entry.actor, entry.person, entry.agency) == (
        cast.giang.user, cast.chi.user, communes(1)[0],
    )  # fmt: skip
    assert entry.details["new"]["role"] == "records_clerk"


def test_the_same_role_is_not_given_twice_for_the_same_time(giang: Client, cast: Cast) -> None:
    typed = {"agency": communes(1)[0].pk, "role": "reception_clerk", "reason": WHY}
    answer = does(giang, page(cast.chi, "vi-tri"), **typed)
    assert answer.status_code == 422
    assert "đã có vai trò ấy" in words_of(answer)
    assert Posting.objects.of(cast.chi.pk).count() == 1


def test_ending_a_posting_ends_access_at_once(giang: Client, cast: Cast) -> None:
    chis = Client()
    sign_in(chis, "/dang-nhap", "chi")
    posting = Posting.objects.get(user=cast.chi.pk)
    answer = does(giang, page(cast.chi, f"vi-tri/{posting.pk}/ket-thuc"), reason=WHY)
    assert answer["Location"] == page(cast.chi)
    assert chis.get("/can-bo").status_code == 302
    assert Session.objects.filter(user=cast.chi.pk).count() == 0
    assert cast.chi.again().current_postings == []
    posting.refresh_from_db()
    assert posting.valid_to is None
    assert posting.ended_at is not None
    entry = Entry.objects.get(kind=Entry.Kind.ACCOUNT_CHANGED)
    assert (entry.reason, entry.details["old"]["is_ended"], entry.details["new"]["is_ended"]) == (
        WHY, False, True,
    )  # fmt: skip


def test_a_posting_may_end_after_a_last_day(giang: Client, cast: Cast) -> None:
    posting = Posting.objects.get(user=cast.chi.pk)
    last = clock.today() + timedelta(days=3)
    address = page(cast.chi, f"vi-tri/{posting.pk}/ket-thuc")
    assert does(giang, address, reason=WHY, last_day="2001-01-01").status_code == 422
    assert does(giang, address, reason=WHY, last_day=f"{last}").status_code == 302
    assert len(cast.chi.again().current_postings) == 1
    with clock.shifted_to(clock.now() + timedelta(days=4)):
        assert cast.chi.again().current_postings == []


def test_a_posting_given_again_after_its_end_holds_again(giang: Client, cast: Cast) -> None:
    posting = Posting.objects.get(user=cast.chi.pk)
    does(giang, page(cast.chi, f"vi-tri/{posting.pk}/ket-thuc"), reason=WHY)
    typed = {"agency": communes(1)[0].pk, "role": "reception_clerk", "reason": WHY}
    assert does(giang, page(cast.chi, "vi-tri"), **typed).status_code == 302
    assert len(cast.chi.again().current_postings) == 1


@pytest.mark.parametrize("act", ["vi-tri", "mat-khau", "ma", "ngung", "mo"])
@pytest.mark.parametrize("who", ["giang", "hoa"])
def test_nobody_keeps_their_own_account(cast: Cast, who: str, act: str) -> None:
    me: Person = getattr(cast, who)
    desk = at_desk(me)
    typed = {"agency": communes(1)[0].pk, "role": "officer", "reason": WHY}
    typed["valid_from"] = f"{clock.today()}"
    assert desk.get(page(me, act)).status_code == 403
    assert desk.post(page(me, act), typed).status_code == 403
    posting = Posting.objects.get(user=me.pk)
    assert desk.post(page(me, f"vi-tri/{posting.pk}/ket-thuc"), {"reason": WHY}).status_code == 403
    assert Posting.objects.filter(user=me.pk, ended_at__isnull=True).count() == 1
    assert User.objects.get(pk=me.pk).is_active
    assert changes() == []


def test_giang_gives_no_role_that_reaches_beyond_her_agency(giang: Client, cast: Cast) -> None:
    for role in ("system_admin", "procedure_admin", "supervisor", "auditor"):
        typed = {"agency": communes(1)[0].pk, "role": role, "reason": WHY}
        assert does(giang, page(cast.chi, "vi-tri"), **typed).status_code == 422
    assert Posting.objects.of(cast.chi.pk).count() == 1
    assert AccountProposal.objects.count() == 0


def test_giang_keeps_no_account_of_somebody_who_serves_elsewhere_too(
    giang: Client, cast: Cast
) -> None:
    Posting.objects.create(
        user=cast.chi.user, agency=communes(2)[1], role=Role.OFFICER, valid_from=clock.today()
    )
    assert giang.get(page(cast.chi)).status_code == 200
    for act in ("mat-khau", "ma", "ngung"):
        assert giang.post(page(cast.chi, act), {"reason": WHY}).status_code == 403
    other = Posting.objects.get(user=cast.chi.pk, agency=communes(2)[1])
    address = page(cast.chi, f"vi-tri/{other.pk}/ket-thuc")
    assert giang.post(address, {"reason": WHY}).status_code == 403
    own = Posting.objects.get(user=cast.chi.pk, agency=communes(1)[0])
    assert does(giang, page(cast.chi, f"vi-tri/{own.pk}/ket-thuc"), reason=WHY).status_code == 302


def test_giang_does_not_reach_an_administrator_who_also_serves_with_her(
    giang: Client, cast: Cast
) -> None:
    Posting.objects.create(
        user=cast.hoa.user, agency=communes(1)[0], role=Role.OFFICER, valid_from=clock.today()
    )
    for act in ("mat-khau", "ma", "ngung"):
        assert giang.post(page(cast.hoa, act), {"reason": WHY}).status_code == 403
    admin = Posting.objects.get(user=cast.hoa.pk, role=Role.SYSTEM_ADMIN)
    address = page(cast.hoa, f"vi-tri/{admin.pk}/ket-thuc")
    assert giang.post(address, {"reason": WHY}).status_code == 403
    assert changes() == []


# ── The whole account ────────────────────────────────────────────────────────


def test_a_lost_phone_is_enrolled_anew(giang: Client, client: Client, cast: Cast) -> None:
    assert does(giang, page(cast.chi, "ma"), reason=WHY)["Location"] == page(cast.chi)
    assert not SecondFactor.objects.filter(user=cast.chi.pk).exists()
    assert sign_in(client, "/dang-nhap", "chi") == "/dang-nhap/dang-ky-ma"


def test_a_forgotten_password_is_given_anew(giang: Client, client: Client, cast: Cast) -> None:
    answer = does(giang, page(cast.chi, "mat-khau"), reason=WHY)
    first = page_of(answer).findall('.//main//dd[@class="code"]')[1].text_content()
    chi = User.objects.get(pk=cast.chi.pk)
    assert chi.check_password(first)
    assert chi.password_is_temporary
    press(client, client.get("/dang-nhap"), username="chi", password=first)
    answer = client.post("/dang-nhap/ma", {"code": code_on_phone("chi")})
    assert answer["Location"] == "/dang-nhap/mat-khau-moi"


def test_a_shut_account_is_out_at_once_until_it_is_reopened(
    giang: Client, client: Client, cast: Cast
) -> None:
    chis = Client()
    sign_in(chis, "/dang-nhap", "chi")
    does(giang, page(cast.chi, "ngung"), reason=WHY)
    assert chis.get("/can-bo").status_code == 302
    answer = press(client, client.get("/dang-nhap"), username="chi", password="mot-cua-thu-nghiem")
    assert answer.status_code == 200
    twice = giang.post(page(cast.chi, "ngung"), {"reason": WHY})
    assert twice.status_code == 422
    does(giang, page(cast.chi, "mo"), reason=WHY)
    assert sign_in(Client(), "/dang-nhap", "chi") == "/can-bo"
    assert [(each["old"], each["new"]) for each in changes()] == [(True, False), (False, True)]


def test_a_reason_is_asked_for_and_a_code(cast: Cast) -> None:
    desk = Client()
    desk.force_login(cast.giang.user)
    asked = does(desk, page(cast.chi, "ngung"), reason=WHY)
    assert form_on(asked)["reason"] == [WHY]
    assert User.objects.get(pk=cast.chi.pk).is_active
    answer = press(desk, asked, ma_xac_nhan=code_on_phone("giang"))
    assert answer["Location"] == page(cast.chi)
    assert not User.objects.get(pk=cast.chi.pk).is_active
    short = does(desk, page(cast.dung, "ngung"), reason="vì")
    assert short.status_code == 422
    assert User.objects.get(pk=cast.dung.pk).is_active


def test_a_double_click_gives_one_posting(giang: Client, cast: Cast) -> None:
    typed = form_on(giang.get(page(cast.chi, "vi-tri")))
    typed |= {"agency": str(communes(1)[0].pk), "role": "officer", "reason": WHY}
    answers = [giang.post(page(cast.chi, "vi-tri"), typed) for _each in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert Posting.objects.of(cast.chi.pk).count() == 2


def test_an_ended_head_keeps_no_accounts_any_more(giang: Client, cast: Cast) -> None:
    Posting.objects.filter(user=cast.giang.pk).update(ended_at=clock.now())
    assert giang.get(DESK).status_code == 403
    assert giang.post(page(cast.chi, "ngung"), {"reason": WHY}).status_code == 404


def test_hoa_works_anywhere(hoa: Client, cast: Cast) -> None:
    typed = new_officer(province_office(), role="agency_head")
    assert does(hoa, f"{DESK}/moi", **typed).status_code == 200
    assert does(hoa, page(cast.chi2, "ngung"), reason=WHY).status_code == 302
    assert not User.objects.get(pk=cast.chi2.pk).is_active
