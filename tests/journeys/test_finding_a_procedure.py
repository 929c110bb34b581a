"""Khách comes to the portal for the first time and gets as far as the door of a dossier."""

import re

import pytest
from django.test import Client

from tests.cast import Cast
from tests.procedures.pages import text_of

pytestmark = pytest.mark.django_db


def links(client: Client, address: str) -> list[str]:
    """The portal's own addresses a page links to."""
    page = client.get(address, follow=True)
    assert page.status_code == 200, address
    found = re.findall(r'href="([^"#]+)', page.content.decode())
    inside = [link for link in found if link.startswith("/") and "/static/" not in link]
    return [link.replace("&amp;", "&") for link in inside]


def test_khach_goes_from_the_home_page_to_the_door_of_a_dossier(client: Client) -> None:
    assert 'action="/thu-tuc"' in client.get("/").content.decode()
    found = client.get("/thu-tuc", {"q": "lam giay khai sinh"})
    first = found.context["rows"][0]
    assert first["name"] == "Đăng ký khai sinh"
    page = client.get(
        f"/thu-tuc/{first['code']}", {"truong_hop": "qua_han", "co_quan": "phu thuan"}
    )
    assert "Ủy ban nhân dân xã Phú Thuận" in text_of(page)
    start = client.get(page.context["start_url"])
    assert start.status_code == 302
    assert start["Location"].startswith("/dang-nhap?next=")


def test_an_signed_in_reaches_the_start_with_what_was_chosen(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    page = client.get("/thu-tuc/1.001193", {"truong_hop": "qua_han", "co_quan": "phu thuan"})
    assert page["Cache-Control"] == "private, no-cache"
    start = client.get(page.context["start_url"])
    assert start.status_code == 200
    assert (start.context["case"], start.context["agency"]) == (
        "qua_han", page.context["place"].agency.code,
    )  # fmt: skip


@pytest.mark.heavy
def test_every_link_of_the_home_page_leads_somewhere(client: Client) -> None:
    for link in sorted(set(links(client, "/"))):
        assert client.get(link, follow=True).status_code == 200, link


def test_all_25_essential_services_are_there_and_those_done_elsewhere_say_where(
    client: Client,
) -> None:
    page = client.get("/")
    services = [s for group in page.context["groups"] for s in group.services]
    assert len(services) == 25
    elsewhere = page.context["groups"][-1]
    assert elsewhere.title == "Làm ở cơ quan khác"
    assert [bool(s.where) for s in elsewhere.services] == [True] * 4
    assert "Tập đoàn Điện lực" in text_of(page)
    assert "(S6)" not in text_of(page)


def test_each_life_event_opens_its_procedures(client: Client) -> None:
    events = [event for _title, rows in client.get("/").context["events"] for event in rows]
    assert len(events) == 8
    for event in events:
        found = client.get("/thu-tuc", {"viec": event.key})
        assert found.context["total"] == event.procedures.count(), event.key


def test_khach_looks_a_dossier_up_from_the_home_page_without_any_cookie(cast: Cast) -> None:
    dossier = cast.an.submits()
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get("/")
    assert 'name="code"' in page.content.decode()
    answer = stranger.post("/tra-cuu", {"code": dossier.code, "secret": dossier.lookup_secret})
    assert answer.status_code == 200
    assert dossier.code in text_of(answer)
    assert cast.an.full_name not in text_of(answer)
    wrong = stranger.post("/tra-cuu", {"code": dossier.code, "secret": "AAAAAAAA"})
    assert wrong.status_code == 404


def test_what_the_home_page_promises_is_counted(client: Client) -> None:
    offer = client.get("/").context["offer"]
    assert offer == {"online": 76, "whole": 58, "proposed": 76}
    assert "Giảm 50%" not in text_of(client.get("/"))
