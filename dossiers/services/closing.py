"""Leaving the way: withdrawing, stopping and going on."""

from django.utils.translation import gettext as _

from dossiers.models import NEVER, Dossier, DossierStep, SupplementRequest
from dossiers.services.moving import moving
from dossiers.services.stepping import cancel_open_steps, close, my_step, open_step, requeue
from dossiers.services.timing import pause, reply_due_at, unpause
from dossiers.telling import tell_applicant
from dossiers.workflow import PAUSED, State
from portal.accounts.models import Role, User
from portal.core import clock


def ask_withdrawal(
    dossier_id: int, actor: User, *, reason: str, version: int | None = None
) -> Dossier:
    """The applicant asks for the dossier back; a clerk confirms it."""
    with moving(dossier_id, actor, "ask_withdrawal", version=version, reason=reason) as dossier:
        cancel_open_steps(dossier)
        drop_request(dossier)
        open_step(
            dossier,
            DossierStep.Kind.WITHDRAWAL,
            _("Xác nhận rút hồ sơ"),
            Role.RECEPTION_CLERK,
            reply_due_at(dossier),
        )
    return dossier


def confirm_withdrawal(dossier_id: int, actor: User, version: int | None = None) -> Dossier:
    """The dossier is closed without a result; its number is never used again."""
    with moving(dossier_id, actor, "confirm_withdrawal", version=version) as dossier:
        confirmation = my_step(dossier, actor, DossierStep.Kind.WITHDRAWAL)
        close(confirmation, actor, DossierStep.Outcome.FORWARDED)
        unpause(dossier)
        tell_applicant(dossier, "withdrawal_confirmed")
    return dossier


def stop(dossier_id: int, actor: User, *, reason: str, version: int | None = None) -> Dossier:
    """The head stops the dossier with a reason; the clock pauses."""
    with moving(dossier_id, actor, "stop", version=version, reason=reason) as dossier:
        if dossier.state not in PAUSED:
            pause(dossier, State.STOPPED)
        drop_request(dossier)
        cancel_open_steps(dossier, DossierStep.Kind.APPROVAL)
        requeue(dossier, NEVER)
        tell_applicant(dossier, "dossier_stopped", cause=str(dossier.version), reason=reason)
    return dossier


def resume(
    dossier_id: int, actor: User, *, reason: str = "", version: int | None = None
) -> Dossier:
    """The head lets the dossier go on; the clock runs on."""
    with moving(dossier_id, actor, "resume", version=version, reason=reason) as dossier:
        unpause(dossier)
        requeue(dossier, dossier.due_at or clock.now())
    return dossier


def drop_request(dossier: Dossier) -> None:
    """An open request is no longer to be answered; files that waited to be sent are put away."""
    states = SupplementRequest.State
    open_requests = dossier.supplement_requests.filter(state__in=[states.PROPOSED, states.ASKED])
    open_requests.update(state=states.CANCELLED)
    waiting = dossier.attachments.filter(is_pending=True, removed_at__isnull=True)
    waiting.update(removed_at=clock.now())
