"""At the door of the agency: receive, ask for what is missing, or refuse."""

from datetime import date

from django.utils.translation import gettext as _

from dossiers.models import NEVER, Dossier, DossierStep, SupplementRequest
from dossiers.papers import acceptance_facts, items_asked, refusal_facts, supplement_facts
from dossiers.services.attaching import refuse_infected
from dossiers.services.closing import drop_request
from dossiers.services.moving import moving
from dossiers.services.stepping import close, my_step, open_process_steps, orders_of, requeue
from dossiers.services.timing import deadline_of, time_for
from dossiers.telling import tell_applicant
from portal.accounts.models import Role, User
from portal.core import clock
from portal.core.numbering import next_number
from portal.core.refusals import NotNow
from portal.documents.models import Paper
from portal.documents.services import write_paper
from procedures.models import Process, ProcessStep


def receive(dossier_id: int, actor: User, version: int | None = None) -> Dossier:
    """Take the dossier in: pin its time and process, start the clock, write Form 01."""
    with moving(dossier_id, actor, "receive", version=version) as dossier:
        intake = my_step(dossier, actor, DossierStep.Kind.INTAKE)
        refuse_infected(dossier)
        _pin(dossier)
        dossier.accepted_at = clock.now()
        dossier.first_due_at = dossier.due_at = deadline_of(dossier, dossier.accepted_at).due_at
        close(intake, actor, DossierStep.Outcome.FORWARDED)
        _open_first_steps(dossier, actor)
        number = next_number(f"slip:{dossier.agency_id}:{dossier.accepted_at:%Y}")
        _write_slip(dossier, Paper.Kind.ACCEPTANCE_SLIP, acceptance_facts(dossier, actor, number))
        tell_applicant(dossier, "dossier_accepted")
    return dossier


def _pin(dossier: Dossier) -> None:
    """From here on the dossier keeps the time and the process in force today."""
    pv = dossier.procedure_version
    dossier.processing_time = time_for(pv, dossier.case, dossier.channel)
    processes = Process.objects.for_case(pv.procedure_id, dossier.case, clock.today())
    dossier.process = processes.first()
    if dossier.process is None:
        raise NotNow(_("Thủ tục này chưa có quy trình giải quyết. Hãy báo quản trị thủ tục."))
    if flaw := dossier.process.flaw:
        raise NotNow(
            _("Chưa tiếp nhận được: %(flaw)s Hãy báo quản trị thủ tục sửa quy trình.")
            % {"flaw": flaw}
        )


def _open_first_steps(dossier: Dossier, actor: User) -> None:
    """A first step of reception belongs to the clerk who has just received the dossier."""
    first = orders_of(dossier)[0]
    roles = set(
        ProcessStep.objects.filter(process=dossier.process, order=first).values_list(
            "role", flat=True
        )
    )
    open_process_steps(dossier, first, actor if roles == {Role.RECEPTION_CLERK} else None)


def ask_at_intake(
    dossier_id: int,
    actor: User,
    *,
    reason: str,
    pointers: list[str],
    component_ids: list[int],
    due_on: date,
    version: int | None = None,
) -> Dossier:
    """Ask once for everything missing before the dossier is taken in (Form 02)."""
    with moving(dossier_id, actor, "ask_at_intake", version=version, reason=reason) as dossier:
        my_step(dossier, actor, DossierStep.Kind.INTAKE)
        request = SupplementRequest.objects.create(
            dossier=dossier,
            state=SupplementRequest.State.ASKED,
            is_at_intake=True,
            reason=reason,
            pointers=pointers,
            component_ids=component_ids,
            asked_by=actor,
            asked_at=clock.now(),
            due_on=due_on,
        )
        requeue(dossier, NEVER)
        send_supplement_slip(dossier, request, actor)
    return dossier


def send_supplement_slip(dossier: Dossier, request: SupplementRequest, officer: User) -> None:
    """Write Form 02 and tell the applicant what to repair."""
    number = next_number(f"supplement:{dossier.agency_id}:{clock.today():%Y}")
    facts = supplement_facts(dossier, request, officer, number)
    _write_slip(dossier, Paper.Kind.SUPPLEMENT_SLIP, facts, cause=str(request.pk))
    tell_supplement_asked(dossier, request, cause=str(request.pk))


def tell_supplement_asked(dossier: Dossier, request: SupplementRequest, cause: str) -> None:
    """Tell the applicant what to repair, why and until when."""
    tell_applicant(
        dossier,
        "supplement_asked",
        cause=cause,
        what=items_asked(dossier, request),
        reason=request.reason,
        due_on=request.due_on.isoformat() if request.due_on else "",
    )


def refuse(
    dossier_id: int, actor: User, *, reason: str, basis: str, version: int | None = None
) -> Dossier:
    """Do not take the dossier in, with the reason and its legal basis (Form 03)."""
    with moving(dossier_id, actor, "refuse", version=version, reason=reason) as dossier:
        refuse_while_awaited(dossier)
        intake = my_step(dossier, actor, DossierStep.Kind.INTAKE)
        close(intake, actor, DossierStep.Outcome.FORWARDED, reason)
        drop_request(dossier)
        number = next_number(f"refusal:{dossier.agency_id}:{clock.today():%Y}")
        facts = refusal_facts(dossier, actor, reason, basis, number)
        _write_slip(dossier, Paper.Kind.REFUSAL_SLIP, facts)
        tell_applicant(dossier, "dossier_refused", reason=reason, legal_basis=basis)
    return dossier


def refuse_while_awaited(dossier: Dossier) -> None:
    """What was asked at the door may come until its last day; the clerk waits for that."""
    awaited = dossier.supplement_requests.filter(
        state=SupplementRequest.State.ASKED, expired_at__isnull=True
    ).first()
    if awaited is not None:
        raise NotNow(
            _("Người nộp còn hạn bổ sung đến hết ngày %(day)s.")
            % {"day": f"{awaited.due_on:%d/%m/%Y}"}
        )


def _write_slip(
    dossier: Dossier, kind: Paper.Kind, facts: dict[str, object], cause: str = ""
) -> None:
    write_paper(
        kind,
        key=f"{kind}:{dossier.code}:{cause}",
        reference=str(dossier.code),
        facts=facts,
        number=str(facts["number"]),
        on=clock.today(),
    )
