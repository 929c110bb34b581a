"""Something is missing: asked once, all of it, by the clerk at the door or with the head's word."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed

from dossiers.models import NEVER, Attachment, Dossier, SupplementRequest
from dossiers.services import submission, supplements
from dossiers.workflow import State
from notifications.models import Notice
from portal.accounts.models import Posting, Role
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.models import Paper
from procedures.models import ProcessingTime
from tests.cast import Cast, picture, version_of

NAME = "birth-registration"


def at(day: int, hour: int) -> datetime:
    """A full hour of October 2022."""
    return datetime(2022, 10, day, hour, 0, tzinfo=clock.ZONE)


def to_the_minute(instant: datetime | None) -> datetime:
    """The nearest minute: the clock of a test runs on while people act."""
    assert instant is not None
    return (instant + timedelta(seconds=30)).replace(second=0, microsecond=0)


def under_review(cast: Cast) -> Dossier:
    """An's dossier with Dũng, taken on by nobody yet."""
    return cast.chi.forwards(cast.chi.receives(cast.an.submits(NAME)))


def asked_of_an(cast: Cast) -> Dossier:
    """An's dossier, waiting for An."""
    dossier = cast.dung.proposes_supplement(under_review(cast))
    return cast.giang.approves_supplement(dossier)


def names_of(dossier: Dossier) -> list[str]:
    """The files that count as handed in."""
    handed_in = dossier.attachments.filter(removed_at__isnull=True, is_pending=False)
    return [str(attachment.file) for attachment in handed_in.select_related("file")]


def slips_of(dossier: Dossier) -> int:
    """How many Forms 02 the dossier has."""
    slips = Paper.objects.filter(reference=dossier.code, kind=Paper.Kind.SUPPLEMENT_SLIP)
    return slips.count()


def test_before_acceptance_chi_asks_alone_and_the_clock_has_not_started(cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits(NAME))
    dossier.refresh_from_db()
    assert dossier.state == State.INTAKE_SUPPLEMENT
    assert (dossier.accepted_at, dossier.first_due_at, dossier.due_at) == (None, None, None)
    assert not dossier.pauses.exists()
    assert dossier.supplements_asked == 0
    assert [step.queue_at for step in dossier.steps.open()] == [NEVER]
    assert slips_of(dossier) == 1
    assert Notice.objects.filter(kind="supplement_asked", recipient=cast.an.user).count() == 1


def test_an_answers_at_the_door_and_chi_takes_the_dossier_in(cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits(NAME))
    cast.an.answers(dossier)
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert [step.queue_at for step in dossier.steps.open()] == [dossier.intake_due_at]
    assert cast.chi.receives(dossier).due_at is not None


def test_a_paper_that_is_full_can_still_be_handed_in_anew(cast: Cast) -> None:
    draft = cast.an.drafts(NAME)
    lies = draft.attachments.get()
    for _each in range(9):
        Attachment.objects.create(dossier=draft, component=lies.component, file=lies.file)
    dossier = cast.chi.asks_at_intake(submission.submit(draft.pk, cast.an.user))
    new = picture("giấy chứng sinh, chụp lại.png")
    supplements.attach(dossier.pk, cast.an.user, lies.component, [new])
    supplements.answer(dossier.pk, cast.an.user)
    assert names_of(dossier) == ["giấy chứng sinh, chụp lại.png"]


def test_after_acceptance_nothing_reaches_an_before_giang_approves(cast: Cast) -> None:
    dossier = cast.dung.proposes_supplement(under_review(cast))
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert not dossier.pauses.exists()
    assert slips_of(dossier) == 0
    assert not Notice.objects.filter(kind="supplement_asked").exists()


def test_giang_approves_and_the_clock_stands_still(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    dossier.refresh_from_db()
    request = dossier.supplement_requests.get()
    assert dossier.state == State.SUPPLEMENT
    assert (request.asked_by, request.approved_by) == (cast.dung.user, cast.giang.user)
    pause = dossier.pauses.get()
    assert (pause.reason, pause.ended_at) == ("supplement", None)
    assert [step.queue_at for step in dossier.steps.open()] == [NEVER]
    assert slips_of(dossier) == 1
    assert Notice.objects.filter(kind="supplement_asked", recipient=cast.an.user).count() == 1


def test_giang_does_not_approve_and_an_hears_nothing(cast: Cast) -> None:
    dossier = cast.dung.proposes_supplement(under_review(cast))
    cast.giang.claims(dossier, "approval")
    supplements.decline(dossier.pk, cast.giang.user, reason="Đã đủ giấy tờ.")
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert dossier.supplement_requests.get().state == SupplementRequest.State.DECLINED
    assert dossier.supplements_asked == 0
    assert not dossier.pauses.exists()
    assert not Notice.objects.filter(kind="supplement_asked").exists()
    assert cast.dung.forwards(dossier).state == State.PROCESSING


def test_dung_cannot_approve_what_he_proposed_though_he_stands_in_for_the_head(cast: Cast) -> None:
    Posting.objects.create(
        user=cast.dung.user,
        agency=cast.dung.current_postings[0].agency,
        role=Role.AGENCY_HEAD,
        valid_from=clock.today(),
    )
    dossier = cast.dung.proposes_supplement(under_review(cast))
    with pytest.raises(PermissionDenied):
        cast.dung.approves_supplement(dossier)
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert dossier.supplement_requests.get().state == SupplementRequest.State.PROPOSED
    assert not dossier.pauses.exists()


@pytest.mark.parametrize(
    ("amount", "unit", "first_due", "due"),
    [
        (5, "working_day", at(24, 17), at(31, 17)),
        (40, "working_hour", at(24, 9), at(28, 11)),
    ],
)
def test_a_pause_moves_the_due_time_by_what_it_took(
    cast: Cast, amount: int, unit: str, first_due: datetime, due: datetime
) -> None:
    ProcessingTime.objects.filter(version=version_of(NAME)).update(
        amount=amount, unit=unit, cutoff=None
    )
    dossier = cast.an.submits(NAME)
    with clock.shifted_to(at(17, 9)):
        cast.chi.receives(dossier)
        cast.chi.forwards(dossier)
    with clock.shifted_to(at(19, 10)):
        cast.dung.proposes_supplement(dossier)
        cast.giang.approves_supplement(dossier)
    with clock.shifted_to(at(25, 14)):
        cast.an.answers(dossier)
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert (to_the_minute(dossier.first_due_at), to_the_minute(dossier.due_at)) == (first_due, due)
    assert [step.queue_at for step in dossier.steps.open()] == [dossier.due_at]


def test_the_new_paper_replaces_the_old_one_only_when_it_is_sent(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    old = dossier.attachments.get()
    supplements.attach(dossier.pk, cast.an.user, old.component, [picture("bản rõ.png")])
    assert names_of(dossier) == ["giấy chứng sinh.png"]
    supplements.answer(dossier.pk, cast.an.user)
    assert names_of(dossier) == ["bản rõ.png"]
    old.refresh_from_db()
    assert old.removed_at is not None  # put aside, not deleted


def test_a_paper_nobody_asked_for_is_not_taken(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    other = dossier.procedure_version.components.get(no=3)
    with pytest.raises(NotNow):
        supplements.attach(dossier.pk, cast.an.user, other, [picture()])
    assert dossier.attachments.count() == 1


def test_binh_cannot_answer_for_an(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    component = dossier.attachments.get().component
    with pytest.raises(Dossier.DoesNotExist):
        supplements.attach(dossier.pk, cast.binh.user, component, [picture()])
    with pytest.raises(PermissionDenied):
        supplements.answer(dossier.pk, cast.binh.user)
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT
    assert names_of(dossier) == ["giấy chứng sinh.png"]


def test_an_cannot_send_before_everything_asked_is_there(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    with pytest.raises(NotNow, match="Hãy tải lên"):
        supplements.answer(dossier.pk, cast.an.user)
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT
    assert dossier.pauses.get().ended_at is None


def test_an_sends_twice_and_it_is_taken_in_once(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    cast.an.answers(dossier)
    supplements.answer(dossier.pk, cast.an.user)
    assert dossier.events.filter(kind="answer").count() == 1
    assert Notice.objects.filter(kind="supplement_answered").count() == 1


def test_an_is_asked_after_acceptance_only_once(cast: Cast) -> None:
    dossier = asked_of_an(cast)
    cast.an.answers(dossier)
    dossier.refresh_from_db()
    assert (dossier.supplements_asked, dossier.supplement_cap) == (1, 1)
    with pytest.raises(TransitionNotAllowed):
        cast.dung.proposes_supplement(dossier)
    assert dossier.supplement_requests.count() == 1
    assert dossier.steps.open().filter(kind="approval").count() == 0


def test_asking_at_the_door_does_not_use_up_the_one_request_of_the_review(cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits(NAME))
    cast.an.answers(dossier)
    cast.chi.forwards(cast.chi.receives(dossier))
    cast.dung.proposes_supplement(dossier)
    assert cast.giang.approves_supplement(dossier).state == State.SUPPLEMENT


def test_a_second_proposal_waits_for_the_first(cast: Cast) -> None:
    dossier = cast.dung.proposes_supplement(under_review(cast))
    with pytest.raises(NotNow, match="đang chờ lãnh đạo duyệt"):
        cast.dung.proposes_supplement(dossier)
    assert dossier.supplement_requests.count() == 1
