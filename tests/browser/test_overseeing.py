"""Soát looks over the province, Hoa and Dũng arrive at their own work: phone and desk."""

import pytest
from playwright.sync_api import BrowserContext

from portal.accounts.demo import DEMO_PASSWORD
from tests.browser.conftest import Portal
from tests.browser.looking import look, press, sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "has_script"), [("phone", True), ("desk", True), ("phone", False)], indirect=True
)
def test_soat_reads_a_dossier_he_cannot_touch(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    dossier = people.chi.forwards(people.chi.receives(people.an.submits()))
    people.chi.asks_at_intake(people.binh.submits("construction-permit"))
    page = visitor.new_page()
    sign_in(page, "giamsat", DEMO_PASSWORD)
    assert page.url.endswith("/giam-sat")
    look(page, "overseeing", has_script=has_script)
    page.click(f"main table a:has-text('{dossier.code}')")
    look(page, "oversee", has_script=has_script)
    said = page.inner_text("main")
    assert people.an.user.identity_number not in said
    assert page.locator("main form").count() == 0
    page.goto("/giam-sat?xem=da-xong")
    look(page, "overseeing-empty", has_script=has_script)
    assert "Không có hồ sơ nào" in page.inner_text("main")
    page.goto("/can-bo")
    look(page, "not-his-work", has_script=has_script)


@pytest.mark.parametrize(("size", "has_script"), [("desk", True)], indirect=True)
def test_each_arrives_at_their_own_work(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    page = visitor.new_page()
    first = {"hoa": "/tai-khoan", "dung": "/can-bo", "thutuc": "/quan-tri/", "an": "/ho-so-cua-toi"}
    for username, address in first.items():
        sign_in(page, username, DEMO_PASSWORD)
        assert page.url.endswith(address), username
        visitor.clear_cookies()
        page.goto("/")
    press(page, "header a:has-text('Đăng nhập')")
    assert page.url.endswith("/dang-nhap")
