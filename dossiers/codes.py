"""The dossier code: who received it, on which local date, the running number of that day."""

import re
from datetime import date

MISTAKEN = str.maketrans({"I": "1", "L": "1", "O": "0"})


def write_code(org_code: str, received_on: date, number: int) -> str:
    """The code of the day's n-th dossier, such as H09.101-261123-0042."""
    return f"{org_code}-{received_on:%y%m%d}-{number:04d}"


def read_code(typed: str) -> str:
    """The code a person meant: upper case, without white space, any dash as a hyphen."""
    return re.sub(r"[\u2010-\u2015]", "-", "".join(typed.split())).upper()


def read_secret(typed: str) -> str:
    """The look-up secret a person meant, read without case, spaces, hyphens, I/L and O."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper().translate(MISTAKEN)
