"""Anybody may see how the province works: from real rows, a share of nothing is a dash."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier
from portal.core import clock
from portal.reports import counters
from portal.reports.demo.cast import communes
from tests.cast import Cast
from tests.procedures.pages import text_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=clock.ZONE)
NOVEMBER = counters.Period.month_of(date(2026, 11, 1), NOW)


def row(cast: Cast, **facts: object) -> Dossier:
    """A sent dossier that came to stand as the facts say."""
    dossier = cast.an.submits()
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=NOW - timedelta(days=1), **facts)
    return dossier


def test_with_no_dossier_every_share_is_a_dash(client: Client) -> None:
    with clock.shifted_to(NOW):
        for address in ("/", "/tien-do"):
            words = text_of(client.get(address))
            assert "0 hồ sơ nhận được" in words.replace("hồ sơ nhận được 0", "0 hồ sơ nhận được")
            assert "—" in words
            assert "0,0%" not in words
        told = client.get("/api/v1/statistics/summary").json()
    assert told["received"] == 0
    assert told["share_on_time"] is None
    assert told["share_online"] is None


def test_counters_follow_the_rows(cast: Cast) -> None:
    row(cast)
    row(cast, channel="truc_tiep")
    for punctuality in ("early", "on_time", "late"):
        row(cast, state="returned", resolved_at=NOW - timedelta(hours=1), punctuality=punctuality)
    row(cast, state="processing", due_at=NOW - timedelta(minutes=1))
    row(cast, state="supplement", due_at=NOW - timedelta(minutes=1))
    cast.an.drafts()
    told = counters.of_province(NOVEMBER, NOW)
    assert told == counters.Counters(
        received=7, online=6, early=1, on_time=1, late=1, at_work=4, overdue=1
    )
    assert told.resolved == 3
    assert told.share_on_time == Decimal("66.67")
    assert told.share_online == Decimal("85.71")
    assert told.in_time == 3


def test_a_month_takes_its_first_instant_and_leaves_out_the_next_months(cast: Cast) -> None:
    first = datetime(2026, 11, 1, tzinfo=clock.ZONE)
    row(cast).__class__.objects.update(submitted_at=first)
    october = counters.Period.month_of(date(2026, 10, 1), NOW)
    assert counters.of_province(NOVEMBER, NOW).received == 1
    assert counters.of_province(october, NOW).received == 0
    Dossier.objects.update(submitted_at=first - timedelta(microseconds=1))
    assert counters.of_province(NOVEMBER, NOW).received == 0
    assert counters.of_province(october, NOW).received == 1


def test_december_ends_with_the_year() -> None:
    later = datetime(2027, 3, 1, tzinfo=clock.ZONE)
    december = counters.Period.month_of(date(2026, 12, 1), later)
    assert december.until == datetime(2027, 1, 1, tzinfo=clock.ZONE)
    assert counters.last_months(date(2027, 1, 31), 3) == [
        date(2027, 1, 1), date(2026, 12, 1), date(2026, 11, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, None), (0, 5, "0.00"), (1, 3, "33.33"), (2, 3, "66.67")]
)
def test_a_share_has_two_decimals_or_is_nothing(part: int, whole: int, percent: str | None) -> None:
    assert counters.share(part, whole) == (Decimal(percent) if percent else None)


def test_each_agency_has_its_row_and_the_csv_the_same(client: Client, cast: Cast) -> None:
    one, other = communes(2)
    for agency in (one, one, other):
        dossier = cast.an.submits(agency=agency)
        Dossier.objects.filter(pk=dossier.pk).update(submitted_at=NOW - timedelta(days=1))
    with clock.shifted_to(NOW):
        page = client.get("/tien-do")
        table = client.get("/tien-do.csv").content.decode("utf-8-sig").splitlines()
    rows = {agency.pk: counted.received for agency, counted in page.context["rows"]}
    assert rows == {one.pk: 2, other.pk: 1}
    assert page.context["sum"].received == 3
    assert len(table) == 3
    assert f"{one.code},{one.name},2,2,0,0,0,0,2,0" in table


def test_the_table_costs_the_same_queries_for_one_agency_and_for_many(
    client: Client, cast: Cast
) -> None:
    row(cast)
    with clock.shifted_to(NOW), CaptureQueriesContext(connection) as one:
        assert client.get("/tien-do").context["agencies"] == 1
    for agency in communes(12):
        dossier = cast.an.submits(agency=agency)
        Dossier.objects.filter(pk=dossier.pk).update(submitted_at=NOW - timedelta(days=1))
    with clock.shifted_to(NOW), CaptureQueriesContext(connection) as many:
        assert client.get("/tien-do").context["agencies"] == 12
    assert len(one) == len(many) <= 5


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-11-01", "2999-01", "2026-1"])
def test_a_month_nobody_can_read_is_named(client: Client, month: str) -> None:
    answer = client.get("/api/v1/statistics/summary", {"month": month})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["month"]
    page = client.get("/tien-do", {"thang": month})
    assert page.status_code == 200
    assert page.context["month"] == clock.today().replace(day=1)


def test_the_summary_says_of_what_time_it_speaks(client: Client) -> None:
    with clock.shifted_to(NOW):
        answer = client.get("/api/v1/statistics/summary?month=2026-10")
    assert answer.json()["period"] == {
        "begins_at": "2026-10-01T00:00:00+07:00",
        "ends_at": "2026-11-01T00:00:00+07:00",
    }
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
