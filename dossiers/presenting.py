"""What a citizen's page shows of a dossier; templates do no arithmetic."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.completeness import needs_file
from dossiers.models import Attachment, Dossier
from dossiers.services.attaching import MOST_FILES
from dossiers.services.timing import time_for
from dossiers.wording import (
    day_in_words,
    deadline_words,
    last_day_of,
    moment_in_words,
    next_of,
    tag_of,
)
from dossiers.workflow import State
from payments.services import quote_for
from portal.calendars.deadlines import compute_deadline
from portal.calendars.services import calendar_for
from portal.calendars.snapshot import PROVINCIAL, calendars
from portal.calendars.working_days import WorkingCalendar
from portal.core import clock
from portal.documents.models import Paper
from procedures.form_compiler import compile_form, describe
from procedures.models import Channel, Component, Fee, ProcessingTime

KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


def size_in_words(size: int) -> str:
    """A file size as people read it, with a decimal comma."""
    if size < 1024 * 1024:
        return f"{max(1, size // 1024)} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".0", "").replace(".", ",")


def cards(dossiers: Iterable[Dossier]) -> dict[str, Any]:
    """Drafts, dossiers that wait for the person (until when), and the others."""
    groups: dict[str, list[dict[str, Any]]] = {"drafts": [], "waiting": [], "others": []}
    known = calendars()
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
                "deadline": deadline_words(dossier, _calendar_of(dossier, known)),
                "next": following,
                "changed": moment_in_words(dossier.changed_at),
                "until": last_day_of(dossier),
            }
        )
    return groups


def _calendar_of(
    dossier: Dossier, known: Mapping[str | None, WorkingCalendar]
) -> WorkingCalendar | None:
    """The calendar of the dossier's agency among those at hand."""
    code = dossier.agency.code if dossier.agency else PROVINCIAL
    return known.get(code) or known.get(PROVINCIAL)


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
    return {
        "lines": [row for line in quote["lines"] for row in _fee_rows(line)],
        "total": quote["total"],
        "is_complete": quote["complete"],
    }


def _fee_rows(line: dict[str, Any]) -> list[dict[str, Any]]:
    """One item as rows of the sum: what the law asks, then what a rule takes off."""
    base, payable = line["base"], line["payable"]
    if line.get("quantity") == 0 and not payable:
        return []  # only due if asked for, and nobody asked
    row = {"label": _fee_label(line), "amount": base, "legal_basis": line["legal_basis"]}
    if not line.get("base_confirmed", True) and base is not None:
        row["note"] = _("Mức tham khảo, đang chờ xác nhận")
    applied = [each for each in line.get("considered", []) if each["applied"]]
    if base == payable or not applied:
        return [{**row, "amount": payable}]
    less = {"label": applied[-1]["title"], "legal_basis": line["legal_basis"]}
    if base is None:
        return [{**row, "amount": payable, "note": less["label"]}]
    return [{**row, "legal_basis": ""}, {**less, "amount": base - payable, "minus": True}]


def _fee_label(line: dict[str, Any]) -> str:
    kind = str(dict(Fee.Kind.choices)[line["kind"]])
    label = f"{kind[:1].upper()}{kind[1:]} / {line['unit']}" if line.get("unit") else kind
    quantity = line.get("quantity", 1)
    return f"{label} × {quantity}" if isinstance(quantity, int) and quantity > 1 else label


def promised(dossier: Dossier) -> dict[str, Any] | None:
    """The day the result would be due if the dossier were accepted now, and on paper."""
    row = time_for(dossier.procedure_version, dossier.case, dossier.channel)
    if row is None or dossier.agency is None:
        return None
    paper = time_for(dossier.procedure_version, dossier.case, Channel.DIRECT)
    return {
        "time": str(row),
        "day": _due_day(row, dossier.agency.code),
        "is_confirmed": row.is_confirmed,
        "paper_day": _due_day(paper, dossier.agency.code) if paper and paper != row else "",
    }


def _due_day(row: ProcessingTime, agency_code: str) -> str:
    calendar = calendar_for(agency_code)
    due = compute_deadline(clock.now(), row.amount, row.unit, row.cutoff, [], calendar)
    return day_in_words(due.due_at)


def answers_of(dossier: Dossier) -> list[Any]:
    """The filled-in form, section by section."""
    if dossier.form_version is None:
        return []
    return describe(dossier.form_version.schema, dossier.form_data)


def papers_of(dossier: Dossier, errors: Iterable[dict[str, str]] = ()) -> list[dict[str, Any]]:
    """The components, each with what is to be done and the files that are there."""
    files = files_by_component(dossier, is_pending=False)
    said = said_by_box(errors)
    components = list(dossier.procedure_version.components.all())
    rows = [_paper_row(dossier, c, files.get(c.pk, []), said) for c in components]
    if dossier.form_version is not None and not any(row["is_form"] for row in rows):
        rows.insert(0, {"name": dossier.form_version.title, **_form_row(dossier)})
    return rows


def _paper_row(
    dossier: Dossier, component: Component, files: list[Attachment], said: dict[str, list[str]]
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": component.name, "no": component.no, "component": component}
    if component.is_electronic_form and dossier.form_version is not None:
        return {**row, **_form_row(dossier)}
    return {
        **row,
        **box_of(component, said, len(files)),
        "is_form": False,
        "is_done": bool(files),
        "is_required": needs_file(component),
        "files": [file_row(attachment) for attachment in files],
    }


def _form_row(dossier: Dossier) -> dict[str, Any]:
    assert dossier.form_version is not None  # noqa: S101 - the callers looked
    problems = compile_form(dossier.form_version.schema).problems(dossier.form_data)
    return {"is_form": True, "is_required": True, "is_done": not problems, "gaps": len(problems)}


def said_by_box(errors: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    """The complaints of a page by the box they are about."""
    said: dict[str, list[str]] = {}
    for error in errors:
        said.setdefault(error["id"], []).append(error["text"])
    return said


def box_of(component: Component, said: dict[str, list[str]], present: int) -> dict[str, Any]:
    """What the file box of a paper needs: kinds, size, how many, what was wrong."""
    kinds = [KINDS.get(kind, kind) for kind in component.media_types]
    return {
        "accept": ",".join(component.media_types),
        "kinds": ", ".join(dict.fromkeys(kinds)) or _("PDF, ảnh JPG hoặc PNG"),
        "most": size_in_words(component.max_bytes),
        "most_bytes": component.max_bytes,
        "most_files": MOST_FILES,
        "room": max(0, MOST_FILES - present),
        "errors": said.get(f"tep-{component.no}", []),
    }


def files_by_component(dossier: Dossier, *, is_pending: bool) -> dict[int, list[Attachment]]:
    """The files that count, or those that wait to be sent, under the paper they belong to."""
    files: dict[int, list[Attachment]] = {}
    rows = dossier.attachments.filter(removed_at__isnull=True, is_pending=is_pending)
    for attachment in rows.select_related("file"):
        files.setdefault(attachment.component_id, []).append(attachment)
    return files


def file_row(attachment: Attachment) -> dict[str, Any]:
    """One file as a row: name, size, where to read it, where to take it out."""
    return {
        "pk": attachment.pk,
        "name": attachment.file.original_name,
        "size": size_in_words(attachment.file.size),
        "url": reverse("dossiers:attachment", args=[attachment.pk]),
        "remove_url": reverse("dossiers:remove", args=[attachment.pk]),
        "state": attachment.file.scan_state,
        "picture_url": _picture_of(attachment, "picture"),
        "thumbnail_url": _picture_of(attachment, "thumbnail"),
    }


def _picture_of(attachment: Attachment, kind: str) -> str:
    """Where the photo drawn anew is; empty while there is none."""
    has_one = attachment.file.is_clean and getattr(attachment.file, kind)
    return reverse(f"dossiers:{kind}", args=[attachment.pk]) if has_one else ""


def paper_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers of the dossier, newest last, with their state."""
    return [
        {
            "kind": paper.kind,
            "name": paper.get_kind_display(),
            "number": paper.number,
            "is_ready": paper.file_id is not None,
            "state": paper.get_state_display(),
            "url": reverse("dossiers:paper", args=[paper.pk]),
        }
        for paper in Paper.objects.filter(reference=dossier.code).order_by("pk")
    ]
