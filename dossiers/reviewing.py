"""The whole draft as its owner reads it before sending: every answer with its way back."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.completeness import Gap
from dossiers.forms import PAYER_FACTS, is_on_request, quantity_label
from dossiers.models import Dossier
from portal.core import clock
from portal.documents.models import Upload
from procedures.form_compiler import compile_form, describe
from procedures.form_compiler.live import every_live
from procedures.models import ORDINARY_CASE

Row = dict[str, Any]
PAGES = {
    "who": "dossiers:who",
    "form": "dossiers:form",
    "papers": "dossiers:papers",
    "return": "dossiers:receiving",
}


def address(draft: Dossier, page: str, anchor: str, query: str = "") -> str:
    """The place on the page where something is answered."""
    return f"{reverse(PAGES[page], args=[draft.pk])}{query}#{anchor}"


def gap_rows(draft: Dossier, gaps: list[Gap]) -> list[dict[str, str]]:
    """What is missing, each with the way to its place; the form shows its complaints there."""
    return [
        {
            "text": gap.sentence,
            "url": address(
                draft, gap.page, gap.anchor, "?kiem-tra=1" if gap.page == "form" else ""
            ),
        }
        for gap in gaps
    ]


def files_on_the_way(draft: Dossier) -> list[dict[str, Any]]:
    """Files that lie in no paper and will not be sent along, with how far each has come.

    Left out is what came in the end under another number.
    """
    there = draft.attachments.filter(removed_at__isnull=True).values("file__sha256")
    begun = Upload.objects.filter(owner=draft.applicant_id, file__isnull=True)
    ours = begun.filter(target__startswith=f"dossier:{draft.pk}:", expires_at__gt=clock.now())
    return [
        {
            "name": upload.original_name,
            "percent": upload.received * 100 // upload.length,
            "is_whole": upload.received == upload.length,
            "url": address(draft, "papers", f"giay-to-{upload.target.rpartition(':')[2]}"),
        }
        for upload in ours.exclude(sha256__in=there).order_by("pk")
    ]


def review_of(draft: Dossier) -> list[dict[str, Any]]:
    """Every answer of the draft, section by section, in the order of the steps."""
    sections = [
        {"title": _("Nơi nộp, chủ hồ sơ, liên hệ"), "level": 1, "rows": _about_people(draft)},
        *_of_form(draft),
        {"title": _("Phí và cách nhận kết quả"), "level": 1, "rows": _about_return(draft)},
    ]
    return [section for section in sections if section["rows"]]


def _row(draft: Dossier, page: str, anchor: str, label: str, shown: str) -> Row:
    return {"label": label, "shown": shown, "url": address(draft, page, anchor)}


def _about_people(draft: Dossier) -> list[Row]:
    cases = {case.key: case.name for case in draft.procedure_version.cases.all()}
    answers = [
        ("id_agency", _("Cơ quan giải quyết"), str(draft.agency or "")),
        ("id_full_name", _("Chủ hồ sơ"), draft.owner.get("full_name", "")),
        ("id_identity_number", _("Số định danh"), draft.owner.get("identity_number", "")),
        ("id_phone", _("Số điện thoại của bạn"), draft.contact.get("phone", "")),
        ("id_email", _("Thư điện tử"), draft.contact.get("email", "")),
        ("id_address", _("Địa chỉ của bạn"), draft.contact.get("address", "")),
    ]
    if len(cases) > 1:
        name = cases.get(draft.case, cases.get(ORDINARY_CASE, ""))
        answers.insert(1, ("id_case", _("Trường hợp"), name))
    return [_row(draft, "who", *answer) for answer in answers]


def _of_form(draft: Dossier) -> list[dict[str, Any]]:
    """The answers of the electronic form, each leading to its own field."""
    if draft.form_version is None:
        return []
    schema = draft.form_version.schema
    places = every_live(compile_form(schema).bind(None, draft.form_data).root)
    anchors = {place.pointer: place.anchor for place in places}
    return [
        {
            "title": section.title,
            "level": section.level,
            "rows": [
                _row(draft, "form", anchors.get(line.pointer, ""), line.label, line.shown)
                for line in section.lines
            ],
        }
        for section in describe(schema, draft.form_data)
    ]


def _about_return(draft: Dossier) -> list[Row]:
    told = [str(words) for key, words in PAYER_FACTS if draft.payer_facts.get(key) is True]
    answers = [
        ("id_payer", _("Đối tượng miễn, giảm"), "; ".join(told) or _("Không thuộc đối tượng nào"))
    ]
    answers += [
        (f"id_quantity_{fee.item}", quantity_label(fee), str(number))
        for fee in draft.procedure_version.fees.all()
        if is_on_request(fee) and (number := draft.quantities.get(fee.item))
    ]
    answers.append(
        ("id_return_method", _("Cách nhận kết quả"), str(draft.get_return_method_display()))
    )
    if draft.return_address:
        answers.append(("id_return_address", _("Địa chỉ nhận"), draft.return_address))
    return [_row(draft, "return", *answer) for answer in answers]
