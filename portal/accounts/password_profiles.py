"""What a good password is: two profiles, one of them chosen by PASSWORD_PROFILE.

`asvs` asks for length and refuses what is known to everybody; nothing is changed by the calendar.
`tcvn` asks for kinds of characters, a new password every ninety days, and none of the last three.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True)
class Profile:
    """The rules of one profile; a rule of nought does not apply."""

    length: int
    kinds: int = 0
    max_age: timedelta | None = None
    remembered: int = 0


PROFILES = {
    "asvs": Profile(length=12),
    "tcvn": Profile(length=8, kinds=3, max_age=timedelta(days=90), remembered=3),
}


def profile() -> Profile:
    """The profile of the settings."""
    return PROFILES[settings.PASSWORD_PROFILE]


def complaints(password: str) -> list[str]:
    """What is wrong with the password by the profile's rules; nothing when it is good."""
    rules, found = profile(), []
    if len(password) < rules.length:
        found.append(_("Mật khẩu cần ít nhất %(many)d ký tự.") % {"many": rules.length})
    if kinds_in(password) < rules.kinds:
        found.append(
            _("Mật khẩu cần %(many)d trong 4 loại: chữ thường, chữ hoa, chữ số, ký hiệu.")
            % {"many": rules.kinds}
        )
    if password.lower().strip() in _known_to_everybody().passwords:
        found.append(_("Mật khẩu này quá phổ biến, ai cũng đoán ra. Hãy chọn mật khẩu khác."))
    return found


def kinds_in(password: str) -> int:
    """How many of the four kinds of characters the password holds."""
    return sum(
        (
            any(each.islower() for each in password),
            any(each.isupper() for each in password),
            any(each.isdigit() for each in password),
            any(not each.isalnum() for each in password),
        )
    )


def advice() -> str:
    """What a person who chooses a password should know beforehand."""
    rules = profile()
    told = [_("Ít nhất %(many)d ký tự.") % {"many": rules.length}]
    if rules.kinds:
        told.append(_("Có ít nhất 3 trong 4 loại: chữ thường, chữ hoa, chữ số, ký hiệu."))
    else:
        told.append(_("Một câu dễ nhớ, khó đoán là tốt nhất."))
    if rules.remembered:
        told.append(_("Khác ba mật khẩu gần nhất."))
    return " ".join(told)


@cache
def _known_to_everybody() -> CommonPasswordValidator:
    return CommonPasswordValidator()


class ByProfile:
    """The profile's rules for Django's own commands (createsuperuser, changepassword)."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """ValidationError with every complaint."""
        if found := complaints(password):
            raise ValidationError(found)

    def get_help_text(self) -> str:
        """What to know beforehand."""
        return advice()
