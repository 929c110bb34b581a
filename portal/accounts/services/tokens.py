"""Giving out bearer tokens, finding whose one is, taking them back."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from portal.accounts.models import Token, User
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock

MARK = "mc_"
USED_EVERY = timedelta(hours=1)


@transaction.atomic
def issue(user: User, scopes: list[str], days: int) -> str:
    """A new token for the person, good for so many days; it is told this once."""
    secret = MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, digest=_digest(secret), scopes=sorted(set(scopes)),
        expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip
    record(
        Entry.Kind.ACCOUNT_CHANGED, None, token, person=user,
        what="token_issued", scopes=token.scopes, days=days,
    )  # fmt: skip
    return secret


def owner_of(secret: str) -> Token | None:
    """The valid token with that secret; that it was used is written once an hour."""
    now = clock.now()
    valid = Token.objects.valid_at(now).select_related("user")
    token: Token | None = valid.filter(digest=_digest(secret)).first()
    if token is not None:
        long_ago = Q(used_at__isnull=True) | Q(used_at__lt=now - USED_EVERY)
        Token.objects.filter(long_ago, pk=token.pk).update(used_at=now)
    return token


@transaction.atomic
def revoke_all(user: User) -> int:
    """Take back every token of the person; returns how many opened something until now."""
    now = clock.now()
    keys = list(Token.objects.valid_at(now).filter(user=user).values_list("pk", flat=True))
    taken: int = Token.objects.filter(pk__in=keys).update(revoked_at=now)
    record(Entry.Kind.ACCOUNT_CHANGED, None, user, person=user, what="tokens_revoked", many=taken)
    return taken


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
