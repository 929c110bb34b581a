"""The account desk: making accounts, opening them anew, shutting them."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.desk_rules import may_keep_account, may_place, reaches_beyond
from portal.accounts.models import ADMIN_ROLES, Agency, SecondFactor, User
from portal.accounts.services import passwords, postings
from portal.accounts.services.ending import end_sessions
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import field_keys
from portal.core.refusals import NotNow


@transaction.atomic
def make_account(
    actor: User,
    *,
    username: str,
    full_name: str,
    email: str,
    identity_number: str,
    agency: Agency,
    role: str,
    valid_from: date,
    valid_to: date | None,
) -> tuple[User, str]:
    """An account with its first posting; returns it with its first password, told this once."""
    user = User(
        username=username, full_name=full_name, email=email, identity_number=identity_number
    )
    if role in ADMIN_ROLES or not may_place(actor, user, agency, role):
        raise PermissionDenied("make an account")
    refuse_second_account(identity_number)
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("Tên đăng nhập này đã có người dùng.")})
    user.set_unusable_password()
    user.save()
    _written(actor, user, what="account", new="made")
    postings.place(actor, user, agency=agency, role=role, valid_from=valid_from, valid_to=valid_to)
    return user, passwords.give_first(actor, user)


def refuse_second_account(identity_number: str) -> None:
    """One person serves under one account, or an interest in a case would not be seen."""
    same = User.objects.filter(
        identity_hash__in=field_keys.keyed_hashes(identity_number), postings__isnull=False
    )
    if same.exists():
        raise ValidationError(
            {"identity_number": _("Người có số này đã có tài khoản cán bộ; hãy giao thêm vị trí.")}
        )


@transaction.atomic
def give_password(actor: User, user_id: int, reason: str) -> str:
    """A first password in place of a forgotten one, told this once."""
    user = _kept_alone(actor, user_id)
    return passwords.give_first(actor, user, reason)


@transaction.atomic
def reset_codes(actor: User, user_id: int, reason: str) -> None:
    """The person enrols a phone anew at the next sign-in."""
    forget_codes(actor, _kept_alone(actor, user_id), reason)


def forget_codes(actor: User | None, user: User, reason: str) -> None:
    """No phone and no code on paper counts any more; the caller holds the person's lock."""
    SecondFactor.objects.filter(user=user).delete()
    _written(actor, user, reason, what="codes", old="phone", new="")
    end_sessions(user, actor, why="codes")


@transaction.atomic
def shut(actor: User, user_id: int, reason: str) -> None:
    """Nobody signs in with this account any more; whoever is in is out at once."""
    _turn(actor, user_id, reason, is_active=False)


@transaction.atomic
def reopen(actor: User, user_id: int, reason: str) -> None:
    """The account may be used again."""
    _turn(actor, user_id, reason, is_active=True)


def _turn(actor: User, user_id: int, reason: str, *, is_active: bool) -> None:
    user = _kept(actor, user_id)
    if user.is_active == is_active:
        raise NotNow(_("Tài khoản đã ở tình trạng đó rồi."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    _written(actor, user, reason, what="is_active", old=not is_active, new=is_active)
    if not is_active:
        end_sessions(user, actor, why="shut")


def _kept(actor: User, user_id: int) -> User:
    """The person, locked, if the actor looks after the whole account."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not may_keep_account(actor, user):
        raise PermissionDenied("keep an account")
    return user


def _kept_alone(actor: User, user_id: int) -> User:
    """The same, for what would let the actor in as somebody who reaches beyond one agency."""
    user = _kept(actor, user_id)
    if reaches_beyond(user):
        raise PermissionDenied("needs a second administrator")
    return user


def _written(actor: User | None, user: User, reason: str = "", **details: Any) -> None:
    record(Entry.Kind.ACCOUNT_CHANGED, actor, user, person=user, reason=reason, **details)
