"""What a page or a move costs: statements, however much there is, and plans that use the index."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers.models import Attachment, DossierEvent, DossierStep
from dossiers.services import intake, stepping, submission
from portal.accounts.models import Agency, Posting, Role
from portal.core import clock
from portal.reports.demo.cast import communes
from tests.cast import Cast
from tests.dossiers.backlog import backlog, many_more

SESSION_AND_USER = 2
QUEUE_INDEXES = {"step_queue", "step_queue_role"}


def statements(client: Client, address: str) -> int:
    """How many statements the page takes once the process is warm."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as taken:
        client.get(address)
    return len(taken)


def own(taken: CaptureQueriesContext) -> list[str]:
    """Statements without the marks of nested transactions."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [q["sql"] for q in taken.captured_queries if not q["sql"].startswith(marks)]


def test_the_queue_costs_the_same_for_one_and_for_a_hundred(client: Client, cast: Cast) -> None:
    client.force_login(cast.chi.user)
    backlog(1, cast.an.user, communes(1))
    few = statements(client, "/can-bo")
    backlog(100, cast.an.user, communes(1), seed=2, claimant=cast.dung.user)
    assert statements(client, "/can-bo") == few
    assert statements(client, "/can-bo?xem=qua-han&kenh=truc_tuyen&q=a") <= few
    assert few <= 8 + SESSION_AND_USER


def test_the_work_page_costs_the_same_however_long_the_story(client: Client, cast: Cast) -> None:
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits()))
    cast.dung.claims(dossier)
    client.force_login(cast.dung.user)
    address = f"/can-bo/ho-so/{dossier.code}"
    few = statements(client, address)
    event, attachment = dossier.events.last(), dossier.attachments.get()
    for _more in range(60):
        DossierEvent.objects.create(
            dossier=dossier, kind="forward", old_state="processing", new_state="processing",
            agency=event.agency, actor=event.actor, step_name="Thẩm định",
        )  # fmt: skip
        Attachment.objects.create(
            dossier=dossier, component=attachment.component, file=attachment.file
        )
    assert statements(client, address) == few
    assert few <= 30


def test_moving_pages_cost_a_fixed_sum(client: Client, cast: Cast) -> None:
    dossier = cast.an.submits()
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    client.force_login(cast.chi.user)
    sums = {
        move: statements(client, f"/can-bo/ho-so/{dossier.code}/{move}")
        for move in ("receive", "ask_at_intake", "refuse")
    }
    assert {move: sum_ for move, sum_ in sums.items() if sum_ > 30} == {}


@pytest.mark.parametrize("procedure", ["birth-registration", "extract-copy", "construction-permit"])
def test_sending_takes_at_most_eighteen_statements(cast: Cast, procedure: str) -> None:
    cast.an.submits(procedure)  # calendars and forms are read once for each process
    draft = cast.an.drafts(procedure)
    with CaptureQueriesContext(connection) as taken:
        submission.submit(draft.pk, cast.an.user)
    assert len(own(taken)) <= 18, "\n".join(sql[:160] for sql in own(taken))


def test_sending_costs_the_same_with_one_file_and_with_twenty(cast: Cast) -> None:
    few, many = cast.an.drafts(), cast.an.drafts()
    attachment = many.attachments.get()
    for _more in range(19):
        Attachment.objects.create(
            dossier=many, component=attachment.component, file=attachment.file
        )
    sums = []
    for draft in (cast.an.drafts(), few, many):
        with CaptureQueriesContext(connection) as taken:
            submission.submit(draft.pk, cast.an.user)
        sums.append(len(own(taken)))
    assert sums[1] == sums[2]


def test_the_daily_number_is_taken_late(cast: Cast) -> None:
    draft = cast.an.drafts()
    with CaptureQueriesContext(connection) as taken:
        submission.submit(draft.pk, cast.an.user)
    told = own(taken)
    place = next(n for n, sql in enumerate(told) if "core_numbercounter" in sql)
    read_while_all_wait = [sql for sql in told[place + 1 :] if sql.startswith("SELECT")]
    tables = [sql.split(" FROM ")[1].split()[0].strip('"') for sql in read_while_all_wait]
    assert tables == ["documents_paper", "notifications_notice"]  # is it written already?


def test_claiming_and_receiving_take_few_statements(cast: Cast) -> None:
    cast.chi.receives(cast.an.submits())
    dossier, chi = cast.an.submits(), cast.chi.again()
    assert chi.is_officer
    step = dossier.steps.get()
    with CaptureQueriesContext(connection) as claiming:
        stepping.claim(step.pk, chi)
    with CaptureQueriesContext(connection) as receiving:
        intake.receive(dossier.pk, chi)
    assert len(own(claiming)) <= 6, "\n".join(own(claiming))
    assert len(own(receiving)) <= 32, "\n".join(sql[:150] for sql in own(receiving))


@pytest.fixture
def crowded(cast: Cast) -> list[Agency]:
    """Twenty thousand open steps at twenty communes."""
    agencies = communes(20)
    many_more(backlog(400, cast.an.user, agencies, claimant=cast.chi.user), 50)
    assert DossierStep.objects.open().count() == 20_400
    return agencies


def plans_of_page(client: Client, address: str) -> list[dict[str, Any]]:
    """The plans of the statements that fetch the rows of the queue page."""
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    plans = []
    for query in taken.captured_queries:
        if " LIMIT 51" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                found = cursor.fetchone()[0]
            plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
    return plans


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node of a plan."""
    return [plan, *(below for part in plan.get("Plans", []) for below in nodes(part))]


def reads_only_its_page(client: Client, address: str) -> None:
    """By the queue's index and in its order: no more than a few pages' worth is ever read."""
    every = [node for plan in plans_of_page(client, address) for node in nodes(plan)]
    assert QUEUE_INDEXES & {node.get("Index Name") for node in every}
    assert {n["Node Type"]: n["Actual Rows"] * n["Actual Loops"] for n in every if is_much(n)} == {}


def is_much(node: dict[str, Any]) -> bool:
    """Whether the node brings, or throws away, more rows than a few pages hold."""
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return bool(rows * node["Actual Loops"] > 250)


@pytest.mark.heavy
def test_the_page_is_read_from_the_index(client: Client, cast: Cast, crowded: list[Agency]) -> None:
    for who in (cast.chi, cast.giang, cast.dung, cast.van):
        client.force_login(who.user)
        reads_only_its_page(client, "/can-bo")
        later = client.get("/can-bo").context["next"]
        assert later, who.username
        reads_only_its_page(client, f"/can-bo{later}")
    # Somebody with two postings reads two stretches of it.
    Posting.objects.create(
        user=cast.dung.user, agency=crowded[1], role=Role.RECEPTION_CLERK, valid_from=clock.today()
    )
    client.force_login(cast.dung.user)
    reads_only_its_page(client, "/can-bo")
    reads_only_its_page(client, client.get("/can-bo").context["next"].replace("?", "/can-bo?"))
