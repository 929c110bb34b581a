"""OpenID Connect, code flow with PKCE: sent away to prove who one is, and what came back.

Authlib writes the request and judges the claims, joserfc the signature. What they leave to the
caller is done here: one list of algorithms, whatever the provider offers; asymmetric keys only;
the issuer of the settings and ourselves as audience; every call bounded in time and size.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from portal.integrations.identity.bounds import Circuit, ProviderDown

ALGORITHMS = ("RS256", "PS256", "ES256")
KINDS_OF_KEYS: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
SMALLEST_RSA = 2048
TOLERANCE = 60  # seconds the two clocks may differ
KEEP = 3600.0  # seconds until addresses and keys are read again
AGAIN = 30.0  # an unknown key is asked for once in so many seconds
DOCUMENT = "/.well-known/openid-configuration"


class NotProven(Exception):
    """What came back proves nobody; `why` is the word for the log and for the page."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Errand:
    """What is remembered of one person sent away, and compared when they come back."""

    state: str
    nonce: str
    verifier: str


@dataclass
class Kept:
    """What the provider told, and when."""

    told: Any = None
    at: float = float("-inf")

    def is_fresh(self, seconds: float) -> bool:
        """Whether it was told that recently."""
        return time.monotonic() - self.at < seconds


@dataclass
class Provider:
    """One provider, and ourselves as it knows us."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    patience: float = 5.0
    document: Kept = field(default_factory=Kept, repr=False)
    keys: Kept = field(default_factory=Kept, repr=False)
    asked_again: Kept = field(default_factory=Kept, repr=False)
    line: Circuit = field(default_factory=Circuit, repr=False)

    def send_away(self, back: str) -> tuple[str, Errand]:
        """Where the browser goes to prove who it is, and what to remember meanwhile."""
        errand = Errand(*(secrets.token_urlsafe(32) for _each in range(3)))
        request = OAuth2Session(
            self.client_id, scope="openid", redirect_uri=back, code_challenge_method="S256"
        )
        address, _state = request.create_authorization_url(
            self._address("authorization_endpoint"),
            state=errand.state,
            nonce=errand.nonce,
            code_verifier=errand.verifier,
        )
        return str(address), errand

    def welcome(self, answer: Mapping[str, str], errand: Errand, back: str) -> dict[str, Any]:
        """Who came back, as the provider's claims; NotProven or ProviderDown."""
        if answer.get("state") != errand.state:
            raise NotProven("state")
        self._look_at(answer)
        told = self._redeem(answer.get("code", ""), errand, back)
        claims = self._verified(str(told.get("id_token", "")), errand, told)
        return {**self._more_about(claims, told), **claims}

    def farewell(self, after: str) -> str:
        """Where the person ends the provider's own session; nothing when it offers no such page.

        Without the token as a hint: addresses lie about in logs, and tokens tell who somebody is.
        """
        if not self._document().get("end_session_endpoint"):
            return ""
        told = [("client_id", self.client_id), ("post_logout_redirect_uri", after)]
        return str(add_params_to_uri(self._address("end_session_endpoint"), told))

    def _look_at(self, answer: Mapping[str, str]) -> None:
        """Was it this provider that sent the browser back (RFC 9207), and with a yes?"""
        signs = self._document().get("authorization_response_iss_parameter_supported")
        if answer.get("iss", self.issuer if not signs else "") != self.issuer:
            raise NotProven("iss")
        error = answer.get("error", "")
        if error in {"server_error", "temporarily_unavailable"}:
            raise ProviderDown(error)
        if error:
            raise NotProven("denied" if error == "access_denied" else "error")

    def _redeem(self, code: str, errand: Errand, back: str) -> dict[str, Any]:
        """The tokens for a code; it is good once, so nothing is tried again."""
        status, told = self.line.ask(
            "POST",
            self._address("token_endpoint"),
            self.patience,
            auth=(self.client_id, self.client_secret),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": errand.verifier,
            },
        )
        if status == requests.codes.ok:
            return told
        if told.get("error") == "invalid_grant":
            raise NotProven("code")
        raise ProviderDown("token")  # such as invalid_client: nothing the person can mend

    def _verified(self, token: str, errand: Errand, told: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of an ID token that is signed, ours, of this errand and of now."""
        try:
            opened = self._opened(token)
            CodeIDToken(
                opened.claims,
                opened.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "sub": {"essential": True},
                    "nonce": {"essential": True},
                },
                {
                    "nonce": errand.nonce,
                    "client_id": self.client_id,
                    "access_token": told.get("access_token"),
                },
            ).validate(leeway=TOLERANCE)
        except ClaimError as error:
            raise NotProven(error.claim) from error
        except UnsupportedAlgorithmError as error:
            raise NotProven("algorithm") from error
        except InvalidKeyIdError as error:
            raise NotProven("key") from error
        except BadSignatureError as error:
            raise NotProven("signature") from error
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise NotProven("token") from error
        return opened.claims

    def _opened(self, token: str) -> jwt.Token:
        """The token once its signature holds; a key nobody knew is asked for, not too often."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(token, self._keys(), registry=registry)
        except InvalidKeyIdError:
            if self.asked_again.is_fresh(AGAIN):
                raise
            self.asked_again, self.keys = Kept(at=time.monotonic()), Kept()
            return jwt.decode(token, self._keys(), registry=registry)

    def _more_about(self, claims: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
        """Userinfo, where the ID token itself does not say who it is."""
        if "SoDinhDanh" in claims or not self._document().get("userinfo_endpoint"):
            return {}
        bearer = {"Authorization": f"Bearer {told.get('access_token', '')}"}
        address = self._address("userinfo_endpoint")
        status, more = self.line.ask("GET", address, self.patience, headers=bearer)
        if status != requests.codes.ok:
            raise ProviderDown("userinfo")
        if more.get("sub") != claims["sub"]:
            raise NotProven("userinfo")
        return more

    def _address(self, name: str) -> str:
        """An address of the discovery document, no less protected than the issuer itself."""
        address = self._document().get(name)
        schemes = ("https://",) if self.issuer.startswith("https://") else ("https://", "http://")
        if not isinstance(address, str) or not address.startswith(schemes):
            raise ProviderDown("discovery")
        return address

    def _document(self) -> dict[str, Any]:
        """The discovery document; it must be of the issuer we asked."""
        if not self.document.is_fresh(KEEP):
            status, told = self.line.ask("GET", self.issuer.rstrip("/") + DOCUMENT, self.patience)
            if status != requests.codes.ok or told.get("issuer") != self.issuer:
                raise ProviderDown("discovery")
            self.document = Kept(told, time.monotonic())
        document: dict[str, Any] = self.document.told
        return document

    def _keys(self) -> KeySet:
        """The provider's keys."""
        if not self.keys.is_fresh(KEEP):
            status, told = self.line.ask("GET", self._address("jwks_uri"), self.patience)
            listed = told.get("keys")
            if status != requests.codes.ok or not isinstance(listed, list):
                raise ProviderDown("keys")
            usable = [key for key in map(_key, listed) if key is not None]
            self.keys = Kept(KeySet(usable), time.monotonic())
        keys: KeySet = self.keys.told
        return keys


def _key(told: Any) -> Key | None:
    """A public key to check signatures with; None for any other, as for a shared secret."""
    if not isinstance(told, dict) or told.get("use", "sig") != "sig":
        return None
    kind = KINDS_OF_KEYS.get(str(told.get("kty")))
    try:
        key = kind.import_key(told) if kind else None
    except (JoseError, ValueError, TypeError):
        return None
    is_weak = isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA
    return None if is_weak else key
