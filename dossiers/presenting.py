"""What a citizen's page shows of a dossier; templates do no arithmetic."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.completeness import needs_file
from dossiers.models import Attachment, Dossier, DossierEvent, SupplementRequest
from dossiers.papers import items_asked
from dossiers.services.timing import time_for
from dossiers.wording import (
    EVENTS,
    INTERNAL,
    day_in_words,
    deadline_words,
    moment_in_words,
    next_of,
    tag_of,
)
from dossiers.workflow import OPEN_TO_WITHDRAWAL, State
from payments.services import quote_for
from portal.calendars.deadlines import compute_deadline
from portal.calendars.services import calendar_for
from portal.core import clock
from portal.documents.models import Paper
from procedures.form_compiler import compile_form, describe


def size_in_words(size: int) -> str:
    """A file size as people read it, with a decimal comma."""
    if size < 1024 * 1024:
        return f"{max(1, size // 1024)} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")


def cards(dossiers: Iterable[Dossier]) -> dict[str, Any]:
    """Drafts, dossiers that wait for the person, and the others."""
    groups: dict[str, list[dict[str, Any]]] = {"drafts": [], "waiting": [], "others": []}
    for dossier in dossiers:
        following = next_of(dossier)
        key = "others"
        if dossier.state == State.DRAFT:
            key = "drafts"
        elif following.is_applicant:
            key = "waiting"
        groups[key].append(
            {
                "dossier": dossier,
                "tag": tag_of(dossier),
                "deadline": deadline_words(dossier),
                "next": following,
                "changed": moment_in_words(dossier.changed_at),
            }
        )
    return groups


def quoted(dossier: Dossier) -> dict[str, Any]:
    """The price: frozen once sent, computed anew while it is a draft."""
    if dossier.quote:
        return dict(dossier.quote)
    return quote_for(
        dossier.procedure_version,
        case=dossier.case,
        channel=dossier.channel,
        submitted_at=clock.now(),
        agency=dossier.agency,
        payer=dossier.payer_facts,
        case_facts={},
        quantities=dossier.quantities,
    )


def fee_sum(dossier: Dossier) -> dict[str, Any]:
    """The price as a sum: each item, what lowers it and by which rule, the total."""
    quote = quoted(dossier)
    names = {fee.item: fee for fee in dossier.procedure_version.fees.all()}
    lines = []
    for line in quote["lines"]:
        fee = names.get(line["item"])
        label = f"{fee.get_kind_display()} {fee.unit}" if fee else line["item"]
        lines.append(
            {
                "label": label[:1].upper() + label[1:],
                "amount": line["payable"],
                "base": line["base"],
                "legal_basis": line["legal_basis"],
            }
        )
    return {"lines": lines, "total": quote["total"], "is_complete": quote["complete"]}


def promised(dossier: Dossier) -> dict[str, str] | None:
    """The day the result would be due if the dossier were accepted now."""
    row = time_for(dossier.procedure_version, dossier.case, dossier.channel)
    if row is None or dossier.agency is None:
        return None
    due = compute_deadline(
        clock.now(), row.amount, row.unit, row.cutoff, [], calendar_for(dossier.agency.code)
    )
    return {"time": str(row), "day": day_in_words(due.due_at), "is_confirmed": row.is_confirmed}


def answers_of(dossier: Dossier) -> list[Any]:
    """The filled-in form, section by section."""
    if dossier.form_version is None:
        return []
    return describe(dossier.form_version.schema, dossier.form_data)


def papers_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The components, each with what is to be done and the files that are there."""
    files = _files_by_component(dossier, is_pending=False)
    form_is_done = dossier.form_version is not None and not compile_form(
        dossier.form_version.schema
    ).problems(dossier.form_data)
    return [
        {
            "component": component,
            "is_form": component.is_electronic_form and dossier.form_version is not None,
            "is_done": form_is_done if component.is_electronic_form else bool(files.get(component.pk)),
            "is_required": component.is_electronic_form or needs_file(component),
            "accept": ",".join(component.media_types),
            "most": size_in_words(component.max_bytes),
            "files": [file_row(a) for a in files.get(component.pk, [])],
        }
        for component in dossier.procedure_version.components.all()
    ]


def _files_by_component(dossier: Dossier, *, is_pending: bool) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    rows = dossier.attachments.filter(removed_at__isnull=True, is_pending=is_pending)
    for attachment in rows.select_related("file"):
        files.setdefault(attachment.component_id, []).append(attachment)
    return files


def file_row(attachment: Attachment) -> dict[str, Any]:
    """One file as a row: name, size, where to read it, where to take it out."""
    return {
        "name": attachment.file.original_name,
        "size": size_in_words(attachment.file.size),
        "url": reverse("dossiers:attachment", args=[attachment.pk]),
        "remove_url": reverse("dossiers:remove", args=[attachment.pk]),
    }


def story(dossier: Dossier) -> dict[str, Any]:
    """Everything the applicant's page of a sent dossier shows."""
    asked = dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED).first()
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": next_of(dossier),
        "deadline": deadline_words(dossier),
        "first_due": moment_in_words(dossier.first_due_at),
        "due": moment_in_words(dossier.due_at),
        "submitted": moment_in_words(dossier.submitted_at),
        "intake_due": moment_in_words(dossier.intake_due_at),
        "promised": None if dossier.accepted_at else promised(dossier),
        "asked": asked,
        "asked_items": items_asked(dossier, asked) if asked else [],
        "asked_until": f"{asked.due_on:%d/%m/%Y}" if asked and asked.due_on else "",
        "timeline": timeline(dossier),
        "sum": fee_sum(dossier),
        "papers": paper_rows(dossier),
        "sections": answers_of(dossier),
        "files": [
            file_row(a) for rows in _files_by_component(dossier, is_pending=False).values() for a in rows
        ],
        "result": getattr(dossier, "result", None),
        "can_withdraw": dossier.state in OPEN_TO_WITHDRAWAL and dossier.signed_at is None,
    }


def paper_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers of the dossier, newest last, with their state."""
    return [
        {
            "name": paper.get_kind_display(),
            "number": paper.number,
            "is_ready": paper.file_id is not None,
            "state": paper.get_state_display(),
            "url": reverse("dossiers:paper", args=[paper.pk]),
        }
        for paper in Paper.objects.filter(reference=dossier.code).order_by("pk")
    ]


def timeline(dossier: Dossier, *, is_public: bool = False) -> list[dict[str, Any]]:
    """What happened so far, then what is going on now; reasons only for the applicant."""
    events = dossier.events.exclude(kind__in=INTERNAL).select_related("agency")
    items = [_moment(event, is_public) for event in events]
    following = next_of(dossier)
    if following.actor:
        items.append(
            {
                "state": "now",
                "title": following.sentence,
                "text": _("Việc của: %(actor)s") % {"actor": following.actor},
                "when": _("từ %(when)s") % {"when": items[-1]["when"]} if items else "",
            }
        )
    return items


def _moment(event: DossierEvent, is_public: bool) -> dict[str, Any]:
    title = str(EVENTS.get(event.kind, event.kind))
    if event.kind == "forward" and event.step_name:
        title = _("Xong bước: %(step)s") % {"step": event.step_name}
    text = str(event.agency) if event.agency else ""
    if event.reason and not is_public and event.kind != "forward":
        text = f"{text}. {event.reason}" if text else event.reason
    return {
        "state": "done",
        "title": title,
        "when": moment_in_words(event.happened_at),
        "iso": clock.local(event.happened_at).isoformat(timespec="minutes"),
        "text": text,
    }


def public_story(dossier: Dossier) -> dict[str, Any]:
    """What anybody with code and secret may see: where it stands, no personal data."""
    following = next_of(dossier)
    is_applicant = following.is_applicant
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": following,
        "next_actor": _("Người nộp hồ sơ") if is_applicant else following.actor,
        "deadline": deadline_words(dossier),
        "submitted": moment_in_words(dossier.submitted_at),
        "accepted": moment_in_words(dossier.accepted_at),
        "due": moment_in_words(dossier.due_at),
        "resolved": moment_in_words(dossier.resolved_at),
        "timeline": timeline(dossier, is_public=True),
    }


def asked_of(
    dossier: Dossier, asked: SupplementRequest, bound: Any = None
) -> dict[str, Any]:
    """The repair page: what to do, the fields to correct, the papers to hand in again."""
    if bound is None and asked.pointers and dossier.form_version is not None:
        value = asked.answer.get("form_data", dossier.form_data)
        bound = compile_form(dossier.form_version.schema).bind(
            None, value, only=set(asked.pointers)
        )
    old, new = (_files_by_component(dossier, is_pending=flag) for flag in (False, True))
    components = dossier.procedure_version.components.filter(pk__in=asked.component_ids)
    return {
        "dossier": dossier,
        "asked": asked,
        "bound": bound,
        "asked_until": f"{asked.due_on:%d/%m/%Y}" if asked.due_on else "",
        "papers": [
            {
                "component": component,
                "accept": ",".join(component.media_types),
                "most": size_in_words(component.max_bytes),
                "old": [file_row(a) for a in old.get(component.pk, [])],
                "new": [file_row(a) for a in new.get(component.pk, [])],
            }
            for component in components
        ],
    }
