"""What an officer's page shows of a dossier, and which moves it offers."""

from typing import Any

from django.utils.translation import gettext as _

from dossiers.models import Dossier, DossierStep, SupplementRequest
from dossiers.papers import items_asked
from dossiers.permissions import has_interest
from dossiers.presenting import answers_of, fee_sum, file_row, paper_rows
from dossiers.services.stepping import orders_of
from dossiers.services.timing import deadline_of
from dossiers.wording import EVENTS, deadline_words, moment_in_words, next_of, tag_of
from portal.accounts.models import Role, User
from portal.core import clock
from procedures.models import ProcessStep

Kind = DossierStep.Kind
MOVES_OF_KIND = {
    Kind.INTAKE: ("receive", "ask_at_intake", "refuse"),
    Kind.PROCESS: ("forward", "resolve", "propose_supplement", "send_back"),
    Kind.APPROVAL: ("ask_for_more", "decline_supplement"),
    Kind.WITHDRAWAL: ("confirm_withdrawal",),
    Kind.RETURN: ("return_result",),
}
MOVES_OF_HEAD = ("stop", "resume")


def masked(number: str) -> str:
    """An identity number as officers see it in passing: first and last three digits."""
    return f"{number[:3]}{'•' * (len(number) - 6)}{number[-3:]}" if len(number) > 6 else number


def masked_phone(phone: str) -> str:
    """A phone number as officers see it in passing: the last three digits."""
    return f"{'•' * (len(phone) - 3)}{phone[-3:]}" if len(phone) > 3 else phone


def moves_for(dossier: Dossier, user: User) -> list[dict[str, Any]]:
    """The moves the officer may make now, the usual one first."""
    lawful = {t.name: t.custom for t in dossier.get_available_user_state_transitions(user)}
    return [
        {"name": name, "label": lawful[name]["label"], "is_negative": "negative" in lawful[name]}
        for name in _offered(dossier, user)
        if name in lawful
    ]


def _offered(dossier: Dossier, user: User) -> list[str]:
    """Moves that fit the steps the officer has claimed."""
    mine = list(dossier.steps.open().filter(claimed_by=user))
    names = [name for step in mine for name in MOVES_OF_KIND[Kind(step.kind)]]
    if any(step.kind == Kind.PROCESS for step in mine):
        orders = orders_of(dossier)
        is_last = any(s.order == orders[-1] for s in mine if s.kind == Kind.PROCESS)
        names.remove("forward" if is_last else "resolve")
        if any(s.order == orders[0] for s in mine if s.kind == Kind.PROCESS):
            names.remove("send_back")
    if not dossier.supplement_requests.filter(state=SupplementRequest.State.PROPOSED).exists():
        names = [n for n in names if n not in MOVES_OF_KIND[Kind.APPROVAL]]
    if user.serves(dossier.agency_id or 0, Role.AGENCY_HEAD):
        names += MOVES_OF_HEAD
    return list(dict.fromkeys(names))


def bench(dossier: Dossier, user: User) -> dict[str, Any]:
    """Everything the officer's page of a dossier shows."""
    open_steps = list(dossier.steps.open().select_related("claimed_by"))
    proposed = dossier.supplement_requests.filter(
        state__in=[SupplementRequest.State.PROPOSED, SupplementRequest.State.ASKED]
    ).first()
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": next_of(dossier),
        "deadline": deadline_words(dossier),
        "due": moment_in_words(dossier.due_at),
        "first_due": moment_in_words(dossier.first_due_at),
        "explanation": explanation(dossier),
        "steps": [step_row(step, user) for step in open_steps],
        "way": way_of(dossier),
        "moves": moves_for(dossier, user),
        "sections": answers_of(dossier),
        "papers": _papers(dossier),
        "slips": paper_rows(dossier),
        "sum": fee_sum(dossier),
        "owner_number": masked(dossier.owner.get("identity_number", "")),
        "phone": masked_phone(dossier.contact.get("phone", "")),
        "log": log_of(dossier),
        "proposed": proposed,
        "proposed_items": items_asked(dossier, proposed) if proposed else [],
        "result": getattr(dossier, "result", None),
        "payer": [key for key, is_so in dossier.payer_facts.items() if is_so is True],
    }


def step_row(step: DossierStep, user: User) -> dict[str, Any]:
    """An open step: whose it is, until when, and whether the officer may take it on."""
    is_entitled = user.serves(step.agency_id, step.role)
    return {
        "step": step,
        "role": Role(step.role).label,
        "due": moment_in_words(step.due_at),
        "is_mine": step.claimed_by_id == user.pk,
        "may_claim": step.claimed_by_id is None
        and is_entitled
        and not has_interest(step.dossier, user),
        "may_release": step.claimed_by_id is not None
        and (step.claimed_by_id == user.pk or user.serves(step.agency_id, Role.AGENCY_HEAD)),
    }


def way_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The steps of the pinned process: done, now, to come."""
    if dossier.process_id is None:
        return []
    rows = list(dossier.steps.filter(kind=Kind.PROCESS).order_by("pk"))
    latest = {row.process_step_id: row for row in rows}
    way = []
    for step in ProcessStep.objects.filter(process_id=dossier.process_id):
        row = latest.get(step.pk)
        state = "todo"
        if row is not None:
            state = "now" if row.done_at is None else "done"
        if row is not None and row.outcome in ("sent_back", "cancelled"):
            state = "todo"
        way.append({"name": step.name, "state": state, "note": _note(row, step)})
    return way


def _note(row: DossierStep | None, step: ProcessStep) -> str:
    if row is not None and row.done_at is not None and row.outcome == "forwarded":
        return f"{clock.local(row.done_at):%d/%m}"
    if row is not None and row.done_at is None and row.due_at is not None:
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
