"""Somebody in front of the provider's page: whom they choose, and where the browser goes then."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import Client
from lxml import html

from portal.integrations.identity.client import Errand, Provider

BACK = "http://testserver/dang-nhap/dinh-danh/ve"


def choose(address: str, person: str, mood: str = "") -> str:
    """Open the provider's page, choose a person, and return where the browser is sent."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(address, timeout=30)
        assert page.status_code == 200, page.text
        sent = {"person": person, "mood": mood}
        answer = browser.post(address, data=sent, allow_redirects=False, timeout=30)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def query_of(address: str) -> dict[str, str]:
    """The answers in an address."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


@dataclass(frozen=True)
class Realm:
    """One issuer of the running sandbox."""

    issuer: str
    client_id: str
    client_secret: str

    def provider(self, patience: float = 20.0) -> Provider:
        """A client that has asked this issuer nothing yet; a busy machine is no trouble of it."""
        return Provider(self.issuer, self.client_id, self.client_secret, patience)

    def asked(self) -> dict[str, int]:
        """How often each of its doors was opened."""
        told: dict[str, int] = self._call("GET", "asked")
        return told

    def turn_keys(self) -> None:
        """A new key from now on."""
        self._call("POST", "turn-keys")

    def _call(self, method: str, door: str) -> dict[str, int]:
        with requests.Session() as line:
            line.trust_env = False
            answer = line.request(method, f"{self.issuer}/sandbox/{door}", timeout=30)
        told: dict[str, int] = answer.json()
        return told


def come_back(provider: Provider, person: str, mood: str = "") -> tuple[dict[str, str], Errand]:
    """A person sent away and back: what the browser brings, and the errand it belongs to."""
    address, errand = provider.send_away(BACK)
    return query_of(choose(address, person, mood)), errand


def pressed(client: Client, onward: str = "") -> Any:
    """The button of the sign-in page, pressed as the browser would: what it answers."""
    page = client.get("/dang-nhap", {"next": onward} if onward else {})
    forms = html.fromstring(page.content.decode()).findall(".//main//form")
    [form] = [form for form in forms if form.get("action")]
    return client.post(form.get("action"), dict(form.form_values()))


def sent_back(client: Client, person: str, mood: str = "", onward: str = "") -> str:
    """The path somebody is sent back to, once they have chosen at the provider's page."""
    leaving = pressed(client, onward)
    assert leaving.status_code == 200
    page = html.fromstring(leaving.content.decode())
    [link] = page.findall('.//main//a[@class="btn"]')
    [refresh] = page.findall('.//meta[@http-equiv="refresh"]')
    assert refresh.get("content") == f"0; url={link.get('href')}"
    told = urlsplit(choose(link.get("href"), person, mood))
    return f"{told.path}?{told.query}"


def sign_in(client: Client, person: str, mood: str = "", onward: str = "") -> Any:
    """The whole way there and back; what the portal answers at the end."""
    return client.get(sent_back(client, person, mood, onward))
