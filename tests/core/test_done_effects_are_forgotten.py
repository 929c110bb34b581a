"""What is done is forgotten in time; whoever promises it again after that does nothing twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from notifications.models import Notice
from notifications.services import notify
from portal.core import clock, forgetting, operating, outbox
from portal.core.models import Effect, EffectAct
from portal.documents.models import Paper, StoredFile
from portal.documents.services import write_paper
from portal.documents.services.storing import store_file
from tests.cast import Cast, picture
from tests.core.tasks_of_tests import known_task
from tests.documents.papers_of_binh_an import ACCEPTANCE
from tests.house.test_wiring import queued_names

LATER = timedelta(days=30, minutes=1)


def done(key: str, days: float = 31, **facts: Any) -> Effect:
    """An effect that was done so many days ago."""
    when = clock.now() - timedelta(days=days)
    return Effect.objects.create(
        **{"key": key, "task": "tests.any", "state": Effect.State.DONE, "done_at": when, **facts}
    )


def kept() -> list[str]:
    """The keys that are still there."""
    return list(Effect.objects.order_by("key").values_list("key", flat=True))


def test_what_was_done_is_forgotten_after_thirty_days(cast: Cast) -> None:
    done("old")
    done("young", 29.9)
    assert outbox.forget_done() == 1
    assert kept() == ["young"]
    assert outbox.forget_done() == 0


def test_how_long_is_a_setting(cast: Cast, settings: Any) -> None:
    settings.EFFECT_DAYS = 90
    done("old", 89.9)
    done("older", 90.1)
    assert outbox.forget_done() == 1
    assert kept() == ["old"]


def test_what_is_still_owed_is_never_forgotten(cast: Cast) -> None:
    past = clock.now() - timedelta(days=400)
    for state in ("waiting", "dead"):
        Effect.objects.create(
            key=state, task="tests.any", state=state, created_at=past, next_attempt_at=past
        )
    assert outbox.forget_done() == 0
    assert kept() == ["dead", "waiting"]


def test_what_an_operator_did_is_kept_with_its_effect(cast: Cast) -> None:
    dead = [
        Effect.objects.create(key=key, task="tests.any", state=Effect.State.DEAD)
        for key in ("dropped", "tried again")
    ]
    operating.drop([dead[0].pk], cast.hoa.pk, "không cần nữa")
    operating.retry([dead[1].pk], cast.hoa.pk)
    with known_task("tests.any", lambda: None):
        assert outbox.finish(dead[1].pk)
    done("old")
    with clock.shifted_to(clock.now() + LATER):
        assert outbox.forget_done() == 1
    assert kept() == ["dropped", "tried again"]
    assert EffectAct.objects.count() == 2


def test_much_is_forgotten_batch_by_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 3)
    monkeypatch.setattr(forgetting, "MOST_BATCHES", 2)
    for number in range(7):
        done(f"e{number}", 40 - number)
    assert outbox.forget_done() == 6
    assert kept() == ["e6"]  # the oldest went first; the rest is for the next sweep
    assert outbox.forget_done() == 1


def test_the_old_ones_are_found_by_their_index(cast: Cast) -> None:
    now = clock.now()
    Effect.objects.bulk_create(
        Effect(
            key=f"e{n}", task="tests.any", state=Effect.State.DONE, done_at=now - timedelta(hours=n)
        )
        for n in range(4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_effect")
    old = Effect.objects.done_before(now - timedelta(hours=3990))
    assert "effect_done" in old.values("pk")[:10].explain()


def a_letter(cast: Cast) -> Callable[[], Any]:
    """What the world has seen of a letter."""
    notify(cast.an.user, "dossier_submitted", key="once", facts=ACCEPTANCE)
    return lambda: (len(mail.outbox), Notice.objects.get().sent_at)


def a_paper(cast: Cast) -> Callable[[], Any]:
    """What the world has seen of a paper."""
    facts = {"reference": "H99", "facts": ACCEPTANCE, "on": date(2026, 2, 5)}
    write_paper("acceptance_slip", key="once", **facts)
    return lambda: (Paper.objects.get().file_id, StoredFile.objects.count())


def a_file(cast: Cast) -> Callable[[], Any]:
    """What the world has seen of a picture that was scanned and drawn anew."""
    stored = StoredFile.objects.first() or store_file(
        picture(), by=cast.an.user, media_types=[], max_bytes=10**6
    )
    for task in ("scan", "draw"):
        outbox.after_commit(f"documents.{task}", stored.pk, key=f"{task}:{stored.pk}")
    look = StoredFile.objects.values_list("scan_state", "cleared_at", "picture", "thumbnail")
    return look.get


RESTING = {
    "notifications.deliver": a_letter,
    "documents.render": a_paper,
    "documents.scan": a_file,
    "documents.draw": a_file,
}


@pytest.mark.parametrize("task", RESTING)
def test_promised_again_after_that_nothing_is_done_twice(cast: Cast, task: str) -> None:
    promise = RESTING[task]
    seen = promise(cast)
    outbox.sweep()
    first = seen()
    assert all(first), first
    assert not Effect.objects.exclude(state=Effect.State.DONE).exists()
    with clock.shifted_to(clock.now() + LATER):
        assert outbox.forget_done() == len(promised_with(task))
        promise(cast)
        assert Effect.objects.get(task=task).state == Effect.State.WAITING
        assert outbox.sweep() == len(promised_with(task))
    assert seen() == first


def promised_with(task: str) -> list[str]:
    """The tasks that are promised together with this one."""
    return [each for each, promise in RESTING.items() if promise is RESTING[task]]


def test_every_task_that_is_promised_has_shown_its_stamp() -> None:
    assert set(queued_names()) == set(RESTING)
