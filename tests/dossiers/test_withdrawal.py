"""An wants the dossier back: possible until the head has signed."""

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed

from dossiers.models import Dossier
from dossiers.services import closing
from dossiers.workflow import OPEN_TO_WITHDRAWAL, State
from notifications.models import Notice
from tests.cast import Cast
from tests.dossiers.states import WAYS

NAME = "extract-copy"
REACHED = [state for state in OPEN_TO_WITHDRAWAL if state in WAYS]


def confirmed_by_chi(cast: Cast, dossier: Dossier) -> Dossier:
    """Chi takes the confirmation on and gives it."""
    cast.chi.claims(dossier, "withdrawal")
    return closing.confirm_withdrawal(dossier.pk, cast.chi.user)


@pytest.mark.parametrize("state", REACHED)
def test_an_gets_the_dossier_back_before_a_signature(cast: Cast, state: str) -> None:
    dossier = WAYS[state](cast)
    code = dossier.code
    cast.an.asks_withdrawal(dossier)
    assert [step.kind for step in dossier.steps.open()] == ["withdrawal"]
    confirmed_by_chi(cast, dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.code) == (State.WITHDRAWN, code)
    assert not dossier.steps.open().exists()
    assert not dossier.pauses.filter(ended_at__isnull=True).exists()
    assert not dossier.supplement_requests.filter(state__in=["proposed", "asked"]).exists()
    assert Notice.objects.filter(kind="withdrawal_confirmed", recipient=cast.an.user).count() == 1
    assert dossier.events.get(kind="ask_withdrawal").reason == "Nộp nhầm."


@pytest.mark.parametrize("state", ["processing, signed", State.RESOLVED, State.RETURNED])
def test_after_the_signature_it_is_too_late(cast: Cast, state: str) -> None:
    dossier = WAYS[state](cast)
    dossier.refresh_from_db()
    before = (dossier.state, dossier.version, dossier.events.count())
    with pytest.raises(TransitionNotAllowed):
        cast.an.asks_withdrawal(dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.version, dossier.events.count()) == before


def test_only_an_may_ask(cast: Cast) -> None:
    dossier = cast.an.submits(NAME)
    for other in (cast.binh, cast.chi, cast.giang):
        with pytest.raises(PermissionDenied):
            other.asks_withdrawal(dossier)
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert [step.kind for step in dossier.steps.open()] == ["intake"]


def test_only_a_clerk_of_the_agency_may_confirm(cast: Cast) -> None:
    dossier = cast.an.asks_withdrawal(cast.an.submits(NAME))
    for other in (cast.an, cast.dung, cast.giang, cast.chi2):
        with pytest.raises(PermissionDenied):
            closing.confirm_withdrawal(dossier.pk, other.user)
    dossier.refresh_from_db()
    assert dossier.state == State.WITHDRAWAL_ASKED
    assert not Notice.objects.filter(kind="withdrawal_confirmed").exists()


def test_the_number_of_a_withdrawn_dossier_is_not_given_out_again(cast: Cast) -> None:
    first = cast.an.submits(NAME)
    confirmed_by_chi(cast, cast.an.asks_withdrawal(first))
    second = cast.an.submits(NAME)
    assert first.code is not None
    assert second.code is not None
    assert (first.code[-5:], second.code[-5:]) == ("-0001", "-0002")
