"""A task that always fails, one nobody knows, a paper without end: seen, and in nobody's way."""

from datetime import timedelta

import pytest

from dossiers.models import Dossier
from portal.core import clock, outbox
from portal.core.models import Effect
from portal.documents.models import Paper
from tests.cast import Cast
from tests.faults.house import House, until
from tests.faults.sending import code_of, send
from tests.faults.truths import everything_holds, waiting
from tests.faults.visiting import Visitor


def last_try(task: str, *arguments: int) -> Effect:
    """An effect with one attempt left; eleven have gone by."""
    return Effect.objects.create(
        key=f"fault:{task}", task=task, arguments=list(arguments), attempts=outbox.MOST_ATTEMPTS - 1
    )


@pytest.mark.parametrize(
    ("task", "arguments"),
    [("notifications.deliver", [2**40]), ("no.such.task", [1]), ("documents.render", ["x", "y"])],
    ids=["always fails", "unknown task", "wrong arguments"],
)
def test_what_cannot_be_done_is_dead_with_its_reason_and_letters_still_go(
    house: House, an: Visitor, draft: Dossier, task: str, arguments: list[int]
) -> None:
    poison = last_try(task, *arguments)

    def is_dead() -> bool:
        poison.refresh_from_db()
        return poison.state == Effect.State.DEAD

    until(is_dead, 60, "the poison to be given up")
    assert poison.last_error
    code_of(send(an, draft))
    poison.delete()  # the operator's decision
    everything_holds(house)


@pytest.mark.slow
def test_an_order_for_a_task_nobody_knows_is_thrown_away_and_the_worker_lives(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.order("no.such.task", 1)
    code_of(send(an, draft))
    everything_holds(house)
    assert house.children["worker"].runs


@pytest.mark.slow
def test_a_message_that_is_no_message_costs_at_most_one_worker(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.broker.lpush("celery", b"this is not a message")
    code_of(send(an, draft))
    began_again = 0

    def is_done() -> bool:
        nonlocal began_again
        if not house.children["worker"].runs:
            house.start("worker", wait=False)  # as the launcher does with whatever has ended
            began_again += 1
        return not waiting()

    until(is_done, 90, "the end of every effect")
    everything_holds(house)
    assert began_again <= 1


@pytest.mark.slow
def test_the_effect_of_a_worker_that_died_long_ago_is_done_by_the_next(
    house: House, people: Cast
) -> None:
    house.kill("beat")
    house.kill("worker")
    people.an.submits("extract-copy")
    past = clock.now() - timedelta(hours=5)
    Effect.objects.update(attempts=1, next_attempt_at=past)
    house.start("worker")
    house.start("beat")
    everything_holds(house)


@pytest.mark.slow
def test_a_paper_without_end_is_stopped_and_seen_and_the_others_go_on(
    house: House, an: Visitor, draft: Dossier
) -> None:
    house.restart("worker", "--soft-time-limit", "6", "--time-limit", "12")
    rows = [{"label": f"Dòng {n}", "value": "chữ " * 40} for n in range(30_000)]
    endless = Paper.objects.create(
        key="endless", kind=Paper.Kind.SUBMISSION, form_set="-", reference="-",
        facts={"sections": [{"title": "Không dứt", "rows": rows}], "submitted_at": "2026-11-23"},
    )  # fmt: skip
    promised = Effect.objects.create(
        key="fault:endless", task="documents.render", arguments=[endless.pk]
    )

    def is_stopped() -> bool:
        promised.refresh_from_db()
        return promised.attempts >= 1 and promised.next_attempt_at > clock.now()

    until(is_stopped, 90, "the first try")
    code = code_of(send(an, draft))

    def others_are_done() -> bool:
        return not Effect.objects.exclude(pk=promised.pk).exclude(state="done").exists()

    until(others_are_done, 90, "everything else")
    assert Paper.objects.get(reference=code).state == Paper.State.READY
    until(lambda: seen_as_failed(endless, promised), 90, "the failure to be seen")
    promised.delete()
    endless.delete()
    everything_holds(house)


def seen_as_failed(paper: Paper, promised: Effect) -> bool:
    """Whether paper or outbox say that it went wrong, and why."""
    paper.refresh_from_db()
    promised.refresh_from_db()
    return paper.state == Paper.State.FAILED or bool(promised.last_error)
