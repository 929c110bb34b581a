"""Who calls the JSON API: here by the session of the pages, with its proof of origin (CSRF)."""

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SignedIn(SessionAuthentication):
    """The session; whoever has none is told 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for; its presence is what makes it a 401."""
        return "Session"


class SignedInScheme(SessionScheme):
    """The same in the OpenAPI."""

    target_class = "portal.core.api_sessions.SignedIn"
