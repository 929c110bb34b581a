"""Timers: each duty is done once, whoever sweeps, and the state stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models

from dossiers.models import NEVER, Dossier, DossierStep, SupplementRequest
from dossiers.querysets import DossierQuerySet
from dossiers.services import closing, intake, supplements, sweeping
from dossiers.workflow import State
from notifications.models import Notice
from portal.accounts.models import Posting, User
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.models import Paper
from procedures.models import ProcessingTime
from tests.cast import Cast, picture, version_of
from tests.dossiers.test_races import at_once

NAME = "extract-copy"
ACCEPTED = datetime(2026, 11, 30, 9, 0, tzinfo=clock.ZONE)  # a Monday
DUE = datetime(2026, 12, 7, 17, 0, tzinfo=clock.ZONE)  # five working days later
NOTHING = {"due_soon": 0, "overdue": 0, "supplements_expired": 0, "abandoned": 0}


def tick(at: datetime) -> dict[str, int]:
    """What a sweep at that instant does."""
    with clock.shifted_to(at):
        return sweeping.tick()


def told(kind: str) -> list[str]:
    """Who got that message."""
    names = Notice.objects.filter(kind=kind).order_by("pk")
    return list(names.values_list("recipient__username", flat=True))


def with_dung(cast: Cast) -> Dossier:
    """An's dossier, accepted on the Monday, taken on by Dũng."""
    ProcessingTime.objects.filter(version=version_of(NAME)).update(
        amount=5, unit="working_day", cutoff=None
    )
    with clock.shifted_to(ACCEPTED):
        dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits(NAME)))
        cast.dung.claims(dossier)
    assert dossier.due_at == DUE
    return dossier


def asked_of_an(cast: Cast) -> Dossier:
    """An's dossier, waiting for An until 15 December."""
    dossier = with_dung(cast)
    with clock.shifted_to(ACCEPTED):
        cast.dung.proposes_supplement(dossier)
        return cast.giang.approves_supplement(dossier)


def head_steps(dossier: Dossier) -> int:
    """How many decisions wait for the head."""
    return dossier.steps.open().filter(kind="approval").count()


def test_dung_is_warned_once_when_one_working_day_is_left(cast: Cast) -> None:
    dossier = with_dung(cast)
    assert tick(datetime(2026, 12, 4, 16, 0, tzinfo=clock.ZONE)) == NOTHING  # Friday
    monday = datetime(2026, 12, 7, 7, 30, tzinfo=clock.ZONE)
    assert tick(monday) == {**NOTHING, "due_soon": 1}
    assert tick(monday) == NOTHING
    assert told("officer_due_soon") == ["dung"]
    letter = Notice.objects.get(kind="officer_due_soon")
    assert letter.facts["url"].endswith(f"/can-bo/ho-so/{dossier.code}")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at) == (State.PROCESSING, DUE)


def test_giang_is_warned_when_nobody_has_taken_the_work_on(cast: Cast) -> None:
    dossier = with_dung(cast)
    dossier.steps.update(claimed_by=None)
    assert tick(DUE - timedelta(hours=1)) == {**NOTHING, "due_soon": 1}
    assert told("officer_due_soon") == ["giang"]


def test_being_late_is_said_once_and_changes_nothing_else(cast: Cast) -> None:
    dossier = with_dung(cast)
    assert tick(DUE - timedelta(minutes=1)) == {**NOTHING, "due_soon": 1}
    assert tick(DUE + timedelta(minutes=1)) == {**NOTHING, "overdue": 1}
    assert tick(DUE + timedelta(days=3)) == NOTHING
    assert (told("officer_overdue"), told("dossier_late")) == (["dung"], ["an"])
    event = dossier.events.get(kind="became_overdue")
    assert (event.actor, event.old_state, event.new_state) == (None, "processing", "processing")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at, dossier.first_due_at) == (State.PROCESSING, DUE, DUE)


def test_a_dossier_whose_clock_is_paused_is_never_late(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    assert tick(DUE + timedelta(minutes=1)) == NOTHING
    assert not dossier.events.filter(kind="became_overdue").exists()


def test_giang_must_decide_when_an_lets_the_last_day_pass(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    assert tick(datetime(2026, 12, 15, 23, 59, tzinfo=clock.ZONE)) == NOTHING
    after = datetime(2026, 12, 16, 0, 1, tzinfo=clock.ZONE)
    assert tick(after) == {**NOTHING, "supplements_expired": 1}
    assert tick(after) == NOTHING
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT
    assert dossier.supplement_requests.get().state == SupplementRequest.State.ASKED
    assert head_steps(dossier) == 1
    assert dossier.events.filter(kind="supplement_expired").count() == 1
    assert told("supplement_expired") == ["dung"]


def test_giang_waits_longer_and_the_new_last_day_counts(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    tick(datetime(2026, 12, 16, 8, 0, tzinfo=clock.ZONE))
    cast.giang.claims(dossier, "approval")
    new_day = datetime(2026, 12, 25, tzinfo=clock.ZONE).date()
    supplements.wait_longer(dossier.pk, cast.giang.user, due_on=new_day)
    dossier.refresh_from_db()
    assert (dossier.state, head_steps(dossier)) == (State.SUPPLEMENT, 0)
    assert dossier.supplement_requests.get().due_on == new_day
    assert [step.queue_at for step in dossier.steps.open()] == [NEVER]
    assert tick(datetime(2026, 12, 25, 12, 0, tzinfo=clock.ZONE)) == NOTHING
    again = datetime(2026, 12, 26, 8, 0, tzinfo=clock.ZONE)
    assert tick(again) == {**NOTHING, "supplements_expired": 1}
    assert (head_steps(dossier), told("supplement_expired")) == (1, ["dung", "dung"])


def test_giang_stops_the_dossier_and_the_decision_is_gone(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    tick(datetime(2026, 12, 16, 8, 0, tzinfo=clock.ZONE))
    cast.giang.claims(dossier, "approval")
    closing.stop(dossier.pk, cast.giang.user, reason="Quá hạn bổ sung.")
    dossier.refresh_from_db()
    assert (dossier.state, head_steps(dossier)) == (State.STOPPED, 0)
    assert dossier.pauses.count() == 1
    assert tick(datetime(2026, 12, 30, 8, 0, tzinfo=clock.ZONE)) == NOTHING


def test_an_answers_late_and_giang_has_nothing_left_to_decide(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    tick(datetime(2026, 12, 16, 8, 0, tzinfo=clock.ZONE))
    with clock.shifted_to(datetime(2026, 12, 16, 9, 0, tzinfo=clock.ZONE)):
        cast.an.answers(dossier)
    dossier.refresh_from_db()
    assert (dossier.state, head_steps(dossier)) == (State.PROCESSING, 0)


def test_before_acceptance_chi_is_told_that_nothing_came(cast: Cast) -> None:
    with clock.shifted_to(ACCEPTED):
        dossier = cast.chi.asks_at_intake(cast.an.submits(NAME))
    after = datetime(2026, 12, 16, 8, 0, tzinfo=clock.ZONE)
    assert tick(after) == {**NOTHING, "supplements_expired": 1}
    assert tick(after) == NOTHING
    dossier.refresh_from_db()
    assert (dossier.state, head_steps(dossier)) == (State.INTAKE_SUPPLEMENT, 0)
    assert told("supplement_expired") == ["chi"]
    assert [step.queue_at for step in dossier.steps.open()] == [at_eight(17)]


def at_eight(day: int) -> datetime:
    """Eight o'clock of that day of December."""
    return datetime(2026, 12, day, 8, 0, tzinfo=clock.ZONE)


def nothing_came(cast: Cast, name: str = NAME) -> Dossier:
    """An was asked at the door on 30 November and has not answered by 16 December."""
    with clock.shifted_to(ACCEPTED):
        dossier = cast.chi.asks_at_intake(cast.an.submits(name))
    tick(at_eight(16))
    dossier.refresh_from_db()
    return dossier


def test_chi_refuses_what_was_never_repaired_and_the_request_is_closed(cast: Cast) -> None:
    dossier = nothing_came(cast)
    with clock.shifted_to(at_eight(16)):
        intake.refuse(dossier.pk, cast.chi.again(), reason="Không bổ sung.", basis="Điều 35")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.steps.open().count()) == (State.REFUSED, 0)
    assert dossier.supplement_requests.get().state == SupplementRequest.State.CANCELLED
    slips = Paper.objects.filter(reference=dossier.code, kind=Paper.Kind.REFUSAL_SLIP)
    assert [slip.facts["reason"] for slip in slips] == ["Không bổ sung."]
    assert told("dossier_refused") == ["an"]
    assert tick(at_eight(30)) == NOTHING


def test_a_file_an_had_not_sent_is_put_away_with_the_refusal(cast: Cast) -> None:
    dossier = nothing_came(cast, "birth-registration")
    component = dossier.attachments.get().component
    supplements.attach(dossier.pk, cast.an.user, component, [picture("chưa gửi.png")])
    intake.refuse(dossier.pk, cast.chi.again(), reason="Không bổ sung.", basis="Điều 35")
    kept = dossier.attachments.filter(removed_at__isnull=True)
    assert [attachment.is_pending for attachment in kept] == [False]


def test_chi_waits_longer_at_the_door_and_the_new_last_day_counts(cast: Cast) -> None:
    dossier = nothing_came(cast)
    new_day = at_eight(25).date()
    with clock.shifted_to(at_eight(16)):
        supplements.wait_at_intake(dossier.pk, cast.chi.again(), due_on=new_day)
    dossier.refresh_from_db()
    assert dossier.state == State.INTAKE_SUPPLEMENT
    request = dossier.supplement_requests.get()
    assert (request.due_on, request.expired_at) == (new_day, None)
    assert [step.queue_at for step in dossier.steps.open()] == [NEVER]
    assert told("supplement_asked") == ["an", "an"]
    assert tick(at_eight(25)) == NOTHING
    assert tick(at_eight(26)) == {**NOTHING, "supplements_expired": 1}
    assert told("supplement_expired") == ["chi", "chi"]


def test_an_answers_late_at_the_door_and_chi_receives(cast: Cast) -> None:
    dossier = nothing_came(cast)
    cast.an.answers(dossier)
    assert dossier.supplement_requests.get().state == SupplementRequest.State.ANSWERED
    assert cast.chi.receives(dossier).state == State.ACCEPTED


def test_chi_neither_refuses_nor_waits_longer_before_the_last_day_has_passed(cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits(NAME))
    last_day = f"{dossier.supplement_requests.get().due_on:%d/%m/%Y}"
    with pytest.raises(NotNow, match=f"còn hạn bổ sung đến hết ngày {last_day}"):
        intake.refuse(dossier.pk, cast.chi.again(), reason="Thiếu.", basis="Điều 35")
    with pytest.raises(NotNow, match="còn hạn bổ sung"):
        supplements.wait_at_intake(dossier.pk, cast.chi.again(), due_on=at_eight(25).date())
    dossier.refresh_from_db()
    assert dossier.state == State.INTAKE_SUPPLEMENT
    assert dossier.supplement_requests.get().state == SupplementRequest.State.ASKED


@pytest.mark.parametrize("name", ["dung", "giang", "an", "chi2"])
def test_nobody_but_chi_decides_at_the_door(cast: Cast, name: str) -> None:
    dossier, person = nothing_came(cast), getattr(cast, name).again()
    with pytest.raises(PermissionDenied):
        intake.refuse(dossier.pk, person, reason="Không.", basis="Không.")
    with pytest.raises(PermissionDenied):
        supplements.wait_at_intake(dossier.pk, person, due_on=at_eight(25).date())
    dossier.refresh_from_db()
    assert dossier.state == State.INTAKE_SUPPLEMENT
    assert dossier.events.filter(kind__in=["refuse", "wait_at_intake"]).count() == 0


def broken(cast: Cast) -> Dossier:
    """A late dossier whose applicant cannot be told anything."""
    with clock.shifted_to(ACCEPTED):
        dossier = cast.chi.forwards(cast.chi.receives(cast.binh.submits(NAME)))
    Dossier.objects.filter(pk=dossier.pk).update(contact=["not", "what", "is", "expected"])
    return dossier


def test_a_dossier_that_cannot_be_handled_keeps_no_other_from_anything(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = broken(cast), with_dung(cast)
    Dossier.objects.filter(pk=bad.pk).update(due_at=DUE)
    assert tick(DUE + timedelta(hours=1))["overdue"] == 1
    assert f"sweep: Dossier {bad.pk} failed: AttributeError" in caplog.text
    assert (told("dossier_late"), told("officer_overdue")) == (["an"], ["dung"])
    late = Dossier.objects.filter(overdue_noticed_at__isnull=False)
    assert list(late.values_list("pk", flat=True)) == [good.pk]


def test_a_duty_that_cannot_be_done_keeps_no_other_from_anything(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with_dung(cast)
    with mock.patch.object(sweeping, "calendars", side_effect=ValueError("no office hours")):
        assert tick(DUE + timedelta(hours=1)) == {**NOTHING, "overdue": 1}
    assert "sweep: due_soon failed: ValueError: no office hours" in caplog.text


@pytest.mark.parametrize("end", [SoftTimeLimitExceeded(), OperationalError("server closed")])
def test_without_time_or_database_no_dossier_is_to_blame(cast: Cast, end: Exception) -> None:
    with_dung(cast)
    with (
        mock.patch.object(sweeping, "record", side_effect=end),
        pytest.raises(type(end)),
    ):
        tick(DUE + timedelta(hours=1))
    assert told("dossier_late") == []


@contextmanager
def both_have_read() -> Iterator[None]:
    """Two sweeps meet when both have found the row and neither has acted."""
    gate, real = Barrier(2), sweeping.locked

    def meet(dossier_id: int) -> Dossier:
        gate.wait(timeout=10)
        return real(dossier_id)

    with mock.patch.object(sweeping, "locked", meet):
        yield


@contextmanager
def without_condition() -> Iterator[None]:
    """The stamp is written whether or not another sweep has written it."""

    def always(rows: DossierQuerySet, **values: Any) -> int:
        return models.QuerySet.update(Dossier.objects.all(), **values)

    with mock.patch.object(DossierQuerySet, "update", always):
        yield


@pytest.mark.parametrize(
    ("at", "duty"),
    [
        (DUE - timedelta(hours=1), "due_soon"),
        (DUE + timedelta(hours=1), "overdue"),
    ],
)
def test_of_two_sweeps_at_once_one_acts(committed: Cast, at: datetime, duty: str) -> None:
    with_dung(committed)
    with both_have_read():
        counts = at_once(lambda: tick(at), lambda: tick(at))
    assert sorted(count[duty] for count in counts) == [0, 1]


def test_of_two_sweeps_at_once_one_hands_the_decision_to_giang(committed: Cast) -> None:
    dossier = asked_of_an(committed)
    after = datetime(2026, 12, 16, 8, 0, tzinfo=clock.ZONE)
    with both_have_read():
        counts = at_once(lambda: tick(after), lambda: tick(after))
    assert sorted(count["supplements_expired"] for count in counts) == [0, 1]
    assert head_steps(dossier) == 1


def test_without_the_conditional_stamp_both_would_act(committed: Cast) -> None:
    dossier = with_dung(committed)
    at = DUE + timedelta(hours=1)
    with both_have_read(), without_condition():
        counts = at_once(lambda: tick(at), lambda: tick(at))
    assert [count["overdue"] for count in counts] == [1, 1]
    assert dossier.events.filter(kind="became_overdue").count() == 2


def test_work_taken_on_goes_back_when_its_holder_serves_no_more(cast: Cast) -> None:
    dossiers = [cast.an.submits(NAME) for _each in range(3)]
    for dossier in dossiers:
        cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    assert sweeping.tick()["abandoned"] == 0
    Posting.objects.filter(user=cast.chi.pk).update(ended_at=clock.now())
    assert sweeping.tick()["abandoned"] == 3
    assert sweeping.tick()["abandoned"] == 0
    step = dossiers[0].steps.get()
    assert (step.claimed_by, step.claimed_at, step.done_at) == (None, None, None)
    event = dossiers[0].events.get(kind="freed")
    assert (event.actor, event.step_name) == (None, step.name)


def test_work_of_a_shut_account_goes_back_too(cast: Cast) -> None:
    dossier = cast.an.submits(NAME)
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    User.objects.filter(pk=cast.chi.pk).update(is_active=False)
    assert sweeping.tick()["abandoned"] == 1
    assert dossier.steps.get().claimed_by is None
