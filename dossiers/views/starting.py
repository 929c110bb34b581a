"""Starting a draft, listing one's dossiers, putting a draft away."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.models import Dossier
from dossiers.presenting import cards
from dossiers.services import drafting
from dossiers.serving import agencies_for, only
from dossiers.views.gates import draft_page, person, private
from dossiers.wording import moment_in_words
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.refusals import NotNow, bad_request
from portal.core.text import has_forbidden_characters
from procedures.models import ORDINARY_CASE, Channel, ProcedureVersion
from procedures.presenting import papers


@private
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Offer the existing draft or begin a new one; only the POST makes anything."""
    if any(has_forbidden_characters(str(text)) for text in request.POST.values()):
        return bad_request(request, _("Có ô mang ký tự không đọc được. Hãy mở lại trang thủ tục."))
    facts = request.POST if request.method == "POST" else request.GET
    version = _version(facts.get("thu_tuc", ""))
    if request.method == "POST":
        return _begin(request, version)
    draft = drafting.existing_draft(person(request), version)
    context = {
        "version": version,
        "draft": draft,
        "changed": moment_in_words(draft.changed_at) if draft else "",
        "papers": papers(version.components.all()),
        "token": uuid.uuid4().hex,
        "case": facts.get("truong_hop", ORDINARY_CASE),
        "agency": facts.get("co_quan", ""),
        "is_online": is_online(version),
    }
    return render(request, "dossiers/start.html", context)


def is_online(version: ProcedureVersion) -> bool:
    """Whether the portal takes dossiers of this version."""
    return Channel.ONLINE in version.channels and agencies_for(version).exists()


def _begin(request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
    if not is_online(version):
        raise NotNow(_("Thủ tục này chưa nộp trực tuyến được. Hãy nộp tại Bộ phận Một cửa."))
    draft, is_new = drafting.start(
        person(request),
        version,
        request.POST.get("token", "")[:32] or uuid.uuid4().hex,
        case=_case(version, request.POST.get("truong_hop", "")),
        agency=agency_for(version, person(request), request.POST.get("co_quan", "")),
        another=request.POST.get("lam_moi") == "1",
    )
    if draft.code:
        return redirect("dossiers:sent", code=draft.code)
    if not is_new:
        messages.info(request, _("Đây là bản nháp bạn đang làm dở; nội dung đã khai còn nguyên."))
    return redirect("dossiers:who", pk=draft.pk)


def _case(version: ProcedureVersion, wanted: str) -> str:
    return wanted if version.cases.filter(key=wanted[:60]).exists() else ORDINARY_CASE


def _version(code: str) -> ProcedureVersion:
    rows = ProcedureVersion.objects.in_force(clock.today()).select_related("procedure", "form")
    version: ProcedureVersion = get_object_or_404(rows, procedure__code=code[:40])
    return version


def agency_for(version: ProcedureVersion, applicant: User, wanted: str = "") -> Agency | None:
    """The agency chosen on the procedure's page, else the one where the person lives."""
    serving = agencies_for(version)
    chosen = serving.filter(code=wanted[:60]).first() if wanted else None
    return chosen or serving.filter(pk=applicant.home_agency_id or 0).first() or only(serving)


@private
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's drafts and dossiers, those that wait for them first."""
    rows = Dossier.objects.of(person(request)).with_last_day()
    rows = rows.select_related("procedure_version", "agency")
    context = cards(list(rows.order_by("-changed_at")[:200]))
    return render(request, "dossiers/mine.html", context)


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Ask, then put the draft away."""
    if request.method == "POST":
        drafting.discard(draft.pk, person(request))
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("dossiers:mine")
    return render(request, "dossiers/discard.html", {"draft": draft})
