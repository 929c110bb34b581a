"""Letting somebody in and out; each leaves a line in the log."""

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.audit.recording import record

LOCAL = "django.contrib.auth.backends.ModelBackend"
# In the session of whoever came from the identity provider, where another session is still open.
BY_IDENTITY = "by_identity"


@transaction.atomic
def let_in(request: HttpRequest, user: User, *, means: str) -> None:
    """Sign the person in under a new session key; `means` says how they proved who they are."""
    login(request, user, backend=LOCAL)
    record(Entry.Kind.SIGNED_IN, user, user, person=user, means=means)


@transaction.atomic
def let_out(request: HttpRequest) -> None:
    """End the session under way."""
    if isinstance(request.user, User):
        record(Entry.Kind.SIGNED_OUT, request.user, request.user, person=request.user)
    logout(request)
