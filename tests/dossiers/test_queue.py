"""What waits for an officer: in the right order, on pages without gaps, with counts that hold."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from dossiers.models import NEVER, DossierStep
from portal.accounts.models import Posting, Role, User
from portal.core import clock
from portal.reports.demo.cast import communes
from tests.cast import Cast
from tests.dossiers.backlog import backlog
from tests.journeys.browsing import words_of

PLAIN = """
    SELECT s.id FROM dossiers_dossierstep s
    WHERE s.done_at IS NULL AND s.agency_id = %s
    ORDER BY s.queue_at, s.priority, s.id
"""


@pytest.fixture
def waiting(cast: Cast) -> list[DossierStep]:
    """Several hundred open steps at two communes, some of them claimed by Chi."""
    return backlog(320, cast.an.user, communes(2), claimant=cast.chi.user)


def seen(client: Client, user: User, query: str = "", most: int = 40) -> list[int]:
    """The steps on every page from the first to the last, in the order they are shown."""
    client.force_login(user)
    found: list[int] = []
    for _page in range(most):
        shown = client.get(f"/can-bo{query}").context
        found += [row["step"].pk for row in shown["rows"]]
        query = shown["next"]
        if not query:
            return found
    raise AssertionError("the pages have no end")


def plainly(sql: str, *values: Any) -> list[int]:
    """What a plain statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def test_the_queue_is_due_soonest_first_online_before_paper(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    found = seen(client, cast.chi.user)
    assert found == plainly(PLAIN, communes(1)[0].pk)
    assert len(found) == sum(step.agency_id == communes(1)[0].pk for step in waiting)


def test_rows_due_at_the_same_instant_keep_one_order(client: Client, cast: Cast) -> None:
    steps = backlog(180, cast.an.user, communes(1), due_times=1)
    by_place = sorted(steps, key=lambda step: (step.queue_at, step.priority, step.pk))
    assert seen(client, cast.chi.user) == [step.pk for step in by_place]


def test_pages_neither_skip_nor_repeat_while_rows_arrive(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    client.force_login(cast.giang.user)
    before = set(plainly(PLAIN, communes(1)[0].pk))
    found, query, page = [], "", 0
    while page == 0 or query:
        shown = client.get(f"/can-bo{query}").context
        found += [row["step"].pk for row in shown["rows"]]
        query, page = shown["next"], page + 1
        if page <= 4:
            backlog(9, cast.an.user, communes(1), seed=100 + page)
    assert len(found) == len(set(found))
    assert before - set(found) == set()
    assert found == [pk for pk in plainly(PLAIN, communes(1)[0].pk) if pk in set(found)]


def test_a_row_done_meanwhile_does_not_lose_the_place(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    client.force_login(cast.chi.user)
    every = plainly(PLAIN, communes(1)[0].pk)
    first = client.get("/can-bo").context
    last = first["rows"][-1]["step"]
    DossierStep.objects.filter(pk=last.pk).update(done_at=clock.now())
    second = client.get(f"/can-bo{first['next']}").context
    assert [row["step"].pk for row in second["rows"]] == every[50:100]


VIEWS = {
    "": "true",
    "qua-han": "s.queue_at < %(now)s",
    "hom-nay": "s.queue_at >= %(now)s AND s.queue_at < %(midnight)s",
    "chua-nhan": "s.claimed_by_id IS NULL",
    "cua-toi": "s.claimed_by_id = %(me)s",
    "truc-tuyen": "s.priority = 0",
    "tam-dung": "s.due_at IS NULL",
}


def test_every_count_equals_its_list(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    now = datetime.combine(clock.today(), time(10), clock.ZONE)
    facts = {"me": cast.chi.user.pk, "agency": communes(1)[0].pk, "now": now}
    facts["midnight"] = datetime.combine(clock.today() + timedelta(days=1), time(), clock.ZONE)
    for view, condition in VIEWS.items():
        sql = PLAIN.replace("%s", "%(agency)s").replace("ORDER BY", f"AND {condition} ORDER BY")
        with clock.shifted_to(now), connection.cursor() as cursor:
            cursor.execute(sql, facts)
            expected = [row[0] for row in cursor.fetchall()]
            found = seen(client, cast.chi.user, f"?xem={view}")
            shown = client.get("/can-bo").context
        assert found == expected, view
        assert len(expected) > 0, view
        tabs = {tab["url"]: tab["count"] for tab in shown["views"]}
        assert tabs[f"?xem={view}" if view else "?"] == len(expected), view


def test_counts_hold_under_a_filter_and_across_pages(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    client.force_login(cast.chi.user)
    query = "?kenh=truc_tuyen&thu_tuc=2.000635"
    found = seen(client, cast.chi.user, query)
    agency = communes(1)[0].pk
    mine = [s for s in waiting if s.agency_id == agency and s.priority == 0]
    code = "2.000635"
    expected = {s.pk for s in mine if s.dossier.procedure_version.procedure.code == code}
    assert set(found) == expected
    page = client.get(f"/can-bo{query}")
    assert page.context["total"] == len(expected)
    assert f"trong {len(expected)} việc" in words_of(page)
    assert page.context["procedures"] == sorted(page.context["procedures"], key=lambda row: row[1])
    assert len(page.context["procedures"]) == 3


JUNK = (
    "sau=x", "sau=%FF%FE", "sau=1-2", "sau=1-2-3-4", "sau=-1-0-1", "sau=1-0-" + "9" * 19,
    "sau=" + "9" * 18 + "-0-1", "sau=0-9999-1", "sau=253402214400000000-0-1", "sau=1e5-0-1",
    "sau=%D9%A1-%D9%A1-%D9%A1", "sau=" + "9" * 5000,
    "xem=khong-co", "kenh=tat_ca", "kenh=%27--", "thu_tuc=%27%20OR%201=1", "thu_tuc=" + "9" * 900,
    "q=" + "%25" * 99, "q=___", "q=%E2%80%93", "q=" + "a" * 5000, "q=%27%3B--",
    "sau=&sau=x&xem=&xem=1",
)  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_rubbish_in_the_address_is_harmless(client: Client, cast: Cast, junk: str) -> None:
    backlog(3, cast.an.user, communes(1))
    client.force_login(cast.chi.user)
    answer = client.get(f"/can-bo?{junk}")
    assert answer.status_code == 200
    assert answer.context["views"][0]["count"] in (0, 3)


def test_control_characters_are_refused_with_a_sentence(client: Client, cast: Cast) -> None:
    client.force_login(cast.chi.user)
    assert client.get("/can-bo?q=a%00b").status_code == 400


def test_a_dossier_is_found_by_code_name_and_whole_identity_number(
    client: Client, cast: Cast
) -> None:
    backlog(40, cast.an.user, communes(1))
    wanted = backlog(1, cast.an.user, communes(1), seed=7)[0]
    owner = {"full_name": "Thạch Sa Rươne", "identity_number": "086199004321"}
    _belongs_to(wanted, owner)
    code = wanted.dossier.code or ""
    finding = (code, code.lower(), f" {code} ", code[-12:], "Sa Rươne", "thạch SA")
    for typed in (*finding, "086199004321", "086 199 004 321"):
        assert seen(client, cast.chi.user, f"?q={typed}") == [wanted.pk], typed
    for typed in ("08619900432", "86199004321", "Rươn%", "Rươ_e", "086199004322"):
        assert seen(client, cast.chi.user, f"?q={typed}") == [], typed


def test_an_officer_sees_the_own_role_and_the_own_agency_only(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    home, other = communes(2)
    for who, agency, role in (
        (cast.dung, home, Role.OFFICER),
        (cast.phuong, home, Role.DEPARTMENT_HEAD),
        (cast.van, home, Role.RECORDS_CLERK),
        (cast.dung2, other, Role.OFFICER),
    ):
        mine = {s.pk for s in waiting if s.agency_id == agency.pk and s.role == role}
        assert set(seen(client, who.user)) == mine, who.username
        assert len(mine) > 20


def test_clerk_and_head_see_the_whole_agency(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    home, other = communes(2)
    for who, agency in ((cast.chi, home), (cast.giang, home), (cast.giang2, other)):
        whole = {s.pk for s in waiting if s.agency_id == agency.pk}
        assert set(seen(client, who.user)) == whole, who.username


def test_somebody_with_two_postings_sees_both_in_one_order(
    client: Client, cast: Cast, waiting: list[DossierStep]
) -> None:
    home, other = communes(2)
    Posting.objects.create(
        user=cast.dung.user, agency=other, role=Role.RECEPTION_CLERK, valid_from=date(2024, 1, 1)
    )
    at_home = [s for s in waiting if (s.agency_id, s.role) == (home.pk, Role.OFFICER)]
    mine = at_home + [s for s in waiting if s.agency_id == other.pk]
    mine.sort(key=lambda step: (step.queue_at, step.priority, step.pk))
    assert seen(client, cast.dung.again()) == [step.pk for step in mine]


def test_a_posting_that_has_ended_shows_nothing(client: Client, cast: Cast) -> None:
    backlog(5, cast.an.user, communes(1))
    cast.dung.user.postings.update(valid_to=clock.today() - timedelta(days=1))
    client.force_login(cast.dung.user)
    assert client.get("/can-bo").status_code == 403


@pytest.mark.parametrize("username", ["an", "hoa", "giamsat", "kiemtoan"])
def test_whoever_handles_no_dossiers_sees_none(client: Client, cast: Cast, username: str) -> None:
    backlog(5, cast.binh.user, communes(1))
    client.force_login(getattr(cast, username).user)
    answer = client.get("/can-bo")
    assert answer.status_code == 403 or answer.context["rows"] == []


def test_a_stranger_is_asked_to_sign_in(client: Client, cast: Cast) -> None:
    answer = client.get("/can-bo")
    assert answer.status_code == 302
    assert "/can-bo" in answer["Location"]


def _belongs_to(step: DossierStep, owner: dict[str, str]) -> None:
    step.dossier.owner = owner
    step.dossier.save()


def test_nobody_finds_the_own_case_in_the_queue(client: Client, cast: Cast) -> None:
    as_applicant = backlog(2, cast.chi.user, communes(1), seed=1)
    as_owner, other, unnumbered = backlog(3, cast.an.user, communes(1), seed=2)
    number = {"full_name": "Lê Thị Chi", "identity_number": cast.chi.identity_number}
    _belongs_to(as_owner, number)
    _belongs_to(unnumbered, {"full_name": "Sơn"})
    assert set(seen(client, cast.chi.user)) == {other.pk, unnumbered.pk}
    every = {s.pk for s in (*as_applicant, as_owner, other, unnumbered)}
    assert set(seen(client, cast.giang.user)) == every
    assert seen(client, cast.chi.user, f"?q={as_owner.dossier.code}") == []
    assert client.get(f"/can-bo/ho-so/{as_owner.dossier.code}").status_code == 404


def test_a_result_waiting_to_be_picked_up_is_neither_late_nor_due(
    client: Client, cast: Cast
) -> None:
    waiting, late = backlog(2, cast.an.user, communes(1))
    now = datetime.combine(clock.today(), time(10), clock.ZONE)
    DossierStep.objects.update(queue_at=now - timedelta(hours=1))
    DossierStep.objects.filter(pk=waiting.pk).update(kind=DossierStep.Kind.RETURN)
    with clock.shifted_to(now):
        assert seen(client, cast.chi.user, "?xem=qua-han") == [late.pk]
        assert set(seen(client, cast.chi.user)) == {waiting.pk, late.pk}
    DossierStep.objects.update(queue_at=now + timedelta(hours=1))
    with clock.shifted_to(now):
        assert seen(client, cast.chi.user, "?xem=hom-nay") == [late.pk]
        shown = client.get("/can-bo").context
    tabs = {tab["url"]: tab["count"] for tab in shown["views"]}
    assert (tabs["?xem=qua-han"], tabs["?xem=hom-nay"]) == (0, 1)
    row = next(row for row in shown["rows"] if row["step"].pk == waiting.pk)
    assert (row["words"], row["tone"]) == ("Chờ người nộp tải về", "ok")


def test_a_paused_dossier_waits_at_the_end(client: Client, cast: Cast) -> None:
    paused, running = backlog(2, cast.an.user, communes(1))
    DossierStep.objects.filter(pk=paused.pk).update(queue_at=NEVER, due_at=None, priority=0)
    later = clock.now() + timedelta(days=300)
    DossierStep.objects.filter(pk=running.pk).update(queue_at=later, due_at=later, priority=1)
    assert seen(client, cast.chi.user) == [running.pk, paused.pk]
    row = client.get("/can-bo").context["rows"][1]
    assert (row["words"], row["tone"]) == ("Tạm dừng", "paused")
