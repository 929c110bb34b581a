"""Typed on a page closed elsewhere meanwhile: to be read and copied, and where to go on."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.last_change import last_change
from dossiers.models import Dossier, SupplementRequest
from dossiers.storytelling import asked_form
from dossiers.typed_steps import Difference, blank, differences, facts_typed
from dossiers.wording import moment_in_words
from portal.documents.models import Upload

MOST_FILES = 100
# What every form of a draft sends beside what a person types.
NOT_TYPED = {"csrfmiddlewaretoken", "form_token", "version", "di"}
Asked = SupplementRequest.State


def closed_draft(
    request: HttpRequest, draft: Dossier, facts: dict[str, Any] | None = None
) -> HttpResponse:
    """The draft was sent or put away elsewhere; a button pressed twice just leads on."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if facts is None:
        facts = facts_typed(draft, page or "", request.POST) if _has_typed(request) else {}
    if draft.code:
        return _after_sending(request, draft, page or "", differences(draft, facts))
    if page == "discard":
        return redirect("dossiers:mine")
    start = reverse("dossiers:start") + f"?thu_tuc={draft.procedure_version.procedure.code}"
    return _page(
        request,
        draft,
        title=_("Bản nháp này đã bị xóa"),
        detail=_("Bản nháp vừa bị xóa ở thẻ hoặc máy khác nên không lưu thêm được."),
        differs=differences(blank(draft), facts) if facts else [],
        onward=(start, _("Khai lại thủ tục này")),
    )


def _after_sending(
    request: HttpRequest, dossier: Dossier, page: str, differs: list[Difference]
) -> HttpResponse:
    """What was sent counts; whatever reads differently here was not sent."""
    if page in ("review", "discard") or not (differs or page == "reuse" or _files(request)):
        return redirect("dossiers:sent", code=dossier.code)
    return _page(
        request,
        dossier,
        title=_("Hồ sơ này đã được gửi"),
        detail=_("Hồ sơ %(code)s đã gửi lúc %(when)s, có thể từ thẻ hoặc máy khác của bạn.")
        % {"code": dossier.code, "when": moment_in_words(dossier.submitted_at)},
        differs=differs,
        kept_head=_("Đã gửi"),
        advice=_("Cần sửa thì báo cán bộ, hoặc đợi yêu cầu bổ sung; bạn cũng có thể rút hồ sơ."),
        onward=(reverse("dossiers:show", args=[dossier.code]), _("Xem hồ sơ lúc này")),
    )


def closed_supplement(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Nothing is asked for any more: answered in another tab, or the agency went on."""
    requests = dossier.supplement_requests.exclude(state__in=[Asked.PROPOSED, Asked.DECLINED])
    asked = requests.order_by("pk").last()
    if asked is None:
        return redirect("dossiers:show", code=dossier.code)
    bound = asked_form(dossier, asked, request.POST)
    facts = {"form_data": bound.draft_value()} if bound is not None else {}
    differs = differences(dossier, facts)
    is_answered = asked.state == Asked.ANSWERED
    if is_answered and not (differs or _files(request) or request.POST.get("xoa")):
        return redirect("dossiers:show", code=dossier.code)
    why = _("Phần bổ sung đã được gửi lúc %(when)s, có thể từ thẻ hoặc máy khác của bạn.")
    return _page(
        request,
        dossier,
        title=_("Hồ sơ này không còn chờ bổ sung"),
        detail=why % {"when": moment_in_words(asked.answered_at)}
        if is_answered
        else _("Cơ quan không còn chờ phần bổ sung này."),
        advice=last_change(dossier, for_officer=False),
        differs=differs,
        kept_head=_("Trong hồ sơ"),
        onward=(reverse("dossiers:show", args=[dossier.code]), _("Xem hồ sơ lúc này")),
    )


def _page(request: HttpRequest, dossier: Dossier, **shown: Any) -> HttpResponse:
    """409, with what was typed and the names of the files that were chosen."""
    context = {"dossier": dossier, "files": _files(request), **shown}
    return render(request, "dossiers/too_late.html", context, status=HTTPStatus.CONFLICT)


def _has_typed(request: HttpRequest) -> bool:
    return any(name not in NOT_TYPED for name in request.POST)


def _files(request: HttpRequest) -> list[str]:
    """The names of the files that came with the page, whole or in pieces."""
    whole = [str(file.name) for _box, files in request.FILES.lists() for file in files]
    boxes = [box for box in request.POST if box.startswith("da-tai-")]
    numbers = [number for box in boxes for number in request.POST.getlist(box)]
    uploads = Upload.objects.filter(owner_id=request.user.pk, public_id__in=numbers[:MOST_FILES])
    return [*whole, *uploads.values_list("original_name", flat=True)]
