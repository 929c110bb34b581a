"""At the door: a number, a promise on paper, or a refusal with its reason."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed

from dossiers.services import intake
from dossiers.workflow import State
from notifications.models import Notice
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.models import Paper
from portal.reports.demo.cast import communes
from procedures.models import Process, ProcessStep
from tests.cast import Cast, version_of

NAME = "birth-registration"
MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=clock.ZONE)


def papers_of(code: str | None, kind: Paper.Kind) -> list[Paper]:
    """The papers of that kind."""
    return list(Paper.objects.filter(reference=code, kind=kind))


def test_every_commune_counts_its_dossiers_of_the_day(cast: Cast) -> None:
    here, there = communes(2)
    with clock.shifted_to(MORNING):
        codes = [cast.an.submits(NAME, agency).code for agency in (here, there, here)]
    with clock.shifted_to(MORNING.replace(month=12, day=1)):
        codes.append(cast.an.submits(NAME, here).code)
    assert codes == [
        f"{here.org_code}-261130-0001",
        f"{there.org_code}-261130-0001",
        f"{here.org_code}-261130-0002",
        f"{here.org_code}-261201-0001",
    ]


def test_a_draft_has_no_number(cast: Cast) -> None:
    assert cast.an.drafts(NAME).code is None


def test_form_01_says_what_was_received_by_whom_and_when_it_is_due(cast: Cast) -> None:
    with clock.shifted_to(MORNING):
        dossier = cast.chi.receives(cast.an.submits(NAME))
    [slip] = papers_of(dossier.code, Paper.Kind.ACCEPTANCE_SLIP)
    facts = slip.facts
    assert slip.number == facts["number"] == "0001/TNHS"
    assert (facts["code"], facts["lookup_secret"]) == (dossier.code, dossier.lookup_secret)
    assert facts["submitter_name"] == facts["owner_name"] == "Nguyễn Văn An"
    assert facts["receiver_name"] == "Lê Thị Chi"
    assert facts["accepted_at"][:16] == "2026-11-30T09:00"
    assert facts["due_at"] == "2026-11-30T17:00:00+07:00"
    assert facts["lookup_url"].endswith(f"/tra-cuu/{dossier.link_token}")
    assert [(row["form"], row["quantity"]) for row in facts["components"]] == [
        ("Tờ khai điện tử", 1),
        ("Tệp điện tử", 1),
    ]
    assert Notice.objects.filter(kind="dossier_accepted", recipient=cast.an.user).count() == 1


def test_chi_receives_only_once(cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits(NAME))
    with pytest.raises(TransitionNotAllowed):
        intake.receive(dossier.pk, cast.chi.user)
    assert len(papers_of(dossier.code, Paper.Kind.ACCEPTANCE_SLIP)) == 1
    assert dossier.events.filter(kind="receive").count() == 1


def test_the_first_step_of_reception_is_chis_own(cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits(NAME))
    assert [(s.order, s.claimed_by) for s in dossier.steps.open()] == [(1, cast.chi.user)]


def test_a_procedure_without_a_process_is_not_received_and_no_number_is_spent(cast: Cast) -> None:
    dossier = cast.an.submits(NAME)
    procedure = version_of(NAME).procedure
    Process.objects.filter(procedure=procedure).update(valid_to=MORNING.date().replace(year=2023))
    with pytest.raises(NotNow, match="chưa có quy trình"):
        cast.chi.receives(dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.accepted_at) == (State.SUBMITTED, None)
    assert papers_of(dossier.code, Paper.Kind.ACCEPTANCE_SLIP) == []
    Process.objects.filter(procedure=procedure).update(valid_to=None)
    cast.chi.receives(dossier)
    [slip] = papers_of(dossier.code, Paper.Kind.ACCEPTANCE_SLIP)
    assert slip.number == "0001/TNHS"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "officer"}, "chưa có bước nào của lãnh đạo cơ quan"),
        ({"order": 9}, "đang là bước cuối"),
        ({"order": 2}, "trùng thứ tự với bước ký"),
    ],
)
def test_a_process_nobody_could_end_is_not_pinned_and_nothing_changes(
    cast: Cast, change: dict[str, Any], said: str
) -> None:
    dossier = cast.an.submits(NAME)
    steps = ProcessStep.objects.filter(process__procedure=version_of(NAME).procedure)
    assert steps.filter(role="agency_head").update(**change) == 1
    with pytest.raises(NotNow, match=said):
        cast.chi.receives(dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.accepted_at, dossier.process) == (State.SUBMITTED, None, None)
    assert [step.kind for step in dossier.steps.open()] == ["intake"]
    assert papers_of(dossier.code, Paper.Kind.ACCEPTANCE_SLIP) == []


def test_chi_refuses_with_a_reason_and_its_basis_and_it_is_final(cast: Cast) -> None:
    dossier = cast.chi.refuses(cast.an.submits(NAME))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at) == (State.REFUSED, None)
    assert not dossier.steps.open().exists()
    [slip] = papers_of(dossier.code, Paper.Kind.REFUSAL_SLIP)
    assert (slip.facts["reason"], slip.facts["legal_basis"]) == ("Sai thẩm quyền.", "Điều 35")
    assert Notice.objects.filter(kind="dossier_refused", recipient=cast.an.user).count() == 1
    with pytest.raises(TransitionNotAllowed):
        intake.receive(dossier.pk, cast.chi.user)


def test_dung_neither_receives_nor_refuses(cast: Cast) -> None:
    dossier = cast.an.submits(NAME)
    with pytest.raises(PermissionDenied):
        intake.receive(dossier.pk, cast.dung.user)
    with pytest.raises(PermissionDenied):
        intake.refuse(dossier.pk, cast.dung.user, reason="Không.", basis="Không.")
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert list(dossier.events.values_list("kind", flat=True)) == ["submit"]
