"""The worker dies in the middle of a letter or of a paper; each is there once in the end."""

import pytest

from dossiers.models import Dossier
from notifications.models import Notice
from portal.core.models import Effect
from portal.documents.models import Paper
from tests.cast import Cast
from tests.faults.house import House, until
from tests.faults.sending import code_of, locked_rows, send, until_held
from tests.faults.truths import everything_holds, letters
from tests.faults.visiting import Visitor


def effect(task: str) -> Effect:
    """The one effect of that task."""
    return Effect.objects.get(task=task)


def in_a_mood(house: House, mood: str) -> None:
    """The mail server behaves otherwise from now on."""
    house.kill("mail")
    house.start("mail", f"--{mood}")


def well_again(house: House) -> None:
    """The mail server behaves as usual."""
    house.kill("mail")
    house.start("mail")


def test_killed_while_the_letter_is_on_its_way_it_arrives_once(
    house: House, an: Visitor, draft: Dossier
) -> None:
    in_a_mood(house, "hang")
    code_of(send(an, draft))
    until(lambda: effect("notifications.deliver").attempts == 1, 60, "the letter to be taken")
    house.kill("worker")
    well_again(house)
    assert letters(house).total() == 0
    house.start("worker")
    everything_holds(house)
    assert letters(house).total() == 1


@pytest.mark.slow
def test_killed_after_the_letter_left_it_leaves_again_under_the_same_name(
    house: House, an: Visitor, draft: Dossier
) -> None:
    with house.frozen("worker"):
        code_of(send(an, draft))
        in_a_mood(house, "drop")
    until(lambda: letters(house).total() >= 1, 60, "the letter to be there")
    house.kill("worker")
    assert Notice.objects.get().sent_at is None
    well_again(house)
    house.start("worker")
    everything_holds(house, repeated_letters=True)
    assert len(letters(house)) == 1


@pytest.mark.slow
def test_killed_while_the_paper_is_written_there_is_one_paper(
    house: House, an: Visitor, draft: Dossier
) -> None:
    with house.frozen("worker"):
        code_of(send(an, draft))
    paper = Paper.objects.get()
    with locked_rows(house, "SELECT 1 FROM documents_paper WHERE id = %s FOR UPDATE", paper.pk):
        until(lambda: effect("documents.render").attempts == 1, 60, "the paper to be taken")
        until_held(house)  # the PDF is made, its row is not
        house.kill("worker")
    paper.refresh_from_db()
    assert paper.file is None
    house.start("worker")
    everything_holds(house)


@pytest.mark.slow
def test_asked_to_end_it_finishes_the_letter_first(
    house: House, an: Visitor, draft: Dossier
) -> None:
    with house.frozen("mail"):
        code_of(send(an, draft))
        until(lambda: effect("notifications.deliver").attempts == 1, 60, "the letter to be taken")
        house.children["worker"].ask_to_stop()
    until(lambda: not house.children["worker"].runs, 60, "the worker to end")
    assert effect("notifications.deliver").state == Effect.State.DONE
    house.start("worker")
    everything_holds(house)


def deliver_twice(house: House, people: Cast) -> None:
    """Two workers are handed the same letter at the same moment, past the outbox."""
    Effect.objects.filter(task="notifications.deliver").update(state=Effect.State.DONE)
    notice = Notice.objects.get()
    for _worker in range(2):
        house.order("notifications.deliver", notice.pk)


@pytest.mark.slow
def test_two_workers_with_the_same_letter_send_it_once(house: House, people: Cast) -> None:
    house.kill("worker")
    people.an.submits("extract-copy")
    deliver_twice(house, people)
    house.start("worker")
    house.start("second worker")
    everything_holds(house)
    assert letters(house).total() == 1


@pytest.mark.slow
def test_without_the_lock_two_workers_send_the_letter_twice(house: House, people: Cast) -> None:
    house.kill("worker")
    people.an.submits("extract-copy")
    deliver_twice(house, people)
    house.start("worker", replacing={"portal": "tests.faults.unlocked"})
    until(lambda: letters(house).total() == 2, 60, "the second letter")


@pytest.mark.slow
def test_the_same_effect_ordered_ten_times_is_done_once(house: House, people: Cast) -> None:
    house.kill("worker")
    people.an.submits("extract-copy")
    for pk in list(Effect.objects.values_list("pk", flat=True)) * 10:
        house.order("core.finish_effect", pk)
    house.start("worker")
    everything_holds(house)
    assert set(Effect.objects.values_list("attempts", flat=True)) == {1}
