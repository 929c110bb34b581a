"""Khách, without an account, asks when something would be due."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from portal.accounts.models import Agency
from portal.calendars.models import Calendar, OfficeHours
from portal.calendars.services import load_holidays
from tests.calendars.times import day

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

urlpatterns = [path("api/v1/", include("portal.calendars.urls"))]

QUESTION = {
    "accepted_at": "2022-10-17T09:00:00+07:00",
    "amount": 5,
    "unit": "working_day",
    "cutoff": None,
    "agency": None,
    "pauses": [],
}


@pytest.fixture(autouse=True)
def _calendar(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)


def ask(body: Any) -> Any:
    """Post without session or CSRF token, as an outside program does."""
    text = body if isinstance(body, str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post("/api/v1/deadlines", text, content_type="application/json")


def test_the_answer_has_the_date_and_every_day() -> None:
    answer = ask(QUESTION)
    assert answer.status_code == 200
    assert answer.json()["due_at"] == "2022-10-24T17:00:00+07:00"
    assert len(answer.json()["explanation"]) == 8
    assert answer.json()["explanation"][5] == {
        "date": "2022-10-22",
        "counted": False,
        "reason": "Thứ Bảy",
    }


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        (
            {"pauses": [{"from": "2022-10-19T10:00:00+07:00", "to": "2022-10-25T14:00:00+07:00"}]},
            "2022-10-31T17:00:00+07:00",
        ),
        (
            {
                "amount": 40,
                "unit": "working_hour",
                "pauses": [{"from": "2022-10-19T03:00:00Z", "to": "2022-10-25T07:00:00Z"}],
            },
            "2022-10-28T11:00:00+07:00",
        ),
        (
            {
                "accepted_at": "2026-11-23T15:20:00+07:00",
                "unit": "same_day",
                "amount": 0,
                "cutoff": "15:00",
            },
            "2026-11-25T17:00:00+07:00",
        ),
        ({"amount": 2.5}, "2022-10-20T17:00:00+07:00"),
        ({"accepted_at": "2022-10-16T18:00:00Z", "amount": 1}, "2022-10-18T17:00:00+07:00"),
        ({"pauses": None}, "2022-10-24T17:00:00+07:00"),
    ],
)
def test_the_worked_examples_hold_over_http(changes: dict[str, Any], due: str) -> None:
    assert ask(QUESTION | changes).json()["due_at"] == due


def test_the_shortest_question_is_enough() -> None:
    answer = ask({"accepted_at": "2026-11-23T09:00:00+07:00", "unit": "same_day"})
    assert answer.json()["due_at"] == "2026-11-23T17:00:00+07:00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": "fortnight"}, "unit"),
        ({"unit": None}, "unit"),
        ({"unit": ["a"]}, "unit"),
        ({"accepted_at": "2022-10-17T09:00:00"}, "accepted_at"),
        ({"accepted_at": "2022-10-17"}, "accepted_at"),
        ({"accepted_at": "2022-02-30T09:00:00+07:00"}, "accepted_at"),
        ({"accepted_at": "0001-01-01T00:00:00+14:00"}, "accepted_at"),
        ({"accepted_at": "9999-12-31T23:59:59-12:00"}, "accepted_at"),
        ({"accepted_at": "٢٠٢٢-10-17T09:00:00+07:00"}, "accepted_at"),
        ({"accepted_at": 1666000000}, "accepted_at"),
        ({"accepted_at": None}, "accepted_at"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "5"}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 1001}, "amount"),
        ({"amount": 0.3}, "amount"),
        ({"amount": 10**300}, "amount"),
        ({"amount": [1]}, "amount"),
        ({"cutoff": "25:00"}, "cutoff"),
        ({"cutoff": "15h"}, "cutoff"),
        ({"cutoff": 15}, "cutoff"),
        ({"cutoff": ""}, "cutoff"),
        ({"agency": "nobody"}, "agency"),
        ({"agency": ""}, "agency"),
        ({"agency": {}}, "agency"),
        ({"agency": "x" * 10_000}, "agency"),
        ({"pauses": {}}, "pauses"),
        ({"pauses": [1]}, "pauses"),
        ({"pauses": [{}]}, "pauses"),
        ({"pauses": [{"from": "2022-10-19T10:00:00+07:00", "to": None}]}, "pauses"),
        (
            {"pauses": [{"from": "2022-10-20T10:00:00+07:00", "to": "2022-10-19T10:00:00+07:00"}]},
            "pauses",
        ),
        (
            {"pauses": [{"from": "2022-10-17T10:00:00+07:00", "to": "2090-10-19T10:00:00+07:00"}]},
            "pauses",
        ),
        (
            {
                "pauses": [{"from": "2022-10-17T10:00:00+07:00", "to": "2022-10-18T10:00:00+07:00"}]
                * 101
            },
            "pauses",
        ),
    ],
)
def test_a_wrong_question_names_its_field(changes: dict[str, Any], field: str) -> None:
    answer = ask(QUESTION | changes)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "5",
        "{",
        json.dumps(QUESTION | {"amount": float("nan")}),
        json.dumps(QUESTION | {"agency": "a\0b"}),
        json.dumps(QUESTION | {"agency": "\ud800"}),
        json.dumps(QUESTION).replace('"amount": 5', '"amount": 1e999'),
    ],
)
def test_a_body_that_is_no_question_is_refused_politely(body: Any) -> None:
    answer = ask(body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_an_agency_is_known_by_its_code_and_its_identifier() -> None:
    Agency.objects.create(
        code="xa-1",
        org_code="H01.101",
        name="Xã Một",
        level="xa",
        kind="ubnd_xa",
        valid_from=day("2025-07-01"),
    )
    own = Calendar.objects.create(code="xa-1", name="Xã Một", agency_code="xa-1")
    OfficeHours.objects.create(calendar=own, intervals=[["08:00", "12:00"]])
    for key in ("xa-1", "H01.101"):
        assert ask(QUESTION | {"agency": key}).json()["due_at"] == "2022-10-24T12:00:00+07:00"


def test_without_a_calendar_the_portal_says_so() -> None:
    Calendar.objects.all().delete()
    answer = ask(QUESTION)
    assert answer.status_code == 503
    assert answer.json()["detail"] == "Chưa nạp lịch làm việc, nên chưa tính được thời hạn."
