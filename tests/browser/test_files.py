"""Files chosen in a real browser: one that cannot be taken keeps no other out."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.accounts.demo import DEMO_PASSWORD
from tests.browser.looking import look, sign_in
from tests.cast import Cast, picture

pytestmark = pytest.mark.browser
KINDS = "PDF (.pdf), JPEG (.jpg, .jpeg), PNG (.png)"
WITH_SCRIPT = pytest.mark.parametrize(("size", "has_script"), [("phone", True)], indirect=True)


@pytest.fixture
def page(people: Cast, visitor: BrowserContext) -> Page:
    """An at the papers of a draft in which nothing lies yet."""
    draft = people.an.drafts("construction-permit")
    draft.attachments.all().delete()
    opened = visitor.new_page()
    sign_in(opened, "an", DEMO_PASSWORD)
    opened.goto(f"/nhap/{draft.pk}/giay-to")
    return opened


@WITH_SCRIPT
def test_the_empty_photo_is_named_and_the_good_one_is_there(page: Page, tmp_path: Path) -> None:
    empty, good, film = (tmp_path / name for name in ("rỗng.png", "bản vẽ.png", "phim.mp4"))
    empty.write_bytes(b"")
    good.write_bytes(picture().read())
    film.write_bytes(b"phim")
    box = page.locator("main fieldset.doc:has(input[type=file]) >> nth=0")
    box.locator("input[type=file]").set_input_files([empty, good, film])
    box.locator("button:has-text('Tải lên')").click()
    page.locator("main .errors[role=alert]").wait_for()
    assert [" ".join(words.split()) for words in box.locator(".err").all_inner_texts()] == [
        "Lỗi: Tệp “rỗng.png” trống. Hãy mở thử tệp trên máy rồi chọn lại.",
        f"Lỗi: Không nhận được tệp “phim.mp4”. Hãy gửi tệp thuộc loại: {KINDS}.",
    ]
    assert "bản vẽ.png" in box.locator("ul.files").inner_text()
    look(page, "papers-refused")


@WITH_SCRIPT
def test_how_far_it_has_come_is_said_where_the_button_was(page: Page, tmp_path: Path) -> None:
    scan = tmp_path / "bản vẽ.png"
    scan.write_bytes(picture().read())
    page.route("**/tai-len", lambda route: route.abort())
    box = page.locator("main fieldset.doc:has(input[type=file]) >> nth=0")
    box.locator("input[type=file]").set_input_files(scan)
    box.locator("button:has-text('Tải lên')").click()
    box.locator(".send button:has-text('Thử lại')").wait_for()
    assert "Tệp bạn chọn vẫn còn" in box.locator(".send").inner_text()
    look(page, "papers-broken-line")
