"""Who comes to the account desk, and whose account it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from portal.accounts.desk_rules import people_of
from portal.accounts.models import User

View = Callable[..., HttpResponseBase]


def at_desk(view: View) -> View:
    """Only for whoever keeps accounts today; 403 for everybody else who is in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).keeps_accounts:
            raise PermissionDenied("account desk")
        return view(request, *args, **kwargs)

    return never_cache(login_required(opened))


def actor_of(request: HttpRequest) -> User:
    """The person at the desk; views behind a login only."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    return request.user


def person_of(request: HttpRequest, pk: int) -> User:
    """An account the person at the desk looks after, or 404."""
    return get_object_or_404(people_of(actor_of(request)), pk=pk)
