"""A browser without script: reads the form on a page, presses a button, follows nothing unasked."""

from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from lxml import html


def page_of(response: Any) -> html.HtmlElement:
    """The page as a tree."""
    return html.fromstring(response.content.decode())


def words_of(response: Any) -> str:
    """The words between the header and the footer, as one line."""
    return " ".join(page_of(response).find(".//main").text_content().split())


def form_on(response: Any) -> dict[str, Any]:
    """What the page's own form would send as it stands, without any button.

    A form that leads elsewhere is not the page's own, unless it is the only one.
    """
    every = page_of(response).findall('.//main//form[@method="post"]')
    forms = [form for form in every if not form.get("action")] or every
    assert len(forms) == 1, len(forms)
    sent: dict[str, Any] = {}
    for name, value in forms[0].form_values():
        sent.setdefault(name, []).append(value)
    return sent


def links_on(response: Any) -> list[str]:
    """Where the links of the page lead."""
    return [link.get("href") for link in page_of(response).find(".//main").iter("a")]


def press(client: Client, page: Any, **changed: Any) -> HttpResponseBase:
    """Send the form of a page with some fields changed, the way the browser would."""
    sent = {**form_on(page), **changed}
    return client.post(page.wsgi_request.get_full_path(), sent)


def download(client: Client, address: str) -> bytes:
    """The bytes of a file the portal hands out."""
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Disposition"].startswith("attachment;")
    return bytes(b"".join(answer.streaming_content))


def same(response: Any) -> bytes:
    """The page without the tokens that are new each time it is drawn."""
    tree = page_of(response)
    for field in tree.iter("input"):
        if field.get("name") == "csrfmiddlewaretoken":
            field.set("value", "")
    drawn: bytes = html.tostring(tree)
    return drawn
