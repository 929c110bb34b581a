"""What an officer's page shows of a dossier, and which moves it offers."""

from typing import Any

from django.utils.translation import gettext as _

from dossiers.forms import PAYER_FACTS
from dossiers.masking import masked, masked_phone, masked_text
from dossiers.models import NEVER, Dossier, DossierStep, SupplementRequest
from dossiers.move_facts import facts_before
from dossiers.offering import MOVES_OF_KIND, move_row, moves_for
from dossiers.papers import items_asked
from dossiers.permissions import has_interest
from dossiers.presenting import answers_of, fee_sum, file_row, paper_rows
from dossiers.services.timing import deadline_of
from dossiers.services.unmasking import may_unmask
from dossiers.storytelling import pause_facts
from dossiers.wording import EVENTS, day_in_words, deadline_words, moment_in_words, next_of, tag_of
from dossiers.workflow import State
from portal.accounts.models import Role, User
from portal.core import clock
from procedures.models import ORDINARY_CASE, ProcessStep

Kind = DossierStep.Kind
UNDONE = (DossierStep.Outcome.SENT_BACK, DossierStep.Outcome.CANCELLED)


def bench(dossier: Dossier, user: User) -> dict[str, Any]:
    """Everything the officer's page of a dossier shows."""
    open_steps = list(dossier.steps.open().select_related("claimed_by"))
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": next_of(dossier),
        "deadline": deadline_words(dossier),
        "due": moment_in_words(dossier.due_at),
        "first_due": moment_in_words(dossier.first_due_at),
        "resolved": day_in_words(dossier.resolved_at),
        "punctuality": dossier.get_punctuality_display(),
        "explanation": explanation(dossier),
        "steps": [step_row(step, user) for step in open_steps],
        "way": way_of(dossier),
        "moves": moves_for(dossier, user),
        "sections": masked_answers(dossier),
        "pause": pause_facts(dossier),
        "papers": _papers(dossier),
        "slips": paper_rows(dossier),
        "sum": fee_sum(dossier),
        "comes_to_nothing": dossier.state in (State.REFUSED, State.WITHDRAWN),
        "owner_number": masked(dossier.owner.get("identity_number", "")),
        "phone": masked_phone(dossier.contact.get("phone", "")),
        "may_unmask": may_unmask(dossier, user),
        "log": log_of(dossier),
        "asked": open_request(dossier),
        "result": getattr(dossier, "result", None),
        "payer": payer_of(dossier),
        "case": case_of(dossier),
    }


def look_of(dossier: Dossier, user: User, move: str) -> dict[str, Any]:
    """What the page of a move shows beside its form."""
    offered = {row["name"] for row in moves_for(dossier, user)}
    is_about_asking = move in (*MOVES_OF_KIND[Kind.APPROVAL], "wait_at_intake")
    return {
        "dossier": dossier,
        "move": move_row(move),
        "is_offered": move in offered,
        "facts": facts_before(dossier, move),
        "asked": open_request(dossier) if is_about_asking else None,
    }


def masked_answers(dossier: Dossier) -> list[dict[str, Any]]:
    """The filled-in form with every identity number and phone number masked."""
    return [
        {
            "title": section.title,
            "lines": [_masked_line(line) for line in section.lines],
        }
        for section in answers_of(dossier)
    ]


def _masked_line(line: Any) -> dict[str, str]:
    """One answer as officers see it, and the name of what may be seen in full."""
    shown = masked_text(line.shown)
    name = f"khai{line.pointer}" if shown != line.shown else ""
    return {"label": line.label, "shown": shown, "name": name}


def open_request(dossier: Dossier) -> dict[str, Any] | None:
    """What is, or is about to be, asked of the applicant."""
    waiting = [SupplementRequest.State.PROPOSED, SupplementRequest.State.ASKED]
    request = dossier.supplement_requests.filter(state__in=waiting).first()
    if request is None:
        return None
    return {
        "state": request.get_state_display(),
        "reason": request.reason,
        "items": items_asked(dossier, request),
        "due": f"{request.due_on:%d/%m/%Y}" if request.due_on else "",
        "is_expired": request.expired_at is not None,
    }


def case_of(dossier: Dossier) -> str:
    """Which of several cases the applicant chose: time, papers and fee hang on it."""
    names = dict(dossier.procedure_version.cases.values_list("key", "name"))
    return names.get(dossier.case, names.get(ORDINARY_CASE, "")) if len(names) > 1 else ""


def payer_of(dossier: Dossier) -> list[str]:
    """The reasons the applicant gave for paying less."""
    return [str(label) for key, label in PAYER_FACTS if dossier.payer_facts.get(key) is True]


def step_row(step: DossierStep, user: User) -> dict[str, Any]:
    """An open step: whose it is, until when, and whether the officer may take it on."""
    is_entitled = user.serves(step.agency_id, step.role)
    return {
        "step": step,
        "role": Role(step.role).label,
        "due": moment_in_words(step.due_at),
        "is_paused": step.queue_at == NEVER,
        "is_mine": step.claimed_by_id == user.pk,
        "may_claim": step.claimed_by_id is None
        and is_entitled
        and not has_interest(step.dossier, user),
        "may_release": step.claimed_by_id is not None
        and (step.claimed_by_id == user.pk or user.serves(step.agency_id, Role.AGENCY_HEAD)),
    }


def way_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The steps of the pinned process: done, now, to come (again, after a step was sent back)."""
    rows = list(dossier.steps.filter(kind=Kind.PROCESS).order_by("pk"))
    latest = {row.process_step_id: row for row in rows}
    here = min((row.order for row in rows if row.done_at is None), default=None)
    way = []
    steps = ProcessStep.objects.filter(process=dossier.process)
    for number, step in enumerate(steps, start=1):
        row = latest.get(step.pk)
        if row is not None and (row.outcome in UNDONE or (here is not None and row.order > here)):
            row = None
        state = "todo" if row is None else "now" if row.done_at is None else "done"
        way.append({"number": number, "name": step.name, "state": state, "note": _note(row, step)})
    return way


def _note(row: DossierStep | None, step: ProcessStep) -> str:
    if row is not None and row.done_at is not None:
        return f"{clock.local(row.done_at):%d/%m}"
    if row is not None and row.done_at is None and row.due_at is not None:
        if row.queue_at == NEVER:
            return _("tạm dừng")
        return _("đến %(when)s") % {"when": f"{clock.local(row.due_at):%H:%M, %d/%m}"}
    hours = step.minutes / 60
    return _("%(hours)s giờ") % {"hours": f"{hours:g}".replace(".", ",")}


def _papers(dossier: Dossier) -> list[dict[str, Any]]:
    files: dict[int, list[dict[str, Any]]] = {}
    rows = dossier.attachments.filter(removed_at__isnull=True, is_pending=False)
    for attachment in rows.select_related("file"):
        files.setdefault(attachment.component_id, []).append(file_row(attachment))
    return [
        {"component": component, "files": files.get(component.pk, [])}
        for component in dossier.procedure_version.components.all()
    ]


def explanation(dossier: Dossier) -> list[dict[str, Any]]:
    """The due date line by line: which days counted and why the others did not."""
    if dossier.accepted_at is None or dossier.processing_time is None:
        return []
    lines = deadline_of(dossier, dossier.accepted_at, clock.now()).explanation
    return [
        {"day": f"{line.date:%d/%m/%Y}", "counted": line.counted, "reason": line.reason}
        for line in lines
    ]


def log_of(dossier: Dossier) -> list[dict[str, Any]]:
    """Everything that happened, newest first, with who did it."""
    events = dossier.events.select_related("actor").order_by("-pk")[:100]
    return [
        {
            "when": moment_in_words(event.happened_at),
            "who": event.actor.full_name if event.actor else _("Hệ thống"),
            "what": EVENTS.get(event.kind, event.kind),
            "step": event.step_name,
            "reason": event.reason,
        }
        for event in events
    ]
