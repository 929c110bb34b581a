"""What one system administrator proposes and another approves; never oneself, never one's own."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.desk_rules import is_system_admin
from portal.accounts.models import AccountProposal, Agency, User
from portal.accounts.services import desk, passwords, postings
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock
from portal.core.refusals import NotNow

Kind, State = AccountProposal.Kind, AccountProposal.State


def propose_posting(
    actor: User,
    about: User,
    *,
    agency: Agency,
    role: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> AccountProposal:
    """Propose a role that reaches beyond one agency."""
    postings.refuse_overlap(about, agency, role, valid_from, valid_to)
    return _propose(
        actor,
        about,
        kind=Kind.POSTING,
        agency=agency,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )


def propose_access(actor: User, about: User, kind: str, reason: str) -> AccountProposal:
    """Propose a first password, or enrolling anew, for whoever reaches beyond one agency."""
    return _propose(actor, about, kind=kind, reason=reason)


@transaction.atomic
def _propose(actor: User, about: User, **facts: Any) -> AccountProposal:
    if not is_system_admin(actor) or actor.pk == about.pk:
        raise PermissionDenied("propose")
    try:
        with transaction.atomic():
            proposal = AccountProposal.objects.create(about=about, proposed_by=actor, **facts)
    except IntegrityError as error:
        raise ValidationError(_("Đề nghị này đã có và đang chờ duyệt.")) from error
    _written(actor, proposal, "proposed", facts["reason"])
    return proposal


@transaction.atomic
def approve(actor: User, proposal_id: int) -> str:
    """The second administrator wants it too: it happens; a first password is told this once."""
    proposal = _waiting(actor, proposal_id)
    about = User.objects.select_for_update().get(pk=proposal.about_id)
    if actor.pk in (proposal.proposed_by_id, about.pk):
        raise PermissionDenied("approve one's own")
    if not (proposal.proposed_by.is_active and is_system_admin(proposal.proposed_by)):
        raise NotNow(_("Người đề nghị không còn quản trị hệ thống; hãy lập đề nghị mới."))
    _close(proposal, actor, State.APPROVED)
    _written(actor, proposal, "approved", proposal.reason)
    return _do(proposal, actor, about)


def _do(proposal: AccountProposal, actor: User, about: User) -> str:
    """Make the change; returns the first password if that was wanted."""
    if proposal.kind == Kind.PASSWORD:
        return passwords.give_first(actor, about, proposal.reason)
    if proposal.kind == Kind.CODES:
        desk.forget_codes(actor, about, proposal.reason)
        return ""
    assert proposal.agency is not None  # noqa: S101 - a proposed posting names them
    assert proposal.valid_from is not None  # noqa: S101 - as above
    postings.place(
        actor,
        about,
        agency=proposal.agency,
        role=proposal.role,
        valid_from=proposal.valid_from,
        valid_to=proposal.valid_to,
        reason=proposal.reason,
    )
    return ""


@transaction.atomic
def decline(actor: User, proposal_id: int) -> None:
    """It shall not be, or was proposed by mistake."""
    proposal = _waiting(actor, proposal_id)
    if actor.pk == proposal.about_id:
        raise PermissionDenied("decline what is about oneself")
    _close(proposal, actor, State.DECLINED)
    _written(actor, proposal, "declined")


def _waiting(actor: User, proposal_id: int) -> AccountProposal:
    """The proposal, locked, while nobody has decided about it."""
    if not is_system_admin(actor):
        raise PermissionDenied("decide")
    rows = AccountProposal.objects.select_for_update(of=("self",))
    proposal = rows.select_related("proposed_by", "agency").get(pk=proposal_id)
    if proposal.state != State.WAITING:
        raise NotNow(_("Đề nghị này đã có người quyết định rồi."))
    return proposal


def _close(proposal: AccountProposal, actor: User, state: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor, clock.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def _written(actor: User, proposal: AccountProposal, act: str, reason: str = "") -> None:
    record(
        Entry.Kind.ACCOUNT_CHANGED,
        actor,
        proposal,
        agency=proposal.agency,
        person=proposal.about,
        reason=reason,
        what=act,
        wanted=proposal.kind,
        posting=proposal.role,
    )
