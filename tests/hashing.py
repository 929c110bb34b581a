"""Argon2 with the least work it allows; production's own cost is tried where it matters."""

from typing import ClassVar

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    """The same algorithm and encoding, a thousandth of the work."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


class CountedArgon2(LightArgon2):
    """Counts how often a password was hashed, to make or to check."""

    hashed: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        CountedArgon2.hashed += 1
        encoded: str = super().encode(password, salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        CountedArgon2.hashed += 1
        is_right: bool = super().verify(password, encoded)
        return is_right
