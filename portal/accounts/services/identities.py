"""Whose account it is that an identity provider vouches for."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from portal.accounts.identity_numbers import is_personal_number
from portal.accounts.models import Identity, Posting, User
from portal.accounts.names import clean_name, is_same_name
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core.field_keys import keyed_hashes

LONGEST_NAME = 120


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody; what it could not say in a readable way is empty."""

    issuer: str
    subject: str
    full_name: str
    identity_number: str
    birth_date: date | None


class NotTaken(Exception):
    """The proof is good and lets nobody in; `why` is the word for the log and for the page."""

    def __init__(self, why: str, user: User | None = None) -> None:
        self.why, self.user = why, user
        super().__init__(why)


def account_of(vouched: Vouched) -> User:
    """The account of whom the provider vouches for, made at the first sign-in; or NotTaken.

    1. Who signed in before is known by issuer and subject, and by nothing else.
    2. At the first sign-in the identity number leads to the one citizen who has it.
    3. Who has no account gets one, without a password.
    """
    try:
        with transaction.atomic():
            return _known(vouched) or _newcomer(vouched)
    except IntegrityError:
        # The same person came in at the same moment through another door, and was first.
        with transaction.atomic():
            if (user := _known(vouched)) is None:
                raise
            return user


def _known(vouched: Vouched) -> User | None:
    found = Identity.objects.filter(issuer=vouched.issuer, subject=vouched.subject)
    identity = found.select_related("user").first()
    if identity is None:
        return None
    user = identity.user
    if not user.is_active:
        raise NotTaken("inactive", user)
    if user.is_staff or user.is_superuser or user.is_officer:
        raise NotTaken("staff", user)
    number = vouched.identity_number
    # Another number under the same subject is another person, or work for a human being.
    if is_personal_number(number) and user.identity_hash not in ["", *keyed_hashes(number)]:
        raise NotTaken("another_number", user)
    _refresh(user, vouched)
    return user


def _newcomer(vouched: Vouched) -> User:
    """Without a readable number one person would become two: then nobody is let in."""
    if not is_personal_number(vouched.identity_number):
        raise NotTaken("number")
    user = _citizen_like(vouched)
    is_new = user is None
    user = user or _new_citizen(vouched)
    identity = Identity.objects.create(user=user, issuer=vouched.issuer, subject=vouched.subject)
    change = "account made" if is_new else "identity linked"
    record(Entry.Kind.ACCOUNT_CHANGED, user, identity, person=user, change=change)
    _refresh(user, vouched)
    return user


def _citizen_like(vouched: Vouched) -> User | None:
    """The only citizen with that number, unless this issuer knows them under another name.

    Officers, past or present, are never found: their accounts have a door of their own. Nor is an
    account in which neither name nor date of birth agrees: there the number was typed wrong once.
    The row is locked, so that two names of one number cannot both be linked to it.
    """
    postings = Posting.objects.filter(user=OuterRef("pk"))
    same = User.objects.select_for_update(of=("self",)).filter(
        ~Exists(postings),
        identity_hash__in=keyed_hashes(vouched.identity_number),
        is_staff=False,
        is_superuser=False,
    )
    rows = list(same)
    active = [user for user in rows if user.is_active]
    if rows and not active:
        raise NotTaken("inactive", rows[0])  # a closed account is not walked around
    if len(active) != 1 or active[0].identities.filter(issuer=vouched.issuer).exists():
        return None
    agrees = is_same_name(active[0].full_name, vouched.full_name)
    return active[0] if agrees or active[0].birth_date == vouched.birth_date else None


def _new_citizen(vouched: Vouched) -> User:
    name = clean_name(vouched.full_name)
    if not _is_writable(name):
        raise NotTaken("name")
    user = User(
        username=f"dd-{secrets.token_hex(10)}",
        full_name=name,
        identity_number=vouched.identity_number,
        birth_date=vouched.birth_date,
    )
    user.set_unusable_password()
    user.save()
    return user


def _refresh(user: User, vouched: Vouched) -> None:
    """Take over a new name or date of birth; a name in other capitals is the same name."""
    changed: dict[str, Any] = {}
    name = clean_name(vouched.full_name)
    if _is_writable(name) and not is_same_name(user.full_name, name):
        changed["full_name"] = name
    if vouched.birth_date not in (None, user.birth_date):
        changed["birth_date"] = vouched.birth_date
    if not changed:
        return
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=[*changed])
    record(Entry.Kind.ACCOUNT_CHANGED, user, user, person=user, fields=sorted(changed))


def _is_writable(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME


def note_failure(why: str, user: User | None = None) -> None:
    """Write that somebody came from the identity provider and was not let in."""
    record(Entry.Kind.SIGN_IN_FAILED, None, user, person=user, means="oidc", why=why)
