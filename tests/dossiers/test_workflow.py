"""The law as a table: every state × every move."""

import pytest
from django_fsm import can_proceed

from dossiers.models import Dossier
from dossiers.workflow import NATIONAL_CODES, State
from tests.cast import Cast
from tests.dossiers.states import WAYS

LAW: dict[str, set[str]] = {
    State.DRAFT: {"submit"},
    State.SUBMITTED: {"receive", "ask_at_intake", "refuse", "ask_withdrawal"},
    State.INTAKE_SUPPLEMENT: {"answer_at_intake", "ask_withdrawal", "refuse", "wait_at_intake"},
    State.REFUSED: set(),
    State.ACCEPTED: {"forward", "ask_withdrawal"},
    State.PROCESSING: {
        "forward",
        "send_back",
        "propose_supplement",
        "ask_for_more",
        "decline_supplement",
        "ask_for_payment",
        "ask_withdrawal",
        "stop",
    },
    "processing, signed": {"forward", "send_back", "decline_supplement", "resolve"},
    State.SUPPLEMENT: {"answer", "ask_withdrawal", "stop", "wait_longer"},
    State.WITHDRAWAL_ASKED: {"confirm_withdrawal"},
    State.WITHDRAWN: set(),
    State.STOPPED: {"resume"},
    State.RESOLVED: {"return_result"},
    State.RETURNED: set(),
}
MOVES = sorted({t.name for t in Dossier().get_all_state_transitions()})
CODES = {
    "draft": None,
    "submitted": 1,
    "accepted": 2,
    "refused": 3,
    "processing": 4,
    "intake_supplement": 5,
    "supplement": 5,
    "awaiting_payment": 6,
    "withdrawal_asked": 7,
    "withdrawn": 7,
    "stopped": 8,
    "resolved": 9,
    "returned": 10,
}


@pytest.mark.parametrize("state", WAYS)
def test_only_the_lawful_moves_lead_on(cast: Cast, state: str) -> None:
    dossier = WAYS[state](cast)
    dossier.refresh_from_db()
    assert dossier.state == state.split(",", maxsplit=1)[0]
    assert {move for move in MOVES if can_proceed(getattr(dossier, move))} == LAW[state]


def test_every_state_has_its_national_code() -> None:
    assert {str(state): code for state, code in NATIONAL_CODES.items()} == CODES
    assert {state.value for state in State} == set(CODES)


def test_nobody_sets_the_state_by_hand(cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    with pytest.raises(AttributeError):
        dossier.state = State.RETURNED
