"""An's browser as it sends a file in pieces, call by call."""

import hashlib
from typing import Any

from django.test import Client

from dossiers.models import Dossier
from procedures.models import Component
from tests.cast import Person


def digest(content: bytes) -> str:
    """What the calls name a content by."""
    return hashlib.sha256(content).hexdigest()


def paper_of(dossier: Dossier) -> Component:
    """The first paper of the procedure that takes files."""
    papers = dossier.procedure_version.components.order_by("no")
    return next(paper for paper in papers if paper.takes_files)


class Sender:
    """One person's browser."""

    def __init__(self, person: Person | None) -> None:
        self.client = Client()
        if person is not None:
            self.client.force_login(person.user)

    def announce(
        self, draft: Dossier, content: bytes, name: str = "giấy chứng sinh.png", **changed: Any
    ) -> Any:
        """Say what will come; `changed` tells something else than the truth."""
        facts = {
            "dossier": draft.pk, "paper": paper_of(draft).no, "name": name,
            "length": len(content), "sha256": digest(content), **changed,
        }  # fmt: skip
        return self.client.post("/tai-len", facts)

    def begin(self, draft: Dossier, content: bytes, name: str = "giấy chứng sinh.png") -> str:
        """The number of a file that was announced and taken."""
        answer = self.announce(draft, content, name)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def put(self, number: str, offset: int | str, piece: bytes, told: str | None = None) -> Any:
        """One piece; `told` is another digest than its own."""
        return self.client.put(
            f"/tai-len/{number}", piece, "application/octet-stream",
            headers={"Upload-Offset": str(offset), "Piece-Sha256": told or digest(piece)},
        )  # fmt: skip

    def where(self, number: str) -> Any:
        """How far the portal says it has come."""
        return self.client.get(f"/tai-len/{number}")

    def send_all(self, number: str, content: bytes, size: int = 1000) -> None:
        """Every piece from the first to the last."""
        for offset in range(0, len(content), size):
            piece = content[offset : offset + size]
            answer = self.put(number, offset, piece)
            assert (answer.status_code, answer.json()["offset"]) == (200, offset + len(piece))

    def attach(self, draft: Dossier, *numbers: str, paper: int | None = None) -> Any:
        """Send the page with the numbers in place of the files."""
        box = f"da-tai-{paper or paper_of(draft).no}"
        page = {"version": draft.version, "di": "tinh", box: list(numbers)}
        return self.client.post(f"/nhap/{draft.pk}/giay-to", page)

    def sent(self, draft: Dossier, content: bytes, name: str = "giấy chứng sinh.png") -> str:
        """Announced, sent and attached; returns the number."""
        number = self.begin(draft, content, name)
        self.send_all(number, content, 100_000)
        assert self.attach(draft, number).status_code == 302
        return number
