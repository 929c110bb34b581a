"""Why something failed, in one line that an operator may read: no names, addresses, numbers."""

import re
import traceback
from pathlib import Path

from celery.exceptions import NotRegistered

MOST_LETTERS = 300
_ADDRESS = re.compile(r"[^\s<>@'\"(,]+@[^\s<>@'\"),]+")
_NUMBER = re.compile(r"\d[\d .-]{6,}\d")
# PostgreSQL and Python quote the value they stumbled over.
_QUOTED = re.compile(r"(?P<mark>['\"“])(?:(?!(?P=mark)|”).)*[”'\"]|=\([^)]*\)")


def reason_of(error: BaseException) -> str:
    """The kind of failure, what it says without the data it quotes, and the line it came from."""
    if isinstance(error, NotRegistered):
        return "NotRegistered: no process here knows this task"
    said = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    kind = f"{type(error).__name__}: {_without_data(said)}"
    return f"{kind[:MOST_LETTERS].rstrip(' :')}{_place(error)}"


def _without_data(said: str) -> str:
    for pattern in (_ADDRESS, _QUOTED, _NUMBER):
        said = pattern.sub("…", said)
    return said


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
