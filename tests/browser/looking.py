"""What every page is looked at for: axe, weight, sideways scroll; and how forms are filled."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.phones import code_on_phone

# Set to keep a picture of every page that a test looks at.
PICTURES = os.environ.get("PICTURES", "")
EMPTY: frozenset[str] = frozenset()


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def look(page: Page, name: str, *, has_script: bool = True, known: frozenset[str] = EMPTY) -> None:
    """The page stands: no sideways scroll, axe finds nothing but the `known` rules."""
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        script = "" if has_script else "-no-script"
        page.screenshot(path=f"{PICTURES}/{name}-{width}{script}.png", full_page=True)
    if not has_script:
        return
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name}: {wide} px too wide"
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
        " 'best-practice']})"
    )
    told = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]
    told = [each for each in told if each.partition(":")[0] not in known]
    assert not told, f"{name}: {told}"


def press(page: Page, what: str) -> None:
    """Click and wait for the page that follows."""
    with page.expect_navigation():
        page.click(what)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in through the page."""
    page.goto("/dang-nhap")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    press(page, "main form:has(input[name=password]) button")
    if page.url.endswith("/dang-nhap/ma"):
        page.fill("input[name=code]", code_on_phone(username))
        press(page, "main form.card button")


def fill(page: Page, values: dict[str, str | list[str]]) -> None:
    """Fill the form on the page by control names, as a person would."""
    for name, value in values.items():
        for text in value if isinstance(value, list) else [value]:
            _fill_one(page, name, text)


def _fill_one(page: Page, name: str, text: str) -> None:
    controls = page.locator(f'main [name="{name}"]:not([type=hidden])')
    if controls.count() == 0:
        return
    kind = controls.first.evaluate("e => e.type")
    if kind in ("radio", "checkbox"):
        page.locator(f'main [name="{name}"][value="{text}"]').check(force=True)
    elif kind.startswith("select"):
        controls.first.select_option(text)
    else:
        controls.first.fill(text)


def code_in(text: str) -> str:
    """The dossier code somewhere in the text."""
    found = re.search(r"[A-Z]\d{2}(?:\.\d{1,3})*-\d{6}-\d{4,}", text)
    assert found, text[:500]
    return found[0]
