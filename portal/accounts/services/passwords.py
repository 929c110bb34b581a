"""Changing a password, and when one must be changed."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import PastPassword, User
from portal.accounts.password_profiles import complaints, profile
from portal.accounts.services.ending import end_sessions
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock, crockford


def must_change(user: User) -> bool:
    """Whether the password was given by somebody else, or is older than the profile allows."""
    if not user.has_usable_password():
        return False
    if user.password_is_temporary:
        return True
    age = profile().max_age
    return age is not None and (
        user.password_set_at is None or clock.now() - user.password_set_at > age
    )


def has_run_out(user: User) -> bool:
    """Whether the password was given for the first sign-in, and that did not come in time."""
    given_at = user.password_set_at
    time = timedelta(hours=settings.FIRST_PASSWORD_HOURS)
    return user.password_is_temporary and (given_at is None or clock.now() - given_at > time)


@transaction.atomic
def change(user: User, new: str, *, here: str | None = None) -> User:
    """The person's own new password; ValidationError when it is not good enough.

    Every session but the one under the key `here` ends.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if found := [*complaints(new), *_used_before(user, new)]:
        raise ValidationError(found)
    _set(user, new, is_temporary=False)
    record(Entry.Kind.ACCOUNT_CHANGED, user, user, person=user, what="password")
    end_sessions(user, user, why="password", here=here)
    return user


def give_first(actor: User | None, user: User, reason: str = "") -> str:
    """A password for the next sign-in, where the person chooses their own; told this once.

    The caller holds the person's lock and has asked whether the actor may.
    """
    drawn = crockford.draw(15).lower()
    first = "-".join((drawn[:5], drawn[5:10], drawn[10:]))
    _set(user, first, is_temporary=True)
    record(
        Entry.Kind.ACCOUNT_CHANGED, actor, user, person=user, reason=reason, what="first_password"
    )
    end_sessions(user, actor, why="password")
    return first


def _used_before(user: User, new: str) -> list[str]:
    """The present password and those before it, as many as the profile remembers."""
    if user.password_is_temporary or not (many := profile().remembered):
        same = user.check_password(new)
        return [_("Hãy chọn mật khẩu khác mật khẩu hiện tại.")] if same else []
    before = user.past_passwords.order_by("-pk").values_list("password", flat=True)[: many - 1]
    if any(check_password(new, each) for each in (user.password, *before)):
        return [_("Hãy chọn mật khẩu khác %(many)d mật khẩu gần nhất.") % {"many": many}]
    return []


def _set(user: User, new: str, *, is_temporary: bool) -> None:
    """The caller holds the lock. What the profile will ask for later is kept, no more."""
    if (many := profile().remembered) and user.has_usable_password():
        PastPassword.objects.create(user=user, password=user.password)
        kept = user.past_passwords.order_by("-pk").values("pk")[: many - 1]
        user.past_passwords.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    user.set_password(new)
    user.password_set_at, user.password_is_temporary = clock.now(), is_temporary
    user.save(update_fields=["password", "password_set_at", "password_is_temporary"])
