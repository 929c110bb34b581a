"""A dossier as the API tells it: everything to its applicant, masked to officers."""

from typing import Any

from dossiers.api.shapes import DossierRow, HandledDossier, OwnDossier
from dossiers.completeness import Gap, gaps_of
from dossiers.masking import masked, masked_phone
from dossiers.models import Dossier, DossierStep, SupplementRequest
from dossiers.offering import moves_for
from dossiers.wording import next_of
from dossiers.workbench import masked_answers, step_row
from dossiers.workflow import State
from portal.accounts.models import User
from portal.core import clock
from procedures.models import Component

TIMES = (
    "created_at", "changed_at", "submitted_at", "accepted_at", "due_at", "resolved_at",
    "returned_at",
)  # fmt: skip


def listed(dossier: Dossier) -> dict[str, Any]:
    """The dossier as a row of a list."""
    return dict(DossierRow(_row(dossier)).data)


def _row(dossier: Dossier) -> dict[str, Any]:
    following = next_of(dossier)
    return {
        "id": dossier.public_id,
        "code": dossier.code,
        "procedure": dossier.procedure_version.procedure.code,
        "procedure_name": dossier.procedure_version.name,
        "agency": dossier.agency.code if dossier.agency else None,
        "state": dossier.state,
        "state_label": dossier.get_state_display(),
        "national_code": dossier.national_code,
        "version": dossier.version,
        "next_actor": "applicant" if following.is_applicant else following.actor,
        "next_step": following.sentence,
        **{name: clock.local(at) if (at := getattr(dossier, name)) else None for name in TIMES},
    }


def told_to_applicant(dossier: Dossier) -> dict[str, Any]:
    """Everything the applicant has written, handed in and must still do."""
    is_draft = dossier.state == State.DRAFT
    facts = {
        **_row(dossier),
        "case": dossier.case,
        "owner": dossier.owner,
        "contact": dossier.contact,
        "form_data": dossier.form_data,
        "payer": {key: True for key, is_so in dossier.payer_facts.items() if is_so is True},
        "quantities": dossier.quantities,
        "return_method": dossier.return_method,
        "return_address": dossier.return_address,
        "lookup_secret": None if is_draft else dossier.lookup_secret,
        "attachments": _files(dossier, with_pending=True),
        "missing": by_page(gaps_of(dossier)) if is_draft else {},
        "asked": _asked(dossier),
    }
    return dict(OwnDossier(facts).data)


def by_page(gaps: list[Gap]) -> dict[str, list[str]]:
    """What is missing, under the part of the draft where it is repaired."""
    pages: dict[str, list[str]] = {}
    for gap in gaps:
        pages.setdefault(gap.page, []).append(str(gap.sentence))
    return pages


def _files(dossier: Dossier, *, with_pending: bool) -> list[dict[str, Any]]:
    rows = dossier.attachments.filter(removed_at__isnull=True).select_related("file", "component")
    if not with_pending:
        rows = rows.filter(is_pending=False)
    return [file_facts(row) for row in rows]


def file_facts(attachment: Any) -> dict[str, Any]:
    """One file that was handed in."""
    stored = attachment.file
    return {
        "id": attachment.pk,
        "component": attachment.component.no,
        "name": stored.original_name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "is_pending": attachment.is_pending,
    }


def _asked(dossier: Dossier) -> dict[str, Any] | None:
    asked = dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED).first()
    if asked is None:
        return None
    papers = Component.objects.filter(pk__in=asked.component_ids)
    return {
        "reason": asked.reason,
        "components": list(papers.values_list("no", flat=True)),
        "pointers": asked.pointers,
        "due_on": asked.due_on,
    }


def told_to_officer(dossier: Dossier, officer: User) -> dict[str, Any]:
    """What an officer needs: numbers masked, open steps, the moves that are theirs now."""
    steps = dossier.steps.open().select_related("claimed_by")
    owner, contact = dossier.owner, dossier.contact
    facts = {
        **_row(dossier),
        "case": dossier.case,
        "owner": {
            "full_name": owner.get("full_name", ""),
            "identity_number": masked(owner.get("identity_number", "")),
        },
        "contact": {"phone": masked_phone(contact.get("phone", ""))},
        "sections": [_section(section) for section in masked_answers(dossier)],
        "attachments": _files(dossier, with_pending=False),
        "steps": [_step(step, officer) for step in steps],
        "moves": [
            {"move": move["name"], "title": move["title"]} for move in moves_for(dossier, officer)
        ],
    }
    return dict(HandledDossier(facts).data)


def _section(section: dict[str, Any]) -> dict[str, Any]:
    lines = [{"label": str(line["label"]), "value": line["shown"]} for line in section["lines"]]
    return {"title": str(section["title"]), "lines": lines}


def _step(step: DossierStep, officer: User) -> dict[str, Any]:
    row = step_row(step, officer)
    return {
        "name": step.name,
        "role": step.role,
        "due_at": clock.local(step.due_at) if step.due_at else None,
        "is_mine": row["is_mine"],
        "may_claim": row["may_claim"],
    }
