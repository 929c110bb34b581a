"""How people call the JSON API in these tests: with their session and its proof of origin."""

from typing import Any
from uuid import uuid4

from django.test import Client

from dossiers.models import Dossier
from tests.cast import Person
from tests.phones import step_up

ROOT = "/api/v1/dossiers"


class Caller:
    """A program that speaks for one person, with CSRF checked as in real life."""

    def __init__(self, person: Person | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if person is not None:
            self.client.force_login(person.user)
            step_up(self.client)
        self.client.cookies["csrftoken"] = "a" * 32
        self.proof = {"X-CSRFToken": "a" * 32}

    def get(self, address: str, **query: Any) -> Any:
        """Read."""
        return self.client.get(address, query)

    def post(self, address: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """Send JSON."""
        return self.client.post(
            address, body or {}, "application/json", headers=self._headers(key, headers)
        )

    def patch(self, address: str, body: Any, key: str = "") -> Any:
        """Change by JSON."""
        return self.client.patch(address, body, "application/json", headers=self._headers(key, {}))

    def upload(self, address: str, body: dict[str, Any], key: str = "") -> Any:
        """Send a multipart form."""
        return self.client.post(address, body, headers=self._headers(key, {}))

    def submit(self, dossier: Any, body: Any = None, key: str = "") -> Any:
        """Hand in a dossier under a key, a fresh one if none is given."""
        return self.post(f"{address_of(dossier)}/submit", body, key=key or uuid4().hex)

    def move(self, dossier: Dossier, move: str, **asked: Any) -> Any:
        """Make a move on the dossier as it stands now."""
        dossier.refresh_from_db()
        body = {"move": move, "version": dossier.version, **asked}
        return self.post(f"{address_of(dossier)}/moves", body)

    def _headers(self, key: str, more: dict[str, str]) -> dict[str, str]:
        return {**self.proof, **({"Idempotency-Key": key} if key else {}), **more}


def address_of(dossier: Any) -> str:
    """Where the API keeps the dossier."""
    return f"{ROOT}/{dossier['id'] if isinstance(dossier, dict) else dossier.public_id}"
