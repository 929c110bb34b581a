"""The dossier code: who received it, on which local date, the running number of that day."""

import re
from datetime import date


def write_code(org_code: str, received_on: date, number: int) -> str:
    """The code of the day's n-th dossier, such as H09.101-261123-0042."""
    return f"{org_code}-{received_on:%y%m%d}-{number:04d}"


def read_code(typed: str) -> str:
    """The code a person meant: upper case, without white space, any dash as a hyphen."""
    return re.sub(r"[\u2010-\u2015]", "-", "".join(typed.split())).upper()
