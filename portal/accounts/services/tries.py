"""How often a password or a code may be tried.

Counted per person and address and per address, never per person alone: whoever hammers at an
account shuts out their own address for a while, and its owner signs in from another.
"""

from django.conf import settings

from portal.accounts.models import User
from portal.core.limits import give_back, give_one_back, take

PASSWORDS, PASSWORDS_FROM, CODES = "password", "password-from", "code"


def count_password(username: str, address: str) -> None:
    """One more password is tried; TooMany when it must not be looked at."""
    who = _at(username.strip().casefold(), address)
    take(PASSWORDS, who, most=settings.SIGN_IN_TRIES, seconds=_window())
    take(PASSWORDS_FROM, address, most=settings.SIGN_IN_TRIES_PER_ADDRESS, seconds=_window())


def password_was_right(username: str, address: str) -> None:
    """Only failures count."""
    give_back(PASSWORDS, _at(username.strip().casefold(), address), seconds=_window())
    give_one_back(PASSWORDS_FROM, address, seconds=_window())


def count_code(user: User, address: str) -> None:
    """One more code is tried; TooMany when it must not be looked at."""
    take(CODES, _at(str(user.pk), address), most=settings.CODE_TRIES, seconds=_window())


def code_was_right(user: User, address: str) -> None:
    """Only failures count."""
    give_back(CODES, _at(str(user.pk), address), seconds=_window())


def _at(who: str, address: str) -> str:
    return f"{who}\n{address}"


def _window() -> int:
    seconds: int = settings.SIGN_IN_WAIT_MINUTES * 60
    return seconds
