"""The way from the outbox to the worker: no wake-up is lost, and no letter waits behind papers."""

import pytest

from dossiers.models import Dossier
from portal.core.models import Effect
from portal.documents.models import Paper
from tests.documents.papers_of_binh_an import SUBMISSION
from tests.faults.house import House, until
from tests.faults.sending import code_of, send
from tests.faults.truths import everything_holds, letters, waiting
from tests.faults.visiting import Visitor

MANY = 200
PAPERS = 50
NO_FILE = 2**40


def test_one_sweep_hands_over_everything_to_workers_that_begin_at_once(house: House) -> None:
    house.kill("beat")
    Effect.objects.bulk_create(
        Effect(key=f"fault:{n}", task="documents.scan", arguments=[NO_FILE + n])
        for n in range(MANY)
    )
    house.order("core.sweep_outbox")
    until(lambda: not waiting(), 60, "the end of every effect")
    assert set(Effect.objects.values_list("attempts", flat=True)) == {1}


def promise_papers() -> None:
    """Fifty papers of some pages each, promised before anything else."""
    papers = Paper.objects.bulk_create(
        Paper(
            key=f"fault:{n}", kind=Paper.Kind.SUBMISSION, form_set="-", reference="-",
            facts=SUBMISSION,
        )
        for n in range(PAPERS)
    )  # fmt: skip
    Effect.objects.bulk_create(
        Effect(key=paper.key, task="documents.render", arguments=[paper.pk]) for paper in papers
    )


def begun() -> int:
    """How many of the fifty have had their turn."""
    return Effect.objects.filter(key__startswith="fault:", attempts__gte=1).count()


@pytest.mark.slow
def test_a_letter_leaves_while_fifty_papers_wait(house: House, an: Visitor, draft: Dossier) -> None:
    for name in ("beat", "worker"):
        house.kill(name)
    house.start("worker", TIMER_SCALE="1")  # what is handed over stays in the queue for minutes
    promise_papers()
    house.order("core.sweep_outbox")
    until(lambda: begun() >= 2, 60, "the first papers")
    code_of(send(an, draft))
    before = begun()
    letter = Effect.objects.filter(task="notifications.deliver", state=Effect.State.DONE)
    until(letter.exists, 60, "the letter")
    assert begun() - before <= 4  # each of the two processes was at one, and may take the next
    assert letters(house).total() == 1
    house.kill("worker")
    Effect.objects.filter(key__startswith="fault:").delete()
    Paper.objects.filter(key__startswith="fault:", file=None).delete()
    house.broker.flushall()
    house.start("worker")
    house.start("beat")
    everything_holds(house, bytes_left=True)
