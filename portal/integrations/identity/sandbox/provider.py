"""What the provider remembers and decides: realms with their keys, codes, access tokens.

Every first word of a path is a realm: an issuer of its own, with keys and counts of its own, made
when it is first asked for. So tests that turn keys or count calls do not meet. A realm called
`<place>-<trouble>` (`jwks-hang`, `discovery-500-2`) has that trouble at that place.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal.integrations.identity.sandbox.people import RESIDENTS, Resident
from portal.integrations.identity.sandbox.tokens import LIES, SigningKey, honest, packed

CODE_SECONDS = 60
BACK = "/dang-nhap/dinh-danh/ve"
OWN_MACHINE = {"127.0.0.1", "localhost", "::1", "testserver"}
TROUBLES = ("hang", "slow", "500", "malformed", "list", "deep", "huge", "redirect")
PLACES = ("discovery", "jwks", "token", "userinfo")
# What is chosen for one sign-in: a lie in its token, a trouble at a place, or one of these.
MOODS = (
    "",
    *LIES,
    *(f"{place}-{trouble}" for place in PLACES[2:] for trouble in TROUBLES),
    "other-subject",
    "spent-code",
    "claims-in-token",
    "wrong-iss-back",
)
_REALM = re.compile(r"[a-z0-9-]{1,60}")
_TROUBLE = re.compile(rf"({'|'.join(PLACES)})-({'|'.join(TROUBLES)})(?:-|$)")


class BadRequest(Exception):
    """What the other side sent cannot be answered; the word is that of RFC 6749."""

    def __init__(self, error: str, status: int = 400) -> None:
        self.error, self.status = error, status
        super().__init__(error)


@dataclass(frozen=True)
class Given:
    """What a code or an access token stands for."""

    resident: Resident
    mood: str
    redirect_uri: str
    nonce: str
    challenge: str
    until: float


@dataclass
class Realm:
    """One issuer."""

    name: str
    keys: list[SigningKey]
    codes: dict[str, Given] = field(default_factory=dict)
    tokens: dict[str, Given] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def trouble_at(self, place: str) -> str:
        """The trouble this realm has at a place, if any."""
        found = _TROUBLE.match(self.name)
        return found[2] if found and found[1] == place else ""


def trouble_in(mood: str, place: str) -> str:
    """The trouble a mood brings to a place, if any."""
    return mood.removeprefix(f"{place}-") if mood.startswith(f"{place}-") else ""


@dataclass
class Provider:
    """The whole provider: `url` is where its clients reach it, `seen_at` where browsers do."""

    url: str
    seen_at: str
    client_id: str
    client_secret: str
    portal: str = ""
    first_key: SigningKey = field(default_factory=SigningKey.rsa)
    realms: dict[str, Realm] = field(default_factory=dict)

    def realm(self, name: str) -> Realm:
        """The realm of that name."""
        if not _REALM.fullmatch(name):
            raise BadRequest("unknown_realm", 404)
        return self.realms.setdefault(name, Realm(name, [self.first_key]))

    def issuer(self, realm: Realm) -> str:
        """The realm's name for itself; `discovery-liar` gives a wrong one."""
        name = "somebody-else" if realm.name.startswith("discovery-liar") else realm.name
        return f"{self.url}/{name}"

    def document(self, realm: Realm) -> dict[str, Any]:
        """Discovery: where everything is and what is spoken."""
        near, seen = f"{self.url}/{realm.name}", f"{self.seen_at}/{realm.name}"
        return {
            "issuer": self.issuer(realm),
            "authorization_endpoint": f"{seen}/authorize",
            "end_session_endpoint": f"{seen}/end_session",
            "token_endpoint": f"{near}/token",
            "userinfo_endpoint": f"{near}/userinfo",
            "jwks_uri": f"{near}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "code_challenge_methods_supported": ["S256"],
            # Also what it must never be talked into: the client has a list of its own.
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }

    def turn_keys(self, realm: Realm) -> None:
        """A new key signs from now on; the old one is listed no more."""
        realm.keys = [SigningKey.elliptic()]

    def is_known_client(self, asked: dict[str, str]) -> bool:
        """Whether a browser may be sent back: only to the portal, only where it waits."""
        is_ours = asked.get("client_id") == self.client_id
        return is_ours and self.is_at_portal(asked.get("redirect_uri", ""), BACK)

    def is_at_portal(self, address: str, path: str) -> bool:
        """Whether an address is this path of the portal, or of one on this machine."""
        told = urlsplit(address)
        places = OWN_MACHINE | {urlsplit(self.portal).hostname}
        is_page = told.scheme in {"http", "https"} and told.path == path and not told.query
        return is_page and told.hostname is not None and told.hostname in places

    def refuses(self, asked: dict[str, str]) -> str:
        """What is wrong with a request of a known client, if anything."""
        is_right = (
            asked.get("response_type") == "code"
            and "openid" in asked.get("scope", "").split()
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and asked.get("state")
            and asked.get("nonce")
        )
        return "" if is_right else "invalid_request"

    def let_go(self, realm: Realm, asked: dict[str, str], person: str, mood: str) -> str:
        """Where the browser goes once somebody has chosen: back with a code, or with a no."""
        told = {"state": asked["state"], "iss": self.issuer(realm)}
        if mood == "wrong-iss-back":
            told["iss"] = "https://issuer.invalid"
        resident = RESIDENTS.get(person)
        if resident is None or mood not in MOODS:
            return f"{asked['redirect_uri']}?{urlencode(told | {'error': 'access_denied'})}"
        code, until = secrets.token_urlsafe(24), time.monotonic() + CODE_SECONDS
        facts = (asked["redirect_uri"], asked["nonce"], asked["code_challenge"])
        realm.codes[code] = Given(resident, mood, *facts, until)
        return f"{asked['redirect_uri']}?{urlencode(told | {'code': code})}"

    def redeem(self, realm: Realm, sent: dict[str, str], client: tuple[str, str]) -> Given:
        """What a code stands for: once, in time, from the client and the browser it was for."""
        if not hmac.compare_digest(":".join(client), f"{self.client_id}:{self.client_secret}"):
            raise BadRequest("invalid_client", 401)
        if sent.get("grant_type") != "authorization_code":
            raise BadRequest("unsupported_grant_type")
        given = realm.codes.pop(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if (
            given is None
            or given.mood == "spent-code"
            or given.until < time.monotonic()
            or given.redirect_uri != sent.get("redirect_uri")
            or given.challenge != packed(verifier)
        ):
            raise BadRequest("invalid_grant")
        return given

    def tokens_for(self, realm: Realm, given: Given) -> dict[str, Any]:
        """The answer to a good code: an access token and an ID token, true or as the mood says."""
        access_token, key = secrets.token_urlsafe(24), realm.keys[0]
        realm.tokens[access_token] = given
        claims: dict[str, Any] = {
            "iss": self.issuer(realm),
            "sub": given.resident.subject,
            "aud": self.client_id,
            "nonce": given.nonce,
        }
        if given.mood == "claims-in-token":
            claims |= given.resident.claims()
        token = honest(key, claims, access_token)
        if lie := LIES.get(given.mood):
            token = lie(token, key)
        told = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300}
        return {**told, "id_token": token.written()}

    def told_about(self, realm: Realm, access_token: str) -> tuple[Given, dict[str, Any]]:
        """Userinfo: the claims of whom the access token stands for."""
        given = realm.tokens.get(access_token)
        if given is None:
            raise BadRequest("invalid_token", 401)
        subject = "another" if given.mood == "other-subject" else given.resident.subject
        return given, {"sub": subject, **given.resident.claims()}
