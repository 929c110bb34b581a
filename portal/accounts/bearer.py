"""A program calls the JSON API with a bearer token instead of a session."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.models import Token, User
from portal.accounts.services import tokens


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer mc_…`: acts as the token's owner, within its scopes."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The owner and the token; 401 for a token that opens nothing."""
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.owner_of(secret.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(_("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    """The same in the OpenAPI."""

    target_class = "portal.accounts.bearer.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An HTTP bearer token."""
        return {"type": "http", "scheme": "bearer"}
