"""The first gate of every request: the row of its route in the policy.

Fail closed: a route nobody wrote a row for does not exist. Strangers go on to the view, which
asks them to sign in and keeps what they typed; nothing is decided for them here. Whoever is
signed in and was refused, here or behind, stands in the log.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from portal.accounts.models import Token, User
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import limits
from portal.policy import ANYBODY, PERSON, SCOPES, About, roles_of, row_of

log = logging.getLogger(__name__)
REFUSED = (403, 404)
# So many refusals of one person in an hour are written one by one; the rest would fill the log.
MOST_WRITTEN, HOUR = 200, 3600


def name_of(match: ResolverMatch | None) -> str:
    """The full name of the route, empty where it has none."""
    if match is None:
        return ""
    return ":".join([*match.namespaces, match.url_name or ""])


def admit(match: ResolverMatch | None, user: Any) -> None:
    """Let pass, or raise: 404 where the address names a thing, else 403."""
    row = row_of(match.route, name_of(match)) if match else None
    if row is None:
        log.error("no row in the policy: %s", match.route if match else "")
        raise Http404
    # Asked in this order, so that strangers' pages touch no session and people's no postings.
    if ANYBODY in row.who or not user.is_authenticated or PERSON in row.who:
        return
    if not roles_of(user) & row.who:
        if row.about is About.NOTHING:
            raise PermissionDenied("policy")
        raise Http404


class PolicyGate:
    """Refuses whoever has no business at a route, and writes refusals down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.get_response(request)
        match = request.resolver_match
        if answer.status_code in REFUSED and match and isinstance(request.user, User):
            _write_down(request.user, name_of(match) or match.route, answer.status_code)
        return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Let pass, or raise."""
        admit(request.resolver_match, request.user)


def _write_down(user: User, door: str, status: int) -> None:
    """A line of the log: who was refused at which door; never what stood in the address."""
    try:
        limits.take("refusals", str(user.pk), most=MOST_WRITTEN, seconds=HOUR)
    except limits.TooMany:
        return
    role = user.current_postings[0].role if user.current_postings else ""
    record(Entry.Kind.REFUSED, user, role=role, door=door, status=status)


class InPolicy(IsAuthenticated):
    """For the API: somebody is in, the route is open to them, and their token reaches so far."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask the policy anew: who calls with a token is known only now."""
        if not super().has_permission(request, view):
            return False
        admit(request.resolver_match, request.user)
        if not isinstance(request.auth, Token):
            return True
        look, change = SCOPES.get(name_of(request.resolver_match), ("", ""))
        return (look if request.method in SAFE_METHODS else change) in request.auth.scopes
