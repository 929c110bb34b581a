"""Twenty-odd kinds of rubbish at every door that takes something: a calm refusal, nothing changed.

Never a 5xx, never a changed row, never more than two seconds (`security.md` §4).
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from lxml import html

from portal.policy import ANYBODY, PERSON, About, row_of
from tests.access.test_matrix import rows_changed
from tests.access.world import LIVE, Route, World, routes
from tests.cast import Cast, Person

pytestmark = pytest.mark.heavy

NUL, BELL = "\x00", "\x07"
TEXTS = {
    "nul": f"An{NUL}",
    "control": f"An{BELL}",
    "overlong": "Nguyễn " * 20_000,
    "marks": "a" + "\u0301" * 5_000,
    "bidi": "\u202eAn\u202c",
    "zero-width": "\u200b\u200d",
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE dossiers_dossier; --",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "path": "../../../../etc/passwd",
    "formula": "=HYPERLINK(1)",
    "huge-number": "9" * 400,
    "negative": "-1",
    "not-a-number": "NaN",
    "no-such-day": "31/02/2026",
    "year-ten-thousand": "01/01/10000",
    "other-digits": "１２３４",
    "nothing": "",
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\n",
}
BODIES: dict[str, tuple[bytes, str]] = {
    "no-json": (b"{", "application/json"),
    "deep-json": (b"[" * 5_000 + b"]" * 5_000, "application/json"),
    "nan-json": (b'{"version": NaN}', "application/json"),
    "list-json": (b"[1, 2, 3]", "application/json"),
    "bad-utf8": (b"\xff\xfe\xfd=1", "application/x-www-form-urlencoded"),
    "bad-percent": (b"a=%ZZ&%=1&=&&&", "application/x-www-form-urlencoded"),
    "broken-multipart": (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
    "no-type": (b"hello", "text/plain"),
}
# Ugly, but only text: where a box takes any text it is kept, and shown literally everywhere.
LITERAL = {"markup", "sql", "template", "path", "formula", "not-a-number", "no-such-day",
           "year-ten-thousand", "negative", "other-digits", "lines", "bidi", "zero-width",
           "marks", "overlong", "huge-number"}  # fmt: skip
# The form of a draft keeps what was typed, also what must still be mended.
KEEPS_TYPED = {"dossiers:form": {"dossiers_dossier"}}
# Doors that only ever say goodbye or go one step back, whatever is sent along.
NO_INPUT = {
    "accounts:sign_out", "accounts:turn_round", "quan-tri/logout/", "admin:logout",
    "accounts:end_sessions", "accounts:new_phone", "dossiers:claim", "dossiers:release",
    "dossiers:take_back", "dossiers:remove", "identity:start", "accounts:paper_codes",
}  # fmt: skip
WHO = {About.CASE: "chi", About.ACCOUNT: "giang"}


def visitor(world: World, route: Route) -> Person | None:
    """Somebody whom the policy lets in."""
    row = row_of(route.address, route.name)
    assert row is not None
    if row.about in WHO:
        return getattr(world.cast, WHO[row.about])  # type: ignore[no-any-return]
    if row.who & {ANYBODY, PERSON}:
        return world.cast.an
    people = (person for _name, person in world.people if person is not None)
    return next(p for p in people if {x.role for x in p.again().current_postings} & row.who)


def doors() -> list[Route]:
    """Every door that answers something else than 405 to a POST, found by asking."""
    return [
        route
        for route in routes()
        if (route.name or route.address) not in NO_INPUT and not route.name.endswith("_delete")
    ]


def boxes(page: Any) -> dict[str, str]:
    """The boxes of the page's forms, as they stand; none where there is no page."""
    if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
        return {}
    found: dict[str, str] = {}
    for form in html.fromstring(page.content).findall('.//form[@method="post"]'):
        found |= {name: str(value) for name, value in form.form_values() if name}
        found |= {str(box.get("name")): "" for box in form.findall(".//textarea")}
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def rubbish(page: Any) -> Iterator[tuple[str, bytes, str]]:
    """What is sent: each text in every box of the page, as a form and as JSON; broken bodies."""
    names = [n for n in boxes(page) if n not in {"form_token", "version", "row_stamp"}]
    for kind, text in TEXTS.items():
        sent = dict.fromkeys(names or ["code", "version", "reason", "file"], text)
        yield kind, encode_multipart("BoUnDaRyStRiNg", sent), MULTIPART_CONTENT
    yield (
        "text-json",
        json.dumps({"version": "x", "code": TEXTS["nul"]}).encode(),
        BODIES["no-json"][1],
    )
    for kind, (body, media_type) in BODIES.items():
        yield kind, body, media_type


@pytest.mark.parametrize("part", range(6))
def test_rubbish_is_refused_calmly(cast: Cast, settings: Any, part: int, request: Any) -> None:
    settings.API_CALLS_A_MINUTE = settings.SIGN_IN_TRIES_PER_ADDRESS = 100_000
    settings.LOOKUP_TRIES_PER_ADDRESS = settings.LOOKUP_TRIES_PER_CODE = 100_000
    world, thrown, wrong = World(cast), 0, []
    for route in doors()[part::6]:
        client, person = Client(raise_request_exception=False), visitor(world, route)
        if person is not None:
            client.force_login(person.again())
        address = world.address(route, LIVE)
        if client.post(address).status_code == 405:
            continue
        for kind, body, media_type in rubbish(client.get(address)):
            thrown += 1
            faults = throw(client, address, body, media_type, KEEPS_TYPED.get(route.name, set()))
            wrong += [f"{route.address} {kind}: {fault}" for fault in faults if not (
                kind in LITERAL and fault.startswith("302 changed"))]  # fmt: skip
    request.node.user_properties.append(("thrown", thrown))
    assert wrong == [], "\n".join(wrong)
    assert thrown > 300


def throw(client: Client, address: str, body: bytes, media_type: str, kept: set[str]) -> list[str]:
    """Send it; what is wrong with the answer, if anything."""
    before, began = rows_changed(), time.monotonic()
    answer = client.generic("POST", address, body, content_type=media_type)
    took, after = time.monotonic() - began, rows_changed()
    changed = {name for name in after if after[name] != before.get(name, 0)} - kept
    faults = []
    if answer.status_code >= 500:
        faults.append(str(answer.status_code))
    if changed:
        faults.append(f"{answer.status_code} changed {sorted(changed)}")
    if took > 2:
        faults.append(f"{took:.1f} s")
    return faults
