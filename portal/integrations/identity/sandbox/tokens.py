"""Keys and signed tokens (JWS, compact), and the lies a test can ask for."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MINUTES = 5 * 60
HOUR = 3600
Claims = dict[str, Any]


def packed(content: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int, size: int = 0) -> str:
    return packed(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class SigningKey:
    """One key under the name its tokens call it by; it lives as long as this process."""

    name: str
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @classmethod
    def rsa(cls) -> "SigningKey":
        """A new key for RS256."""
        return cls(secrets.token_hex(8), rsa.generate_private_key(65537, 2048))

    @classmethod
    def elliptic(cls) -> "SigningKey":
        """A new key for ES256."""
        return cls(secrets.token_hex(8), ec.generate_private_key(ec.SECP256R1()))

    @property
    def algorithm(self) -> str:
        """What the key signs with."""
        return "RS256" if isinstance(self.private, rsa.RSAPrivateKey) else "ES256"

    def public(self) -> dict[str, str]:
        """The public half as the key list shows it."""
        told = {"use": "sig", "alg": self.algorithm, "kid": self.name}
        if isinstance(self.private, rsa.RSAPrivateKey):
            whole = self.private.public_key().public_numbers()
            return {**told, "kty": "RSA", "n": _number(whole.n), "e": _number(whole.e)}
        point = self.private.public_key().public_numbers()
        place = {"x": _number(point.x, 32), "y": _number(point.y, 32)}
        return {**told, "kty": "EC", "crv": "P-256", **place}

    def pem(self) -> bytes:
        """The public half as anybody may keep it in a file."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def signature(self, content: bytes) -> bytes:
        """The signature under the content."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(content, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(content, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass
class IdToken:
    """A token about to be written: head, claims, and how it is signed."""

    head: dict[str, Any]
    claims: Claims
    sign: Callable[[bytes], bytes]

    def written(self) -> str:
        """The token as it travels."""
        parts = (json.dumps(part, ensure_ascii=False).encode() for part in (self.head, self.claims))
        content = ".".join(packed(part) for part in parts)
        return f"{content}.{packed(self.sign(content.encode()))}"


def honest(key: SigningKey, claims: Claims, access_token: str) -> IdToken:
    """The token as it should be; `claims` names issuer, subject, audience and nonce."""
    now = int(time.time())
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    times = {"iat": now, "auth_time": now, "exp": now + MINUTES, "at_hash": packed(half)}
    head = {"alg": key.algorithm, "typ": "JWT", "kid": key.name}
    return IdToken(head, claims | times, key.signature)


def _unsigned(token: IdToken, key: SigningKey) -> IdToken:
    return replace(token, head={"alg": "none", "typ": "JWT"}, sign=lambda _content: b"")


def _signed_with_what_everybody_knows(token: IdToken, key: SigningKey) -> IdToken:
    """HS256 under the public key: a client that lets the token choose would take it."""
    pem = key.pem()
    return replace(
        token,
        head=token.head | {"alg": "HS256"},
        sign=lambda content: hmac.digest(pem, content, "sha256"),
    )


def _signed_over_other_words(token: IdToken, key: SigningKey) -> IdToken:
    return replace(token, sign=lambda content: key.signature(content + b"."))


def _under_another_name(token: IdToken, key: SigningKey) -> IdToken:
    return replace(token, head=token.head | {"kid": secrets.token_hex(8)})


def _given_to_another(token: IdToken, key: SigningKey) -> IdToken:
    """Meant for us too, but another portal asked for it."""
    other = "another-portal"
    return replace(token, claims=token.claims | {"aud": [token.claims["aud"], other], "azp": other})


def _saying(**claims: Any) -> "Lie":
    return lambda token, key: replace(token, claims=token.claims | claims)


def _later(**seconds: int) -> "Lie":
    """Times moved by so many seconds; `nbf` is not there before and starts from now."""

    def tell(token: IdToken, key: SigningKey) -> IdToken:
        now = int(time.time())
        moved = {name: token.claims.get(name, now) + by for name, by in seconds.items()}
        return replace(token, claims=token.claims | moved)

    return tell


def _without(*names: str) -> "Lie":
    return lambda token, key: replace(
        token, claims={name: value for name, value in token.claims.items() if name not in names}
    )


Lie = Callable[[IdToken, SigningKey], IdToken]
LIES: dict[str, Lie] = {
    "alg-none": _unsigned,
    "alg-hs256": _signed_with_what_everybody_knows,
    "signature": _signed_over_other_words,
    "unknown-kid": _under_another_name,
    "expired": _later(iat=-HOUR, auth_time=-HOUR, exp=-HOUR),
    "from-tomorrow": _later(nbf=24 * HOUR),
    "issued-tomorrow": _later(iat=24 * HOUR, exp=48 * HOUR),
    "no-expiry": _without("exp"),
    "wrong-nonce": _saying(nonce="of-somebody-else"),
    "no-nonce": _without("nonce"),
    "wrong-audience": _saying(aud="another-portal"),
    "wrong-party": _given_to_another,
    "wrong-issuer": _saying(iss="https://issuer.invalid"),
    "wrong-access-token": _saying(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no-subject": _saying(sub=""),
}
