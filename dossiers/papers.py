"""What the papers of a dossier say, fixed at the moment they are written."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from dossiers.models import Dossier, SupplementRequest
from dossiers.telling import link_of
from portal.accounts.models import User
from portal.core import clock
from procedures.form_compiler import describe


def submission_facts(dossier: Dossier) -> dict[str, Any]:
    """The copy of everything that was sent."""
    assert dossier.submitted_at is not None  # noqa: S101 - the paper is written at sending
    return {
        **common_facts(dossier),
        "submitted_at": dossier.submitted_at.isoformat(),
        "sections": [*form_sections(dossier), _how_it_comes(dossier)],
        "attachments": [
            {"name": a.file.original_name, "component": a.component.name, "size": a.file.size}
            for a in dossier.attachments.filter(removed_at__isnull=True).select_related(
                "file", "component"
            )
        ],
    }


def _how_it_comes(dossier: Dossier) -> dict[str, Any]:
    """How the applicant wants the result; asked beside the form, but part of what was sent."""
    rows = [{"label": _("Hình thức"), "value": dossier.get_return_method_display()}]
    if dossier.return_address:
        rows.append({"label": _("Địa chỉ nhận"), "value": dossier.return_address})
    return {"title": _("Cách nhận kết quả"), "rows": rows}


def form_sections(dossier: Dossier) -> list[dict[str, Any]]:
    """The filled-in form as titled sections of labels and values."""
    if dossier.form_version is None:
        return []
    return [
        {
            "title": section.title,
            "rows": [{"label": row.label, "value": row.shown} for row in section.lines],
        }
        for section in describe(dossier.form_version.schema, dossier.form_data)
    ]


def common_facts(dossier: Dossier) -> dict[str, Any]:
    """What every paper of the dossier names."""
    assert dossier.agency is not None  # noqa: S101 - a submitted dossier has an agency
    parent = dossier.agency.parent
    return {
        "agency_name": dossier.agency.name,
        "parent_name": parent.name if parent else "",
        "place": dossier.agency.unit_name or dossier.agency.name,
        "code": dossier.code,
        "lookup_secret": dossier.lookup_secret,
        "lookup_url": link_of(dossier),
        "owner_name": dossier.owner.get("full_name", ""),
        "submitter_name": dossier.applicant.full_name,
        "address": dossier.contact.get("address", ""),
        "phone": dossier.contact.get("phone", ""),
        "email": dossier.contact.get("email", ""),
        "procedure_name": dossier.procedure_version.name,
        "return_method": dossier.get_return_method_display(),
        "written_on": clock.today().isoformat(),
    }


def acceptance_facts(dossier: Dossier, receiver: User, number: int) -> dict[str, Any]:
    """Form 01: what was received, when, and when the result is due."""
    assert dossier.accepted_at is not None  # noqa: S101 - set at acceptance
    assert dossier.due_at is not None  # noqa: S101 - set at acceptance
    return {
        **common_facts(dossier),
        "number": f"{number:04d}/TNHS",
        "components": _received_components(dossier),
        "sets": dossier.procedure_version.dossier_sets,
        "legal_time": str(dossier.processing_time),
        "accepted_at": clock.local(dossier.accepted_at).isoformat(),
        "due_at": clock.local(dossier.due_at).isoformat(),
        "fee_lines": dossier.quote.get("lines", []),
        "fee_total": dossier.quote.get("total"),
        "fee_is_complete": dossier.quote.get("complete", False),
        "receiver_name": receiver.full_name,
        "receiver_phone": receiver.phone,
        "book_no": f"{dossier.accepted_at:%m/%Y}",
        "entry_no": f"{number:04d}",
    }


def _received_components(dossier: Dossier) -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    for component_id in dossier.attachments.filter(
        removed_at__isnull=True, is_pending=False
    ).values_list("component_id", flat=True):
        counts[component_id] = counts.get(component_id, 0) + 1
    rows = []
    for component in dossier.procedure_version.components.all():
        if component.is_electronic_form and dossier.form_version is not None:
            rows.append({"name": component.name, "form": _("Tờ khai điện tử"), "quantity": 1})
        elif component.pk in counts:
            rows.append(
                {"name": component.name, "form": _("Tệp điện tử"), "quantity": counts[component.pk]}
            )
    return rows


def supplement_facts(
    dossier: Dossier, request: SupplementRequest, officer: User, number: int
) -> dict[str, Any]:
    """Form 02: everything to be repaired, at once."""
    return {
        **common_facts(dossier),
        "number": f"{number:04d}/YCBS",
        "items": items_asked(dossier, request),
        "reason": request.reason,
        "due_on": request.due_on.isoformat() if request.due_on else "",
        "officer_name": officer.full_name,
        "officer_phone": officer.phone,
    }


class FormField(NamedTuple):
    """One field of the filled-in form, under the titles of everything it stands in."""

    name: str
    pointer: str
    is_blank: bool


def fields_of(dossier: Dossier) -> list[FormField]:
    """Every field of the form, answered or left blank: each may have to be repaired."""
    if dossier.form_version is None:
        return []
    titles: list[str] = []
    fields = []
    for section in describe(dossier.form_version.schema, dossier.form_data, blanks=True):
        titles[section.level - 1 :] = [section.title]
        fields += [
            FormField(f"{', '.join(titles)}: {line.label}", line.pointer, not line.shown)
            for line in section.lines
        ]
    return fields


def items_asked(dossier: Dossier, request: SupplementRequest) -> list[dict[str, str]]:
    """The fields and papers the applicant is asked to repair."""
    wanted = set(request.pointers)
    fields = [
        {
            "name": each.name,
            "what": _("Điền nội dung còn thiếu") if each.is_blank else _("Sửa nội dung khai"),
        }
        for each in fields_of(dossier)
        if each.pointer in wanted
    ]
    papers = [
        {"name": component.name, "what": _("Nộp lại hoặc nộp thêm tệp")}
        for component in dossier.procedure_version.components.filter(pk__in=request.component_ids)
    ]
    return fields + papers


def refusal_facts(
    dossier: Dossier, officer: User, reason: str, basis: str, number: int
) -> dict[str, Any]:
    """Form 03: why the dossier is not taken in."""
    return {
        **common_facts(dossier),
        "number": f"{number:04d}/TCHS",
        "reason": reason,
        "legal_basis": basis,
        "officer_name": officer.full_name,
        "officer_phone": officer.phone,
    }
