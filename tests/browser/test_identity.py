"""An signs in with her identity account in a real browser: phone and desk, script or none."""

import pytest
from playwright.sync_api import BrowserContext

from portal.accounts.models import User
from tests.browser.conftest import Portal
from tests.browser.looking import look, press
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "has_script"),
    [("phone", True), ("desk", True), ("phone", False)],
    indirect=True,
)
def test_an_goes_to_the_provider_and_comes_back(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    draft = people.an.drafts()
    page = visitor.new_page()
    page.goto(f"/nhap/{draft.pk}/nguoi-nop")
    look(page, "identity-sign-in", has_script=has_script)
    page.click("main form[action$='/dinh-danh'] button")
    page.wait_for_url("**/demo/authorize?**")
    look(page, "identity-provider", has_script=has_script)
    page.click("button[value=an]")
    page.wait_for_url(f"**/nhap/{draft.pk}/nguoi-nop")
    look(page, "identity-arrived", has_script=has_script)
    assert page.input_value("input[name=full_name]") == "Nguyễn Văn An"

    page.click("details.user summary")
    page.click("details.user form button")
    page.wait_for_url("**/dang-xuat/dinh-danh")
    look(page, "identity-left", has_script=has_script)
    press(page, "main .actions a >> nth=0")
    assert page.url.rstrip("/") == portal.url


@pytest.mark.parametrize(("size", "has_script"), [("phone", True), ("desk", True)], indirect=True)
def test_who_is_not_let_in_reads_why(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    before = User.objects.count()
    page = visitor.new_page()
    for choice, mood, told in (
        ("", "", "Bạn chưa đồng ý đăng nhập"),
        ("y-nhi", "", "Cổng không đọc được số định danh của bạn"),
        ("an", "alg-none", "Cổng chưa xác nhận được danh tính của bạn"),
        ("an", "token-500", "Hệ thống định danh chưa trả lời"),
    ):
        page.goto("/dang-nhap")
        page.click("main form[action$='/dinh-danh'] button")
        page.wait_for_url("**/demo/authorize?**")
        if mood:
            page.click("details summary")
            look(page, "identity-moods")
            page.select_option("select[name=mood]", mood)
        page.click(f"button[value='{choice}']")
        page.wait_for_url("**/dang-nhap/dinh-danh/ve?**")
        assert page.inner_text("main h1") == told
        look(page, f"identity-{mood or choice or 'no'}")
    assert User.objects.count() == before
