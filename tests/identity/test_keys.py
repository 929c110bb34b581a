"""Which of a provider's keys are used at all."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, OctKey, RSAKey

from portal.integrations.identity.client import _key


def listed(private: Any, **facts: Any) -> dict[str, Any]:
    """A public key as a key list shows it."""
    kind = RSAKey if isinstance(private, rsa.RSAPrivateKey) else ECKey
    return {**kind.import_key(private).as_dict(private=False), **facts}


def test_keys_for_signatures_are_used() -> None:
    assert _key(listed(rsa.generate_private_key(65537, 2048), kid="a", use="sig")) is not None
    assert _key(listed(ec.generate_private_key(ec.SECP256R1()), kid="b")) is not None


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_short_key_is_not_used() -> None:
    assert _key(listed(rsa.generate_private_key(65537, 1024), kid="a", use="sig")) is None


@pytest.mark.parametrize(
    "told",
    [
        OctKey.generate_key(256).as_dict(),  # a secret everybody can read
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {"kty": "RSA", "use": "sig"},
        {"kty": "RSA", "use": "sig", "n": "AQAB", "e": "?"},
        {"kty": ["RSA"]},
        {},
        "RSA",
        None,
        7,
    ],
)
def test_anything_else_is_passed_over(told: Any) -> None:
    assert _key(told) is None


def test_a_key_for_secrets_is_no_key_for_signatures() -> None:
    assert _key(listed(rsa.generate_private_key(65537, 2048), use="enc")) is None
