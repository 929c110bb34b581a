"""Fields kept under keys that never lie in the database; the newest key first.

A sealed text begins with the name of its key, so what still waits for a new key can be found by
its beginning. A keyed hash finds a number without opening any row; it follows the newest key
when a row is sealed anew, and a search asks for the hashes of every key that is known.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

_NAME, _HASH = b"field key name", b"field key hash"


class CannotOpen(Exception):
    """The text was sealed under a key that is not among FIELD_KEYS, or was tampered with."""


@dataclass(frozen=True)
class FieldKey:
    """One key of FIELD_KEYS: its name, what seals with it, what hashes with it."""

    name: str
    lock: Fernet
    hash_key: bytes


def seal(text: str) -> str:
    """The text under the newest key."""
    newest = known_keys()[0]
    return f"{newest.name}:{newest.lock.encrypt(text.encode()).decode()}"


def unseal(sealed: str) -> str:
    """The text that was sealed; raises CannotOpen."""
    name, _colon, token = sealed.partition(":")
    for key in known_keys():
        if key.name == name:
            try:
                return key.lock.decrypt(token.encode()).decode()
            except InvalidToken as error:
                raise CannotOpen(name) from error
    raise CannotOpen(name)


def is_sealed_anew(sealed: str) -> bool:
    """Whether the text lies under the newest key already."""
    return sealed.startswith(f"{known_keys()[0].name}:")


def keyed_hash(text: str) -> str:
    """What the text is found by, under the newest key; nothing for an empty text."""
    return _hash(known_keys()[0], text) if text else ""


def keyed_hashes(text: str) -> list[str]:
    """What the text may be found by, under every key; an empty text is found nowhere."""
    return [_hash(key, text) for key in known_keys()] if text else []


def _hash(key: FieldKey, text: str) -> str:
    return hmac.new(key.hash_key, text.encode(), hashlib.sha256).hexdigest()


def known_keys() -> tuple[FieldKey, ...]:
    """The keys of the settings, newest first."""
    return _read(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=4)
def _read(written: tuple[str, ...]) -> tuple[FieldKey, ...]:
    return tuple(read_key(text) for text in written)


def read_key(text: str) -> FieldKey:
    """A key from 32 bytes in URL-safe base64; ValueError when it is none."""
    secret = base64.urlsafe_b64decode(text)
    name = hmac.new(secret, _NAME, hashlib.sha256).hexdigest()[:8]
    return FieldKey(name, Fernet(text), hmac.digest(secret, _HASH, "sha256"))
