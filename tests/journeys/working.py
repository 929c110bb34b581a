"""How officers work in these journeys: sign in, take the work on, open a move, press its button."""

from typing import Any

from django.test import Client

from dossiers.models import Dossier
from tests.cast import Person
from tests.journeys.browsing import page_of, press
from tests.phones import code_on_phone


def address(dossier: Dossier, move: str = "") -> str:
    """The officers' page of a dossier, or of one move."""
    return f"/can-bo/ho-so/{dossier.code}" + (f"/{move}" if move else "")


def buttons_on(response: Any) -> list[str]:
    """The moves that the page of a dossier offers, in their order."""
    links = page_of(response).findall('.//main//div[@class="actions"]/a')
    return [link.get("href").rsplit("/", 1)[-1] for link in links]


def take_on(client: Client, person: Person, dossier: Dossier) -> Any:
    """Sign in, take on every piece of work the page offers, and look at the page again."""
    client.force_login(person.user)
    page = client.get(address(dossier))
    actions = [form.get("action") or "" for form in page_of(page).findall(".//main//form")]
    for action in (each for each in actions if each.endswith("/nhan")):
        taken: Any = client.post(action)
        assert taken["Location"] == address(dossier)
        page = client.get(address(dossier))
    return page


def make(client: Client, dossier: Dossier, move: str, **typed: Any) -> Any:
    """Open the page of a move, fill it in and press its button; the dossier's page follows."""
    page = client.get(address(dossier, move))
    assert page.status_code == 200, (move, page.status_code)
    answer: Any = press(client, page, **typed)
    if answer.status_code == 200:  # a signature: the head gives the code of the phone
        code = code_on_phone(answer.wsgi_request.user.username)
        answer = press(client, answer, ma_xac_nhan=code)
    assert answer.status_code == 302, (move, answer.status_code)
    assert answer["Location"] == address(dossier)
    return client.get(answer["Location"])
