"""The story of a sent dossier: who acts next, what happened, what was asked; no arithmetic left."""

from typing import Any

from django.utils.translation import gettext as _

from dossiers.models import Dossier, DossierEvent, SupplementRequest
from dossiers.papers import items_asked
from dossiers.presenting import (
    answers_of,
    box_of,
    fee_sum,
    file_row,
    files_by_component,
    paper_rows,
    promised,
    said_by_box,
)
from dossiers.services.timing import deadline_of
from dossiers.wording import (
    EVENTS,
    INTERNAL,
    date_in_words,
    day_in_words,
    deadline_words,
    last_day_of,
    moment_in_words,
    next_of,
    tag_of,
)
from dossiers.workflow import OPEN_TO_WITHDRAWAL, State
from portal.core import clock
from portal.documents.models import Paper
from procedures.form_compiler import compile_form

# Which paper belongs to which event of the timeline.
PAPER_OF = {
    "submit": Paper.Kind.SUBMISSION,
    "receive": Paper.Kind.ACCEPTANCE_SLIP,
    "ask_at_intake": Paper.Kind.SUPPLEMENT_SLIP,
    "ask_for_more": Paper.Kind.SUPPLEMENT_SLIP,
    "refuse": Paper.Kind.REFUSAL_SLIP,
}
# No green tick beside bad news: these show their own icon.
BAD_NEWS = {"refuse": "x", "became_overdue": "bad", "supplement_expired": "bad"}


def story(dossier: Dossier) -> dict[str, Any]:
    """Everything the applicant's page of a sent dossier shows."""
    papers = paper_rows(dossier)
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": next_of(dossier),
        "late": late_facts(dossier),
        "deadline": deadline_words(dossier),
        "pause": pause_facts(dossier),
        "first_due": moment_in_words(dossier.first_due_at),
        "due": moment_in_words(dossier.due_at),
        "is_moved": dossier.due_at != dossier.first_due_at,
        "submitted": moment_in_words(dossier.submitted_at),
        "intake_due": moment_in_words(dossier.intake_due_at),
        "resolved": moment_in_words(dossier.resolved_at),
        "promised": promised(dossier) if dossier.state == State.SUBMITTED else None,
        "comes_to_nothing": dossier.state in (State.REFUSED, State.WITHDRAWN),
        "timeline": timeline(dossier, papers=papers),
        "sum": fee_sum(dossier),
        "papers": papers,
        "sections": answers_of(dossier),
        "files": [
            file_row(attachment)
            for rows in files_by_component(dossier, is_pending=False).values()
            for attachment in rows
        ],
        "result": getattr(dossier, "result", None),
        "can_withdraw": may_be_withdrawn(dossier),
        **asked_facts(dossier),
    }


def may_be_withdrawn(dossier: Dossier) -> bool:
    """Whether the applicant can still ask for the dossier back."""
    return dossier.state in OPEN_TO_WITHDRAWAL and dossier.signed_at is None


def asked_facts(dossier: Dossier) -> dict[str, Any]:
    """What the applicant is asked to repair, why and until when; nothing when nothing is."""
    asked = dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED).first()
    if asked is None:
        return {"asked": None}
    return {"asked": asked, "asked_items": items_asked(dossier, asked), "asked_until": until(asked)}


def until(asked: SupplementRequest) -> str:
    """The day the repair is due, as people say it."""
    return date_in_words(asked.due_on) if asked.due_on else ""


def late_facts(dossier: Dossier) -> dict[str, str] | None:
    """Since when a dossier is late, by how much, and at which step it is; None while in time."""
    if not dossier.is_overdue():
        return None
    step = dossier.steps.open().order_by("order", "pk").first()
    told = deadline_words(dossier)
    return {
        "since": moment_in_words(dossier.due_at),
        "how_late": told["words"] if told else "",
        "step": step.name if step else "",
    }


def pause_facts(dossier: Dossier) -> dict[str, str] | None:
    """Since when the clock stands, and what the new date would be if it ran on today."""
    if not dossier.is_paused:
        return None
    pause = dossier.pauses.filter(ended_at__isnull=True).first()
    if pause is None or dossier.accepted_at is None:
        return None
    due = deadline_of(dossier, dossier.accepted_at, clock.now()).due_at
    return {
        "since": moment_in_words(pause.started_at),
        "why": str(dossier.get_state_display()),
        "new_due": day_in_words(due),
    }


def timeline(
    dossier: Dossier, papers: list[dict[str, Any]] | None = None, *, is_public: bool = False
) -> list[dict[str, Any]]:
    """What happened so far, then what is going on now; reasons only for the applicant."""
    events = dossier.events.exclude(kind__in=INTERNAL).select_related("agency")
    waiting = list(papers or [])
    items = [_moment(event, waiting, is_public) for event in events]
    following = next_of(dossier, is_public=is_public)
    if following.actor:
        items.append(
            {
                "state": "now",
                "title": following.sentence.rstrip("."),
                "text": _("Việc của: %(actor)s") % {"actor": following.actor},
                "when": _("từ %(when)s") % {"when": items[-1]["when"]} if items else "",
            }
        )
    return items


def _moment(event: DossierEvent, papers: list[dict[str, Any]], is_public: bool) -> dict[str, Any]:
    title = str(EVENTS.get(event.kind, event.kind))
    if event.kind == "forward" and event.step_name:
        title = _("Xong bước: %(step)s") % {"step": event.step_name}
    text = str(event.agency) if event.agency else ""
    if event.reason and not is_public and event.kind != "forward":
        text = f"{text}. {event.reason}" if text else event.reason
    return {
        "state": "bad" if event.kind in BAD_NEWS else "done",
        "icon": BAD_NEWS.get(event.kind, ""),
        "title": title,
        "when": moment_in_words(event.happened_at),
        "iso": clock.local(event.happened_at).isoformat(timespec="minutes"),
        "text": text,
        "links": _links(event, papers),
    }


def _links(event: DossierEvent, papers: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The paper the event produced, once it has been made; each is linked once, oldest first."""
    kind = PAPER_OF.get(event.kind)
    found = next((paper for paper in papers if paper["kind"] == kind), None)
    if found is None:
        return []
    papers.remove(found)
    return [{"url": found["url"], "text": f"{found['name']} (PDF)"}] if found["is_ready"] else []


def public_story(dossier: Dossier) -> dict[str, Any]:
    """What anybody with code and secret may see: where it stands, no personal data."""
    return {
        "dossier": dossier,
        "tag": tag_of(dossier),
        "next": next_of(dossier, is_public=True),
        "late": late_facts(dossier),
        "deadline": deadline_words(dossier),
        "submitted": moment_in_words(dossier.submitted_at),
        "accepted": moment_in_words(dossier.accepted_at),
        "first_due": moment_in_words(dossier.first_due_at),
        "due": moment_in_words(dossier.due_at),
        "is_moved": dossier.due_at != dossier.first_due_at,
        "resolved": moment_in_words(dossier.resolved_at),
        "asked_until": last_day_of(dossier),
        "timeline": timeline(dossier, is_public=True),
    }


def asked_of(
    dossier: Dossier,
    asked: SupplementRequest,
    bound: Any = None,
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """The repair page: what to do, the fields to correct, the papers to hand in again."""
    errors = errors or []
    said = said_by_box(errors)
    old, new = (files_by_component(dossier, is_pending=flag) for flag in (False, True))
    components = dossier.procedure_version.components.filter(pk__in=asked.component_ids)
    return {
        "dossier": dossier,
        "asked": asked,
        "bound": bound or asked_form(dossier, asked),
        "asked_until": until(asked),
        "pause": pause_facts(dossier),
        "papers": [
            {
                "no": component.no,
                "name": component.name,
                **box_of(component, said, len(new.get(component.pk, []))),
                "old": [file_row(a) for a in old.get(component.pk, [])],
                "new": [file_row(a) for a in new.get(component.pk, [])],
            }
            for component in components
        ],
        "errors": [*(bound.error_links if bound else []), *errors],
    }


def asked_form(dossier: Dossier, asked: SupplementRequest, typed: Any = None) -> Any:
    """The fields that were asked for and no others, with what was answered so far."""
    if dossier.form_version is None or not asked.pointers:
        return None
    value = asked.answer.get("form_data", dossier.form_data)
    compiled = compile_form(dossier.form_version.schema)
    return compiled.bind(typed, value, only=set(asked.pointers), part=True)
