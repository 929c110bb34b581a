"""The provider's sandbox, and an issuer of it for each test alone."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from portal.audit.models import Entry
from tests.cast import Cast
from tests.conftest import Sandbox
from tests.identity.visiting import Realm


@pytest.fixture
def realm_called(identity_sandbox: Sandbox) -> Callable[[str], Realm]:
    """An issuer by name; a name such as `jwks-hang` is a trouble."""

    def called(name: str) -> Realm:
        issuer = f"{identity_sandbox.url}/{name}-{uuid4().hex[:8]}"
        return Realm(issuer, identity_sandbox.client_id, identity_sandbox.client_secret)

    return called


@pytest.fixture
def realm(realm_called: Callable[[str], Realm]) -> Realm:
    """An issuer without trouble that nobody else uses."""
    return realm_called("a")


@pytest.fixture
def speaks_to(settings: Any) -> Callable[[Realm], None]:
    """Set the portal up for an issuer."""

    def speak(realm: Realm) -> None:
        settings.OIDC_ISSUER = realm.issuer
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = realm.client_id, realm.client_secret

    return speak


@pytest.fixture
def identity(realm: Realm, speaks_to: Callable[[Realm], None]) -> Realm:
    """The portal speaks to an issuer that nobody else uses."""
    speaks_to(realm)
    return realm


@pytest.fixture
def log(cast: Cast) -> Callable[[], QuerySet[Entry]]:
    """What the log says of this test alone: nothing removes the lines of others."""
    newest = Entry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    return lambda: Entry.objects.filter(pk__gt=newest).order_by("pk")
