"""Rubbish in the forms of the configuration is refused by name and breaks no page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Agency
from portal.calendars.models import OfficeHours
from tests.cast import Cast
from tests.journeys.browsing import press, words_of


@pytest.fixture
def hoa(cast: Cast) -> Client:
    """The system administrator, signed in."""
    client = Client()
    client.force_login(cast.hoa.user)
    return client


@pytest.mark.parametrize("typed", ["abc", "-1", "１２", "9" * 400])
def test_a_choice_that_is_no_number_is_named(hoa: Client, typed: str) -> None:
    agency = Agency.objects.order_by("pk")[0]
    page: Any = hoa.get(reverse("admin:accounts_agency_change", args=[agency.pk]))
    answer: Any = press(hoa, page, parent=typed)
    assert answer.status_code == 400
    assert "“parent”" in words_of(answer)


def test_a_control_character_is_named_and_nothing_changes(hoa: Client) -> None:
    agency = Agency.objects.order_by("pk")[0]
    page: Any = hoa.get(reverse("admin:accounts_agency_change", args=[agency.pk]))
    answer: Any = press(hoa, page, note="a\x07b")
    assert answer.status_code == 400
    assert "“note”" in words_of(answer)
    assert Agency.objects.get(pk=agency.pk).note == agency.note


def test_a_save_without_the_stamp_of_the_row_is_a_conflict(hoa: Client) -> None:
    agency = Agency.objects.order_by("pk")[0]
    address = reverse("admin:accounts_agency_change", args=[agency.pk])
    assert hoa.post(address, {"note": "mất dấu"}).status_code == 409


@pytest.mark.parametrize("typed", ["-1", "NaN", "[[1]]", '[["7h", "x"]]', "{}"])
def test_office_hours_that_are_none_are_refused_on_the_page(cast: Cast, typed: str) -> None:
    client, hours = Client(), OfficeHours.objects.order_by("pk")[0]
    client.force_login(cast.thutuc.user)
    page: Any = client.get(reverse("admin:calendars_officehours_change", args=[hours.pk]))
    answer: Any = press(client, page, intervals=typed)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert OfficeHours.objects.get(pk=hours.pk).intervals == hours.intervals
