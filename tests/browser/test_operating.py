"""Hoa at the operator's page in a real browser: phone and desk, with and without script."""

import pytest
from playwright.sync_api import BrowserContext

from portal.accounts.demo import DEMO_PASSWORD
from portal.core.models import Effect, EffectAct
from tests.browser.conftest import Portal
from tests.browser.looking import look, press, sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser
REASON = "ConnectionRefusedError: /a/very/long/name/without/any/blank/" + "x" * 150


@pytest.mark.parametrize(
    ("size", "has_script"),
    [("phone", True), ("desk", True), ("phone", False), ("desk", False)],
    indirect=True,
)
def test_hoa_retries_one_and_drops_another(
    portal: Portal, people: Cast, visitor: BrowserContext, has_script: bool
) -> None:
    rows = [
        Effect.objects.create(
            key=f"dead {n}", task="notifications.deliver", state=Effect.State.DEAD,
            attempts=12, last_error=REASON,
        )
        for n in range(2)
    ]  # fmt: skip
    page = visitor.new_page()
    sign_in(page, "hoa", DEMO_PASSWORD)
    page.goto("/van-hanh/?xem=hong")
    look(page, "operations", has_script=has_script)
    page.check(f'input[name=viec][value="{rows[0].pk}"]')
    press(page, "main .actions .btn-bad")
    look(page, "operations-drop", has_script=has_script)
    press(page, "main form .btn-bad")
    look(page, "operations-drop-refused", has_script=has_script)
    assert "Lý do bỏ" in page.inner_text(".errors")
    page.fill("textarea", "Người nhận đã được gọi điện")
    press(page, "main form .btn-bad")
    assert "Đã bỏ 1 việc." in page.inner_text("main")
    press(page, f'button[name=mot][value="{rows[1].pk}"]:has-text("Thử lại")')
    assert "Đã cho thử lại 1 việc." in page.inner_text("main")
    page.goto("/van-hanh/?xem=bo")
    look(page, "operations-dropped", has_script=has_script)
    assert "Người nhận đã được gọi điện" in page.inner_text("main")
    acts = EffectAct.objects.order_by("pk").values_list("effect_id", "act")
    assert list(acts) == [(rows[0].pk, "drop"), (rows[1].pk, "retry")]
