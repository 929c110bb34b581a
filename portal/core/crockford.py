"""Words of letters and digits that people type without mistaking one for another."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
MISTAKEN = str.maketrans({"I": "1", "L": "1", "O": "0"})


def draw(length: int) -> str:
    """A word nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _position in range(length))


def read(typed: str) -> str:
    """The word a person meant, read without case, spaces, hyphens, I/L and O."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper().translate(MISTAKEN)
