"""Two at once: exactly one wins, and without the lock the test notices."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Barrier, Thread
from typing import Any
from unittest import mock

from django.db import connection

from dossiers.models import Dossier, DossierStep
from dossiers.querysets import DossierQuerySet
from dossiers.services import stepping, submission
from notifications.models import Notice
from portal.core import clock, numbering
from portal.core.models import NumberCounter
from portal.reports.demo.cast import communes
from tests.cast import Cast

Act = Callable[[], Any]


def at_once(*acts: Act) -> list[Any]:
    """What each act returned or raised, all started together in threads of their own."""
    gate, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Act) -> None:
        gate.wait()
        try:
            outcomes[number] = act()
        except Exception as error:  # noqa: BLE001 - the outcome is what is asked for
            outcomes[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def no_lock(rows: DossierQuerySet, **_options: Any) -> DossierQuerySet:
    """What reading under lock becomes once the lock is taken out."""
    return rows


@contextmanager
def without_lock() -> Iterator[None]:
    """The row lock taken out; both racers have read the step before either writes."""
    gate = Barrier(2)
    real = stepping._step_under_lock

    def read_and_wait(step_id: int) -> Any:
        found = real(step_id)
        gate.wait(timeout=10)
        return found

    with (
        mock.patch.object(DossierQuerySet, "select_for_update", no_lock),
        mock.patch.object(stepping, "_step_under_lock", read_and_wait),
    ):
        yield


def claims_of(dossier: Dossier) -> int:
    """How many times the dossier says it was claimed."""
    return dossier.events.filter(kind="claim").count()


def race_for_a_step(committed: Cast) -> tuple[Dossier, list[Any]]:
    """Two officers of the same role claim the same step at the same moment."""
    dossier = committed.chi.forwards(committed.chi.receives(committed.an.submits("extract-copy")))
    step = dossier.steps.open().get(kind=DossierStep.Kind.PROCESS)
    dung, khanh = committed.dung.again(), committed.khanh.again()
    return dossier, at_once(
        lambda: stepping.claim(step.pk, dung), lambda: stepping.claim(step.pk, khanh)
    )


def test_of_two_officers_claiming_one_step_exactly_one_gets_it(committed: Cast) -> None:
    dossier, outcomes = race_for_a_step(committed)
    assert sorted(isinstance(o, Exception) for o in outcomes) == [False, True]
    assert claims_of(dossier) == 1 + 1  # the clerk's at the door, and one of the two


def test_without_the_lock_both_officers_would_get_it(committed: Cast) -> None:
    dossier = committed.chi.forwards(committed.chi.receives(committed.an.submits("extract-copy")))
    step = dossier.steps.open().get(kind=DossierStep.Kind.PROCESS)
    before = claims_of(dossier)
    dung, khanh = committed.dung.again(), committed.khanh.again()
    with without_lock():
        at_once(lambda: stepping.claim(step.pk, dung), lambda: stepping.claim(step.pk, khanh))
    assert claims_of(dossier) - before == 2


def test_a_double_click_on_send_makes_one_dossier(committed: Cast) -> None:
    draft = committed.an.drafts("extract-copy")
    an = committed.an.again()
    outcomes = at_once(*[lambda: submission.submit(draft.pk, an)] * 8)
    assert {o.code for o in outcomes} == {outcomes[0].code}
    assert Dossier.objects.submitted().count() == 1
    assert draft.events.filter(kind="submit").count() == 1
    assert Notice.objects.filter(kind="dossier_submitted").count() == 1
    assert NumberCounter.objects.get(series__startswith="dossier:").last == 1


def test_without_the_lock_a_double_click_would_send_twice(committed: Cast) -> None:
    draft = committed.an.drafts("extract-copy")
    an = committed.an.again()
    gate = Barrier(2)
    real = submission._prepare

    def meet(dossier: Dossier) -> dict[str, Any]:
        gate.wait(timeout=10)
        return real(dossier)

    with (
        mock.patch.object(DossierQuerySet, "select_for_update", no_lock),
        mock.patch.object(submission, "_prepare", meet),
    ):
        at_once(*[lambda: submission.submit(draft.pk, an)] * 2)
    assert draft.events.filter(kind="submit").count() == 2


MIDNIGHT = datetime(2026, 12, 31, 23, 59, 59, 500000, tzinfo=clock.ZONE)


def numbers_of(series: str, take: Callable[[str], int]) -> Counter[int]:
    """The numbers sixteen threads are given in one series."""
    return Counter(at_once(*[lambda: take(series)] * 16))


def test_sixteen_at_once_get_sixteen_numbers(committed: Cast) -> None:
    assert numbers_of("dossier:X:261231", numbering.next_number) == Counter(range(1, 17))


def test_counting_rows_instead_would_give_a_number_twice(committed: Cast) -> None:
    gate = Barrier(16)

    def highest_plus_one(series: str) -> int:
        row = NumberCounter.objects.filter(series=series).first()
        gate.wait(timeout=10)
        number = (row.last if row else 0) + 1
        NumberCounter.objects.update_or_create(series=series, defaults={"last": number})
        return number

    assert max(numbers_of("dossier:X:261231", highest_plus_one).values()) > 1


def test_the_running_number_starts_anew_at_local_midnight(committed: Cast) -> None:
    drafts = [committed.an.drafts("extract-copy") for _each in range(4)]
    an = committed.an.again()

    def send(draft: Dossier, at: datetime) -> str | None:
        with clock.shifted_to(at):
            return submission.submit(draft.pk, an).code

    new_year = datetime(2027, 1, 1, 0, 0, 1, tzinfo=clock.ZONE)
    codes = at_once(
        *[lambda d=d: send(d, MIDNIGHT.replace(second=50)) for d in drafts[:2]],
        *[lambda d=d: send(d, new_year) for d in drafts[2:]],
    )
    org = communes(1)[0].org_code
    assert sorted(codes) == [
        f"{org}-261231-0001",
        f"{org}-261231-0002",
        f"{org}-270101-0001",
        f"{org}-270101-0002",
    ]
