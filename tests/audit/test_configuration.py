"""Who changed the configuration stands in the log, with what was there before."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import Entry
from portal.calendars.models import DayOff
from tests.cast import Cast
from tests.journeys.browsing import press


@pytest.fixture
def lap(cast: Cast) -> Client:
    """The procedure administrator, signed in."""
    client = Client()
    client.force_login(cast.thutuc.user)
    return client


def lines() -> list[Entry]:
    return list(Entry.objects.filter(kind=Entry.Kind.CONFIGURED).order_by("pk"))


def test_old_and_new_of_a_day_off(cast: Cast, lap: Client) -> None:
    day = DayOff.objects.order_by("pk")[0]
    page: Any = lap.get(reverse("admin:calendars_dayoff_change", args=[day.pk]))
    assert press(lap, page, name="Nghỉ lễ khác").status_code == 302
    (line,) = lines()
    assert (line.actor, line.subject, line.subject_key) == (
        cast.thutuc.user, "calendars.dayoff", str(day.pk),
    )  # fmt: skip
    assert line.details == {
        "what": "changed", "fields": {"name": [day.name, "Nghỉ lễ khác"]}, "rows": [],
    }  # fmt: skip


def test_a_page_that_changes_nothing_is_told_as_that(cast: Cast, lap: Client) -> None:
    day = DayOff.objects.order_by("pk")[0]
    page: Any = lap.get(reverse("admin:calendars_dayoff_change", args=[day.pk]))
    assert press(lap, page).status_code == 302
    (line,) = lines()
    assert line.details["fields"] == {}
