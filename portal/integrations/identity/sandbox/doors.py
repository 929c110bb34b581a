"""The provider's doors over HTTP: discovery, authorize, token, keys, userinfo, end of session."""

import base64
import json
import time
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

from portal.integrations.identity.sandbox import pages
from portal.integrations.identity.sandbox.people import RESIDENTS
from portal.integrations.identity.sandbox.provider import (
    MOODS,
    BadRequest,
    Provider,
    Realm,
    trouble_in,
)

HANG_SECONDS = 30
HUGE = 8 * 1024 * 1024
LONGEST_FORM = 64 * 1024
LAST = "last_resident"
JSON, HTML = "application/json", "text/html; charset=utf-8"


class Server(ThreadingHTTPServer):
    """Serves one provider; a caller that leaves is no error."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], provider: Provider) -> None:
        super().__init__(address, Doors)
        self.provider = provider

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up in the middle: nothing to tell."""


class Doors(BaseHTTPRequestHandler):
    """One request: `/<realm>/<door>`."""

    server: Server
    GET = {
        ".well-known/openid-configuration": "discovery",
        "jwks": "jwks",
        "authorize": "authorize",
        "userinfo": "userinfo",
        "end_session": "end_session",
        "sandbox/asked": "asked",
    }
    POST = {"authorize": "choose", "token": "token", "sandbox/turn-keys": "turn_keys"}

    def do_GET(self) -> None:
        """Open the door of that path."""
        self.open_door(self.GET)

    def do_POST(self) -> None:
        """Take the form to the door of that path."""
        self.open_door(self.POST)

    def open_door(self, doors: dict[str, str]) -> None:
        """Find realm and door; what cannot be answered is said in JSON."""
        self.path, _mark, query = self.path.partition("?")
        self.asked = dict(parse_qsl(query, keep_blank_values=True))
        name, _slash, door = self.path.strip("/").partition("/")
        try:
            realm = self.server.provider.realm(name)
            if door not in doors:
                raise BadRequest("unknown_door", 404)
            realm.asked[doors[door]] += 1
            getattr(self, f"answer_{doors[door]}")(realm)
        except BadRequest as wrong:
            self.say_json({"error": wrong.error}, status=wrong.status)

    def answer_discovery(self, realm: Realm) -> None:
        """Where everything is."""
        self.say_json(self.server.provider.document(realm), trouble=realm.trouble_at("discovery"))

    def answer_jwks(self, realm: Realm) -> None:
        """The keys tokens are signed with now."""
        keys = {"keys": [key.public() for key in realm.keys]}
        self.say_json(keys, trouble=realm.trouble_at("jwks"))

    def answer_authorize(self, realm: Realm) -> None:
        """Ask who it is."""
        if self.is_right(realm):
            words = pages.choose(RESIDENTS.values(), MOODS, self.last_resident())
            self.say(words.encode(), HTML)

    def answer_choose(self, realm: Realm) -> None:
        """Somebody chose, or said no: back to the portal."""
        if self.is_right(realm):
            sent = self.form()
            person, mood = sent.get("person", ""), sent.get("mood", "")
            to = self.server.provider.let_go(realm, self.asked, person, mood)
            kept = person if person in RESIDENTS else ""
            self.send_away(to, f"{LAST}={kept}; Path=/{realm.name}; HttpOnly; SameSite=Lax")

    def is_right(self, realm: Realm) -> bool:
        """Whether the request to sign in can be answered; otherwise it has been refused."""
        provider = self.server.provider
        if not provider.is_known_client(self.asked):
            words = pages.page("Không rõ ai yêu cầu", "<p>Hãy quay lại Cổng và thử lại.</p>")
            self.say(words.encode(), HTML, status=400)
            return False
        if error := provider.refuses(self.asked):
            told = urlencode({"error": error, "state": self.asked.get("state", "")})
            self.send_away(f"{self.asked['redirect_uri']}?{told}")
            return False
        return True

    def answer_token(self, realm: Realm) -> None:
        """A code for tokens."""
        provider = self.server.provider
        given = provider.redeem(realm, self.form(), self.client())
        self.say_json(provider.tokens_for(realm, given), trouble=trouble_in(given.mood, "token"))

    def answer_userinfo(self, realm: Realm) -> None:
        """Who the access token stands for."""
        kind, _space, token = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise BadRequest("invalid_token", 401)
        given, claims = self.server.provider.told_about(realm, token)
        self.say_json(claims, trouble=trouble_in(given.mood, "userinfo"))

    def answer_end_session(self, realm: Realm) -> None:
        """Forget who was here last; back to the portal when it is one we know."""
        cookie = f"{LAST}=; Path=/{realm.name}; Max-Age=0; HttpOnly; SameSite=Lax"
        wanted = self.asked.get("post_logout_redirect_uri", "")
        if self.server.provider.is_at_portal(wanted, "/"):
            return self.send_away(wanted, cookie)
        words = pages.page("Đã đăng xuất", "<p>Bạn đã rời tài khoản định danh trên máy này.</p>")
        return self.say(words.encode(), HTML, cookie=cookie)

    def answer_asked(self, realm: Realm) -> None:
        """How often each door of the realm was opened, for tests."""
        self.say_json(dict(realm.asked))

    def answer_turn_keys(self, realm: Realm) -> None:
        """A new key, for tests."""
        self.server.provider.turn_keys(realm)
        self.say_json({"kid": realm.keys[0].name})

    def form(self) -> dict[str, str]:
        """The form that was sent."""
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_FORM)
        return dict(parse_qsl(self.rfile.read(length).decode("utf-8", "replace")))

    def client(self) -> tuple[str, str]:
        """Who asks for tokens, by Basic authentication."""
        kind, _space, packed = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            raise BadRequest("invalid_client", 401)
        name, _colon, secret = base64.b64decode(packed).decode("latin1").partition(":")
        return name, secret

    def last_resident(self) -> str:
        """Who chose last in this browser."""
        with suppress(CookieError):
            found = SimpleCookie(self.headers.get("Cookie", "")).get(LAST)
            return found.value if found else ""
        return ""

    def send_away(self, to: str, cookie: str = "") -> None:
        """A redirect."""
        self.send_response(303)
        self.send_header("Location", to)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def say_json(self, told: Any, status: int = 200, trouble: str = "") -> None:
        """JSON, or the trouble that was asked for."""
        content = json.dumps(told, ensure_ascii=False).encode()
        if trouble == "hang":
            time.sleep(HANG_SECONDS)
        elif trouble == "redirect":
            self.send_away(f"{self.path}/elsewhere")
        elif trouble == "slow":
            self.say_slowly(content)
        else:
            status = 500 if trouble == "500" else status
            self.say(_spoilt(content, trouble), JSON, status)

    def say_slowly(self, content: bytes) -> None:
        """A byte now and then, each in time, all together never."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for number in range(HANG_SECONDS * 10):
            self.wfile.write(content[number : number + 1])
            time.sleep(0.1)

    def say(self, content: bytes, kind: str, status: int = 200, cookie: str = "") -> None:
        """Any answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by http.server
        """Only the door and the status: queries hold codes."""
        print(self.command, self.path, *args[1:2], flush=True)  # noqa: T201 - its own log


def _spoilt(content: bytes, trouble: str) -> bytes:
    if trouble == "malformed":
        return content[: len(content) // 2]
    if trouble == "list":
        return b"[" + content + b"]"
    if trouble == "deep":
        return b"[" * 100_000
    return content + b" " * HUGE if trouble == "huge" else content
