"""A new officer's first day in a real browser: phone, codes on paper, sessions, a new password."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import Posting, Role, SecondFactor, User
from portal.core import clock
from portal.reports.demo.cast import communes
from tests.browser.conftest import Portal
from tests.browser.looking import look, press, sign_in
from tests.cast import Cast
from tests.phones import code_on_phone

pytestmark = pytest.mark.browser
SIZES = [("phone", True), ("desk", True), ("phone", False)]
NAME = "Nguyễn Hoàng Thị Kim Phượng Loan"


@pytest.fixture
def kim(people: Cast) -> Iterator[User]:
    """An officer with a long name, a password and no phone yet."""
    number = User.objects.count()
    user = User(username=f"kim{number}", full_name=NAME, password_set_at=clock.now())
    user.set_password(DEMO_PASSWORD)
    user.save()
    Posting.objects.create(
        user=user, agency=communes(1)[0], role=Role.OFFICER, valid_from=clock.today()
    )
    yield user
    Posting.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(is_active=False)


def begin(page: Page, username: str) -> None:
    """Name and password."""
    page.goto("/dang-nhap")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", DEMO_PASSWORD)
    press(page, "main form:has(input[name=password]) button")


def give(page: Page, code: str) -> None:
    """Type a code and press the button of its form."""
    page.fill("main form.card input[type=text]", code)
    press(page, "main form.card .actions button")


@pytest.mark.parametrize(("size", "has_script"), SIZES, indirect=True)
def test_the_first_day_of_an_officer(
    portal: Portal, kim: User, visitor: BrowserContext, has_script: bool
) -> None:
    page = visitor.new_page()
    begin(page, kim.username)
    assert page.url.endswith("/dang-nhap/dang-ky-ma")
    look(page, "door-enrol", has_script=has_script)
    give(page, "12")
    look(page, "door-enrol-error", has_script=has_script)
    seed = page.inner_text(".seed").replace(" ", "")
    give(page, pyotp.TOTP(seed).at(clock.now()))
    look(page, "door-paper-codes", has_script=has_script)
    codes = page.locator(".paper-codes li").all_inner_texts()
    assert len(codes) == 10
    press(page, "main .actions a.btn")
    assert page.url.endswith("/can-bo")
    page.goto("/thong-tin-cua-toi")
    look(page, "door-profile", has_script=has_script)
    page.goto("/thong-tin-cua-toi/mat-khau")
    press(page, "main form.card .actions button")
    look(page, "door-password-error", has_script=has_script)

    visitor.clear_cookies()
    begin(page, kim.username)
    look(page, "door-code", has_script=has_script)
    give(page, "000000")
    look(page, "door-code-error", has_script=has_script)
    press(page, "main a[href$='?giay=1']")
    look(page, "door-paper", has_script=has_script)
    give(page, codes[0])
    assert page.url.endswith("/can-bo")


@pytest.mark.parametrize(("size", "has_script"), SIZES, indirect=True)
def test_chi_finds_a_session_she_does_not_know(
    chromium: Browser, portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    there = chromium.new_context(base_url=portal.url)
    other = there.new_page()
    sign_in(other, "chi", DEMO_PASSWORD)
    page = visitor.new_page()
    sign_in(page, "chi", DEMO_PASSWORD)
    page.goto("/thong-tin-cua-toi/phien")
    look(page, "sessions", has_script=has_script)
    press(page, 'main tbody button[name="phien"] >> nth=0')
    look(page, "sessions-alone", has_script=has_script)
    other.goto("/can-bo")
    assert "/dang-nhap" in other.url
    there.close()


@pytest.mark.parametrize(("size", "has_script"), SIZES, indirect=True)
def test_giang_makes_an_account_and_shuts_it(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    page = visitor.new_page()
    sign_in(page, "giang", DEMO_PASSWORD)
    page.goto("/tai-khoan")
    look(page, "desk", has_script=has_script)
    press(page, "main .section-head a.btn")
    press(page, "main form.card .actions button")
    _confirm(page, has_script)
    look(page, "desk-new-error", has_script=has_script)
    number = User.objects.count()
    page.fill("input[name=full_name]", NAME)
    page.fill("input[name=username]", f"phuong{number}")
    page.fill("input[name=identity_number]", f"0861900{number:05d}")
    page.select_option("select[name=role]", "officer")
    press(page, "main form.card .actions button")
    look(page, "desk-first-password", has_script=has_script)
    press(page, "main .actions a.btn")
    look(page, "desk-person", has_script=has_script)
    press(page, "main a[href$='/ngung']")
    look(page, "desk-shut", has_script=has_script)
    page.fill("textarea[name=reason]", "Chuyển công tác từ hôm nay")
    press(page, "main form.card .actions button")
    assert "đã ngừng" in page.inner_text("main")
    Posting.objects.filter(user__username=f"phuong{number}").delete()


def _confirm(page: Page, has_script: bool) -> None:
    """The code, when the one of the sign-in is no longer fresh."""
    if page.locator("input[name=ma_xac_nhan]").count():
        look(page, "step-up", has_script=has_script)
        give(page, code_on_phone("giang"))


@pytest.mark.parametrize(("size", "has_script"), SIZES, indirect=True)
def test_hai_decides_what_hoa_proposed(
    chromium: Browser, portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    theirs = chromium.new_context(base_url=portal.url)
    hoa = theirs.new_page()
    sign_in(hoa, "hoa", DEMO_PASSWORD)
    hoa.goto(f"/tai-khoan/{people.chi.pk}/vi-tri")
    hoa.select_option("select[name=agency]", index=1)
    hoa.select_option("select[name=role]", "auditor")
    hoa.fill("textarea[name=reason]", "Quyết định 15/QĐ-UBND")
    press(hoa, "main form.card .actions button")
    theirs.close()
    page = visitor.new_page()
    sign_in(page, "hai", DEMO_PASSWORD)
    page.goto("/tai-khoan")
    look(page, "desk-of-admin", has_script=has_script)
    page.goto("/tai-khoan/de-nghi")
    look(page, "desk-proposals", has_script=has_script)
    press(page, 'main button[value="khong"]')
    look(page, "desk-decided", has_script=has_script)
    assert not Posting.objects.filter(user=people.chi.pk, role=Role.AUDITOR).exists()
    assert SecondFactor.objects.filter(user=people.chi.pk).exists()
