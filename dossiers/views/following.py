"""After sending: the confirmation, the timeline, the repair, the withdrawal."""

from collections.abc import Iterable
from copy import copy
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_fsm import TransitionNotAllowed

from dossiers.forms import ReasonForm
from dossiers.last_change import last_change
from dossiers.models import Dossier, SupplementRequest
from dossiers.services import closing, supplements
from dossiers.storytelling import asked_form, asked_of, may_be_withdrawn, story
from dossiers.typed_steps import Difference, differences
from dossiers.views.gates import CONFLICT, UNPROCESSABLE, my_dossier, person, private, version_of
from dossiers.views.too_late import closed_supplement
from dossiers.views.uploads import (
    Chosen,
    limits_of_dossier,
    looked_into_first,
    refusal,
    status_of,
    take_in,
)
from portal.core.idempotency_forms import new_form_token, once_per_form
from portal.core.refusals import NotNow, StaleVersion
from portal.documents.receiving import takes_files
from procedures.models import Component


@private
@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The confirmation: code, secret, what happens next."""
    dossier = my_dossier(request, code)
    return render(request, "dossiers/sent.html", story(dossier))


@private
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Who acts next, since when, until when; and everything so far."""
    dossier = my_dossier(request, code)
    return render(request, "dossiers/show.html", story(dossier))


@takes_files(limits_of_dossier)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, code: str) -> HttpResponseBase:
    """Repair only what was asked; it stays a draft until sent."""
    dossier = my_dossier(request, code)
    asked = _asked(dossier)
    if request.method != "POST":
        return _repair_page(request, dossier, asked) if asked else redirect("dossiers:show", code)
    is_removing = bool(request.POST.get("xoa"))
    components = _papers(dossier, asked) if asked and not is_removing else []
    with looked_into_first(request, dossier, components) as chosen:
        return _keep_repair(request, code, chosen)


@once_per_form
def _keep_repair(request: HttpRequest, code: str, chosen: list[Chosen]) -> HttpResponse:
    """Keep what was typed and chosen, or take a file back; as the dossier stands now."""
    dossier = my_dossier(request, code)
    asked = _asked(dossier)
    if asked is None:
        return closed_supplement(request, dossier)
    if wanted := request.POST.get("xoa"):
        return _take_back(request, dossier, wanted)
    try:
        return _repair(request, dossier, asked, chosen)
    except (NotNow, TransitionNotAllowed):
        return _repair_conflict(request, my_dossier(request, code), asked)


def _asked(dossier: Dossier) -> SupplementRequest | None:
    """What is being asked of the applicant, if anything."""
    requests = dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED)
    found: SupplementRequest | None = requests.first()
    return found


def _papers(dossier: Dossier, asked: SupplementRequest) -> Iterable[Component]:
    """The papers that are asked for."""
    rows: Iterable[Component] = dossier.procedure_version.components.filter(
        pk__in=asked.component_ids
    )
    return rows


def _repair(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest, chosen: list[Chosen]
) -> HttpResponse:
    """Keep the fields as they were typed and the files that were chosen; send when asked to."""
    bound = asked_form(dossier, asked, request.POST)
    is_changing_rows = bound is not None and bound.add_or_remove_row()
    is_right = bound is None or (not is_changing_rows and bound.is_valid())
    if bound is not None:
        value = bound.value if is_right else bound.draft_value()
        supplements.save_answer(dossier.pk, person(request), value, version_of(request.POST))
    errors = take_in(request, chosen, partial(supplements.attach, dossier.pk, person(request)))
    is_sending = request.POST.get("gui") == "1"
    if is_sending:
        errors += _still_missing(dossier, _papers(dossier, asked), errors)
    if is_sending and is_right and not errors:
        return _send_answer(request, dossier)
    if not (is_sending or is_changing_rows or errors):
        return _kept(request, dossier)
    fresh = my_dossier(request, dossier.code or "")
    return _repair_page(request, fresh, asked, bound=bound, errors=errors)


def _repair_conflict(
    request: HttpRequest, fresh: Dossier, asked: SupplementRequest
) -> HttpResponse:
    """Changed or closed while somebody typed: what differs, with everything that was typed."""
    if not fresh.supplement_requests.filter(pk=asked.pk, state=asked.state).exists():
        return closed_supplement(request, fresh)
    asked.refresh_from_db()
    bound = asked_form(fresh, asked, request.POST)
    differs = []
    if bound is not None:
        saved = copy(fresh)
        saved.form_data = asked.answer.get("form_data", fresh.form_data)
        differs = differences(saved, {"form_data": bound.draft_value()})
    shown = {"bound": bound, "differs": differs}
    return _repair_page(request, fresh, asked, status=CONFLICT, **shown)


def _still_missing(
    dossier: Dossier, components: Iterable[Component], errors: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Papers that were asked for and are not there yet, besides those just refused."""
    waiting = dossier.attachments.filter(is_pending=True, removed_at__isnull=True)
    present = set(waiting.values_list("component_id", flat=True))
    wanted = [
        refusal(paper, _("Hãy tải lên “%(paper)s”.") % {"paper": paper.name})
        for paper in components
        if paper.pk not in present
    ]
    refused = {error["id"] for error in errors}
    return [each for each in wanted if each["id"] not in refused]


def _repair_page(
    request: HttpRequest,
    dossier: Dossier,
    asked: SupplementRequest,
    status: int = 200,
    differs: Iterable[Difference] = (),
    **shown: Any,
) -> HttpResponse:
    conflict = last_change(dossier, for_officer=False) if status == CONFLICT else ""
    context = {
        **asked_of(dossier, asked, **shown),
        "conflict": conflict,
        "differs": differs,
        "form_token": new_form_token(),
    }
    if context["errors"] and status != CONFLICT:
        status = status_of(context["errors"])
    return render(request, "dossiers/supplement.html", context, status=status)


def _kept(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    messages.success(request, _("Đã lưu phần bổ sung. Nhớ bấm “Gửi bổ sung” khi làm xong."))
    box = f"#giay-to-{no}" if (no := request.POST.get("tai", "")[:4]) else ""
    return redirect(reverse("dossiers:supplement", args=[dossier.code]) + box)


def _take_back(request: HttpRequest, dossier: Dossier, wanted: str) -> HttpResponse:
    """Take out a file that was not sent yet."""
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
    waiting = dossier.attachments.filter(is_pending=True, removed_at__isnull=True)
    attachment = get_object_or_404(waiting.select_related("file", "component"), pk=number)
    supplements.detach(attachment.pk, person(request))
    messages.success(request, _("Đã xóa tệp %(name)s.") % {"name": attachment.file})
    box = f"#giay-to-{attachment.component.no}"
    return redirect(reverse("dossiers:supplement", args=[dossier.code]) + box)


def _send_answer(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    try:
        supplements.answer(dossier.pk, person(request))
    except NotNow as missing:
        if not dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED).exists():
            raise
        messages.error(request, str(missing))
        return redirect("dossiers:supplement", code=dossier.code)
    messages.success(request, _("Đã gửi bổ sung. Cán bộ sẽ xem lại hồ sơ của bạn."))
    return redirect("dossiers:show", code=dossier.code)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Say what withdrawing means, ask why, then ask for it."""
    dossier = my_dossier(request, code)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _withdraw_page(request, dossier, form, UNPROCESSABLE if form.errors else 200)
    reason, version = form.cleaned_data["reason"], version_of(request.POST)
    try:
        closing.ask_withdrawal(dossier.pk, person(request), reason=reason, version=version)
    except (StaleVersion, TransitionNotAllowed):
        return _withdraw_page(request, my_dossier(request, code), form, CONFLICT)
    messages.success(request, _("Đã gửi đề nghị rút hồ sơ. Bộ phận Một cửa sẽ xác nhận."))
    return redirect("dossiers:show", code=code)


def _withdraw_page(
    request: HttpRequest, dossier: Dossier, form: ReasonForm, status: int
) -> HttpResponse:
    """The page as the dossier stands now, with the reason as it was typed."""
    context = {
        "dossier": dossier,
        "form": form,
        "form_token": new_form_token(),
        "can_withdraw": may_be_withdrawn(dossier),
        "conflict": last_change(dossier, for_officer=False) if status == CONFLICT else "",
    }
    return render(request, "dossiers/withdraw.html", context, status=status)
