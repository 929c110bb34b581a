"""How each state is reached, through the services alone."""

from collections.abc import Callable

from dossiers.models import Dossier
from dossiers.services import closing
from dossiers.workflow import State
from tests.cast import Cast

NAME = "extract-copy"


def _submitted(cast: Cast) -> Dossier:
    return cast.an.submits(NAME)


def _accepted(cast: Cast) -> Dossier:
    return cast.chi.receives(_submitted(cast))


def _processing(cast: Cast) -> Dossier:
    return cast.chi.forwards(_accepted(cast))


def _proposed(cast: Cast) -> Dossier:
    return cast.dung.proposes_supplement(_processing(cast))


def _supplement(cast: Cast) -> Dossier:
    return cast.giang.approves_supplement(_proposed(cast))


def _stopped(cast: Cast) -> Dossier:
    dossier = _processing(cast)
    return closing.stop(dossier.pk, cast.giang.again(), reason="Chờ toà án.")


def _withdrawal_asked(cast: Cast) -> Dossier:
    return cast.an.asks_withdrawal(_submitted(cast))


def _withdrawn(cast: Cast) -> Dossier:
    return cast.chi.confirms_withdrawal(_withdrawal_asked(cast))


def _signed(cast: Cast) -> Dossier:
    return cast.walks(_accepted(cast))


def _resolved(cast: Cast) -> Dossier:
    dossier = _signed(cast)
    return cast.issuer(dossier).resolves(dossier)


def _returned(cast: Cast) -> Dossier:
    return cast.chi.returns(_resolved(cast))


WAYS: dict[str, Callable[[Cast], Dossier]] = {
    State.DRAFT: lambda cast: cast.an.drafts(NAME),
    State.SUBMITTED: _submitted,
    State.INTAKE_SUPPLEMENT: lambda cast: cast.chi.asks_at_intake(_submitted(cast)),
    State.REFUSED: lambda cast: cast.chi.refuses(_submitted(cast)),
    State.ACCEPTED: _accepted,
    State.PROCESSING: _processing,
    "processing, signed": _signed,
    State.SUPPLEMENT: _supplement,
    State.WITHDRAWAL_ASKED: _withdrawal_asked,
    State.WITHDRAWN: _withdrawn,
    State.STOPPED: _stopped,
    State.RESOLVED: _resolved,
    State.RETURNED: _returned,
}
