"""Asking the applicant to repair a dossier, and taking the repair in (Form 02)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.models import NEVER, Attachment, Dossier, DossierStep, SupplementRequest
from dossiers.services.attaching import HandedIn, keep_files, link_files, refuse_too_many
from dossiers.services.intake import (
    refuse_while_awaited,
    send_supplement_slip,
    tell_supplement_asked,
)
from dossiers.services.moving import keep, locked, moving
from dossiers.services.stepping import cancel_open_steps, close, my_step, open_step, requeue
from dossiers.services.timing import pause, reply_due_at, unpause
from dossiers.telling import tell_applicant
from dossiers.workflow import State
from portal.accounts.models import Role, User
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.models import StoredFile
from procedures.form_compiler import compile_form
from procedures.models import Component

Asked = SupplementRequest.State
FORWARDED = DossierStep.Outcome.FORWARDED


def propose(
    dossier_id: int,
    actor: User,
    *,
    reason: str,
    pointers: list[str],
    component_ids: list[int],
    due_on: date,
    version: int | None = None,
) -> Dossier:
    """The officer lists everything missing; it goes out when the head approves."""
    with moving(dossier_id, actor, "propose_supplement", version=version, reason=reason) as dossier:
        my_step(dossier, actor, DossierStep.Kind.PROCESS)
        if dossier.supplement_requests.filter(state=Asked.PROPOSED).exists():
            raise NotNow(_("Đã có một đề nghị bổ sung đang chờ lãnh đạo duyệt."))
        SupplementRequest.objects.create(
            dossier=dossier,
            state=Asked.PROPOSED,
            is_at_intake=False,
            reason=reason,
            pointers=pointers,
            component_ids=component_ids,
            asked_by=actor,
            due_on=due_on,
        )
        open_step(
            dossier,
            DossierStep.Kind.APPROVAL,
            _("Duyệt yêu cầu bổ sung"),
            Role.AGENCY_HEAD,
            dossier.due_at or clock.now(),
        )
    return dossier


def approve(dossier_id: int, actor: User, version: int | None = None) -> Dossier:
    """The head approves: Form 02 goes out and the clock pauses."""
    with moving(dossier_id, actor, "ask_for_more", version=version) as dossier:
        request = _request(dossier, Asked.PROPOSED)
        if request.asked_by_id == actor.pk:
            raise PermissionDenied("approve own proposal")
        close(my_step(dossier, actor, DossierStep.Kind.APPROVAL), actor, FORWARDED)
        request.state, request.approved_by, request.asked_at = Asked.ASKED, actor, clock.now()
        request.save()
        dossier.supplements_asked += 1
        pause(dossier, State.SUPPLEMENT)
        requeue(dossier, NEVER)
        send_supplement_slip(dossier, request, request.asked_by)
    return dossier


def decline(dossier_id: int, actor: User, *, reason: str, version: int | None = None) -> Dossier:
    """The head does not approve; the officer goes on without the applicant."""
    with moving(dossier_id, actor, "decline_supplement", version=version, reason=reason) as dossier:
        request = _request(dossier, Asked.PROPOSED)
        approval = my_step(dossier, actor, DossierStep.Kind.APPROVAL)
        close(approval, actor, DossierStep.Outcome.SENT_BACK, reason)
        request.state, request.approved_by = Asked.DECLINED, actor
        request.save()
    return dossier


def wait_longer(
    dossier_id: int, actor: User, *, due_on: date, version: int | None = None
) -> Dossier:
    """The applicant let the last day pass; the head sets a new one instead of stopping."""
    with moving(dossier_id, actor, "wait_longer", version=version) as dossier:
        request = _request(dossier, Asked.ASKED)
        close(my_step(dossier, actor, DossierStep.Kind.APPROVAL), actor, FORWARDED)
        _set_last_day(dossier, request, due_on)
    return dossier


def wait_at_intake(
    dossier_id: int, actor: User, *, due_on: date, version: int | None = None
) -> Dossier:
    """Nothing came to the door until the last day; the clerk sets a new one."""
    with moving(dossier_id, actor, "wait_at_intake", version=version) as dossier:
        refuse_while_awaited(dossier)
        my_step(dossier, actor, DossierStep.Kind.INTAKE)
        _set_last_day(dossier, _request(dossier, Asked.ASKED), due_on)
        requeue(dossier, NEVER)
    return dossier


def _set_last_day(dossier: Dossier, request: SupplementRequest, due_on: date) -> None:
    """The applicant has time until that day, and is told so."""
    request.due_on, request.expired_at = due_on, None
    request.save()
    tell_supplement_asked(dossier, request, cause=f"{request.pk}:{due_on}")


def save_answer(
    dossier_id: int, applicant: User, form_data: dict[str, Any], version: int | None = None
) -> SupplementRequest:
    """Keep the repaired fields as a draft; nothing is sent yet."""
    with transaction.atomic():
        dossier = _mine(dossier_id, applicant, version)
        request = _request(dossier, Asked.ASKED)
        request.answer = {"form_data": form_data}
        request.save(update_fields=["answer"])
        keep(dossier)
    return request


def attach(
    dossier_id: int, applicant: User, component: Component, files: "Iterable[HandedIn]"
) -> list[Attachment]:
    """Add files to a paper that was asked for; they wait until the supplement is sent.

    Files are looked into before the dossier is locked.
    """
    with transaction.atomic():
        asking, files = _asking(dossier_id, applicant, component), list(files)
        refuse_too_many(asking, component, len(files), is_pending=True)
    kept = keep_files(applicant, component, files)
    with transaction.atomic():
        dossier = _asking(dossier_id, applicant, component)
        return link_files(dossier, component, kept, is_pending=True)


def _asking(dossier_id: int, applicant: User, component: Component) -> Dossier:
    """The applicant's dossier under lock, if this paper was asked for."""
    dossier = _mine(dossier_id, applicant, None)
    if component.pk not in _request(dossier, Asked.ASKED).component_ids:
        raise NotNow(_("Giấy tờ này không được yêu cầu bổ sung."))
    return dossier


def detach(attachment_id: int, applicant: User) -> None:
    """Take back a file that was not sent yet."""
    with transaction.atomic():
        attachment = Attachment.objects.get(pk=attachment_id)
        dossier = _mine(attachment.dossier_id, applicant, None)
        if not attachment.is_pending:
            raise NotNow(_("Tệp đã gửi thì không rút lại được; hãy gửi tệp mới thay thế."))
        Attachment.objects.filter(pk=attachment_id).update(removed_at=clock.now())
        keep(dossier)


def answer(dossier_id: int, applicant: User, version: int | None = None) -> Dossier:
    """Send the repair: only what was asked changes; sending it again changes nothing."""
    with transaction.atomic():
        current = locked(dossier_id)
        is_mine = current.applicant_id == applicant.pk
        if is_mine and current.state in (State.SUBMITTED, State.PROCESSING):
            return current
        is_at_intake = current.state == State.INTAKE_SUPPLEMENT
        move = "answer_at_intake" if is_at_intake else "answer"
        with moving(dossier_id, applicant, move, version=version) as dossier:
            request = _request(dossier, Asked.ASKED)
            _take_in(dossier, request)
            if not is_at_intake:
                unpause(dossier)
                cancel_open_steps(dossier, DossierStep.Kind.APPROVAL)
            requeue(dossier, _queue_again(dossier))
            tell_applicant(dossier, "supplement_answered", cause=str(request.pk))
    return dossier


def _queue_again(dossier: Dossier) -> Any:
    """A dossier not yet taken in gets a fresh reception time; another its due time."""
    if dossier.accepted_at is None:
        dossier.intake_due_at = reply_due_at(dossier)
        dossier.steps.open().update(due_at=dossier.intake_due_at)
        return dossier.intake_due_at
    return dossier.due_at


def _take_in(dossier: Dossier, request: SupplementRequest) -> None:
    """Merge the repaired fields, replace the repaired papers, close the request."""
    if missing := _missing(dossier, request):
        raise NotNow(missing)
    if "form_data" in request.answer:
        dossier.form_data = request.answer["form_data"]
    files = dossier.attachments.filter(removed_at__isnull=True)
    replaced = set(files.filter(is_pending=True).values_list("component_id", flat=True))
    files.filter(is_pending=False, component_id__in=replaced).update(removed_at=clock.now())
    files.filter(is_pending=True).update(is_pending=False)
    request.state, request.answered_at = Asked.ANSWERED, clock.now()
    request.save()


def _missing(dossier: Dossier, request: SupplementRequest) -> str:
    """The first thing still to be repaired, as a sentence; empty when all is there."""
    pending = dossier.attachments.filter(removed_at__isnull=True, is_pending=True)
    pending = pending.exclude(file__scan_state=StoredFile.Scan.INFECTED)
    present = set(pending.values_list("component_id", flat=True))
    for component in dossier.procedure_version.components.filter(pk__in=request.component_ids):
        if component.pk not in present:
            return _("Hãy tải lên: %(name)s.") % {"name": component.name.rstrip(".")}
    if dossier.form_version is not None and request.pointers:
        value = request.answer.get("form_data", dossier.form_data)
        problems = compile_form(dossier.form_version.schema).problems(value)
        if problems:
            return str(problems[0][1])
    return ""


def _request(dossier: Dossier, state: str) -> SupplementRequest:
    """The open request of the dossier in that state; NotNow when there is none."""
    request = dossier.supplement_requests.filter(state=state).select_related("asked_by").first()
    if request is None:
        raise NotNow(_("Hiện không có yêu cầu bổ sung nào đang chờ."))
    return request


def _mine(dossier_id: int, applicant: User, version: int | None) -> Dossier:
    """The applicant's dossier under lock, as if it did not exist for anybody else."""
    dossier = locked(dossier_id, version)
    if dossier.applicant_id != applicant.pk:
        raise Dossier.DoesNotExist
    return dossier
