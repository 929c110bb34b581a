"""A person at the portal over HTTP: one cookie jar, forms read from the page, nothing followed."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pyotp
import requests
from lxml import html

from portal.accounts.demo import DEMO_PASSWORD

Answer = requests.Response
CODE_PAGE, STEP_UP = "/dang-nhap/ma", "ma_xac_nhan"


class Visitor:
    """One browser without script, signed in as somebody of the cast; officers have a seed."""

    def __init__(self, url: str, username: str = "", seed: str = "", patience: float = 30) -> None:
        self.url, self.patience = url, patience
        self.session = requests.Session()
        self.session.trust_env = False
        self.took: list[float] = []
        self.seed = seed
        if username:
            self.sign_in(username)

    def sign_in(self, username: str) -> None:
        """Through the page, as everybody."""
        page = self.get("/dang-nhap")
        answer = self.press(page, username=username, password=DEMO_PASSWORD)
        assert answer.status_code == 302, (username, answer.status_code)
        if self.seed and answer.headers["Location"] == CODE_PAGE:
            answer = self._give_code(self.get(CODE_PAGE), "code")
            assert answer.status_code == 302, (username, answer.status_code)

    def _give_code(self, page: Answer, field: str) -> Answer:
        """The phone's code; the next one when it has been used, in the end a later one."""
        phone = pyotp.TOTP(self.seed)
        for early in (0, 1, None):
            if early is None:
                time.sleep(phone.interval - time.time() % phone.interval)
            code = phone.at(time.time(), counter_offset=1 if early is None else early)
            page = self._send(page, None, {field: code})
            if page.status_code != 422:
                break
        return page

    def get(self, path: str) -> Answer:
        """A page; redirects are not followed."""
        return self._ask("GET", path)

    def post(self, path: str, data: Any, files: Any = None) -> Answer:
        """Send fields, and perhaps files."""
        headers = {"Referer": self.url + path}
        return self._ask("POST", path, data=data, files=files, headers=headers)

    def _ask(self, method: str, path: str, **what: Any) -> Answer:
        began = time.monotonic()
        try:
            return self.session.request(
                method, self.url + path, timeout=self.patience, allow_redirects=False, **what
            )
        finally:
            self.took.append(time.monotonic() - began)

    def press(self, page: Answer, files: Any = None, **changed: Any) -> Answer:
        """Send the longest form of a page; whoever has a phone gives the code that is asked for."""
        answer = self._send(page, files, changed)
        is_asked = self.seed and answer.status_code == 200 and f'name="{STEP_UP}"' in answer.text
        return self._give_code(answer, STEP_UP) if is_asked else answer

    def _send(self, page: Answer, files: Any, changed: dict[str, Any]) -> Answer:
        """Send the longest form of a page back to where it says, with some fields changed."""
        form = form_on(page)
        sent = fields_of(form) | changed
        return self.post(form.get("action") or path_of(page), sent, files)


def path_of(page: Answer) -> str:
    """Where the page lives, without the host."""
    return urlsplit(page.url).path


def form_on(page: Answer, action_ends: str = "") -> html.HtmlElement:
    """The form of the page's main part with the most fields."""
    forms = [
        form
        for form in html.fromstring(page.text).findall('.//main//form[@method="post"]')
        if (form.get("action") or "").endswith(action_ends)
    ]
    assert forms, (page.status_code, page.url, words_of(page)[:300])
    return max(forms, key=lambda form: len(form.fields.keys()))


def fields_of(form: html.HtmlElement) -> dict[str, Any]:
    """What the form would send as it stands."""
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def words_of(page: Answer) -> str:
    """The words of the page's main part, as one line."""
    main = html.fromstring(page.text).find(".//main") if page.text else None
    return " ".join(main.text_content().split()) if main is not None else ""


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act returned or raised, all under way together."""

    def safely(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (requests.RequestException, AssertionError) as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(safely, acts))
