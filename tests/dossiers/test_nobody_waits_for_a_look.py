"""While files are looked into nothing is locked: another tab, and the officer, go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import drafting, stepping
from portal.documents import confinement
from tests.cast import Cast, picture, version_of
from tests.documents.sending import paper_of
from tests.dossiers.calling import Caller, address_of

Act = Callable[[], Any]


@contextmanager
def meanwhile(act: Act) -> Iterator[list[Any]]:
    """At each look into a file somebody else does something; what came of it each time."""
    real, outcomes = confinement.look, []

    def run() -> None:
        try:
            outcomes.append(act() and "done")
        except Exception as error:  # noqa: BLE001 - the outcome is what is asked for
            outcomes.append(repr(error))
        finally:
            connection.close()

    def look(path: str, media_type: str) -> str:
        other = Thread(target=run)
        other.start()
        other.join()
        return real(path, media_type)

    with mock.patch.object(confinement, "look", look):
        yield outcomes


def types(cast: Cast, draft: Dossier) -> Act:
    """An types on in another tab, and begins another draft in a third."""
    an, version = cast.an.again(), version_of("extract-copy")

    def act() -> Any:
        drafting.save(draft.pk, an, None, owner={"full_name": uuid4().hex})
        return drafting.start(an, version, uuid4().hex, another=True)

    return act


def boxes_of(dossier: Dossier) -> list[str]:
    """The boxes of a page, one for each paper that takes files."""
    return [f"tep-{c.no}" for c in dossier.procedure_version.components.all() if c.takes_files][:2]


@pytest.fixture
def browser(committed: Cast) -> Client:
    """An's browser."""
    client = Client()
    client.force_login(committed.an.user)
    return client


def test_an_types_on_while_her_papers_are_looked_into(committed: Cast, browser: Client) -> None:
    draft = committed.an.drafts()
    page: dict[str, Any] = {"di": "tinh", "form_token": uuid4().hex}
    page |= {box: [picture(f"{box} a.png"), picture(f"{box} b.png")] for box in boxes_of(draft)}
    with meanwhile(types(committed, draft)) as outcomes:
        answer = browser.post(f"/nhap/{draft.pk}/giay-to", page)
    assert (answer.status_code, outcomes) == (302, ["done"] * 4)
    assert draft.attachments.count() == 1 + 4


def test_and_while_a_programme_hands_them_in(committed: Cast) -> None:
    draft = committed.an.drafts()
    files = {"component": paper_of(draft).no, "file": [picture("a.png"), picture("b.png")]}
    with meanwhile(types(committed, draft)) as outcomes:
        told = Caller(committed.an).upload(f"{address_of(draft)}/attachments", files, key="k")
    assert (told.status_code, outcomes) == (201, ["done"] * 2)


def test_chi_gives_the_dossier_back_while_a_repair_is_looked_into(
    committed: Cast, browser: Client
) -> None:
    dossier = committed.chi.asks_at_intake(committed.an.submits())
    step, chi = dossier.steps.open().get(), committed.chi.again()
    page = {"form_token": uuid4().hex, boxes_of(dossier)[0]: picture("rõ hơn.png")}
    with meanwhile(lambda: stepping.release(step.pk, chi)) as outcomes:
        answer = browser.post(f"/ho-so/{dossier.code}/bo-sung", page)
    assert (answer.status_code, outcomes) == (302, ["done"])
