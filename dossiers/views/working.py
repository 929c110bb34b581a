"""Working on one dossier: look, take the step on, make a move."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.forms import ReasonForm
from dossiers.models import Dossier, DossierStep
from dossiers.officer_forms import (
    HandOverForm,
    NoteForm,
    RefusalForm,
    ResultForm,
    SendBackForm,
    SupplementForm,
)
from dossiers.services import closing, intake, processing, stepping, supplements
from dossiers.views.gates import handled_dossier, person, version_of
from dossiers.workbench import bench, moves_for
from portal.accounts.models import User
from procedures.form_compiler import describe
from procedures.models import ProcessStep

Make = Callable[[Dossier, User, dict[str, Any], int | None], Dossier]


@login_required
@require_safe
def work(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier as an officer sees it."""
    dossier = handled_dossier(request, code)
    return render(request, "dossiers/work.html", bench(dossier, person(request)))


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step on."""
    step = _step(request, pk)
    stepping.claim(step.pk, person(request))
    messages.success(request, _("Bạn đã nhận việc: %(step)s.") % {"step": step.name})
    return redirect("dossiers:work", code=step.dossier.code)


@login_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a step back to the queue."""
    step = _step(request, pk)
    stepping.release(step.pk, person(request))
    messages.success(request, _("Đã trả việc lại hàng đợi: %(step)s.") % {"step": step.name})
    return redirect("dossiers:work", code=step.dossier.code)


def _step(request: HttpRequest, pk: int) -> DossierStep:
    handled = Dossier.objects.handled_by(person(request))
    steps = DossierStep.objects.filter(dossier__in=handled).select_related("dossier")
    return get_object_or_404(steps, pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, code: str, move: str) -> HttpResponse:
    """One move on its own page: what it does, what it needs, one button."""
    dossier, officer = handled_dossier(request, code), person(request)
    if move not in MOVES:
        raise Http404
    form_for, make, said = MOVES[move]
    form = form_for(dossier, request)
    if request.method == "POST" and form.is_valid():
        try:
            make(dossier, officer, form.cleaned_data, version_of(request.POST))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, str(said) % {"code": code})
            return redirect("dossiers:work", code=code)
    offered = {m["name"]: m for m in moves_for(dossier, officer)}
    context = {
        "dossier": dossier,
        "form": form,
        "move": offered.get(move),
        "effect": EFFECTS.get(move, ""),
    }
    return render(request, "dossiers/move.html", context, status=422 if form.errors else 200)


def _bare(form_class: type[forms.Form]) -> Callable[[Dossier, HttpRequest], forms.Form]:
    return lambda dossier, request: form_class(request.POST or None, request.FILES or None)


def _supplement_form(dossier: Dossier, request: HttpRequest) -> forms.Form:
    sections = (
        describe(dossier.form_version.schema, dossier.form_data) if dossier.form_version else []
    )
    rows = [(r.pointer, f"{s.title}: {r.label}") for s in sections for r in s.lines]
    return SupplementForm(dossier, rows, request.POST or None)


def _send_back_form(dossier: Dossier, request: HttpRequest) -> forms.Form:
    mine = dossier.steps.open().filter(kind=DossierStep.Kind.PROCESS, claimed_by=person(request))
    current = mine.first()
    steps = ProcessStep.objects.filter(
        process_id=dossier.process_id, order__lt=current.order if current else 0
    )
    return SendBackForm([(step.order, step.name) for step in steps], request.POST or None)


def _supplement_facts(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "reason": data["reason"],
        "pointers": data["pointers"],
        "component_ids": [component.pk for component in data["components"]],
        "due_on": data["due_on"],
    }


MOVES: dict[str, tuple[Callable[[Dossier, HttpRequest], Any], Make, Any]] = {
    "receive": (
        _bare(forms.Form),
        lambda d, u, data, v: intake.receive(d.pk, u, v),
        gettext_lazy("Đã tiếp nhận hồ sơ %(code)s; giấy hẹn đang được lập."),
    ),
    "ask_at_intake": (
        _supplement_form,
        lambda d, u, data, v: intake.ask_at_intake(d.pk, u, version=v, **_supplement_facts(data)),
        gettext_lazy("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "refuse": (
        _bare(RefusalForm),
        lambda d, u, data, v: intake.refuse(
            d.pk, u, reason=data["reason"], basis=data["basis"], version=v
        ),
        gettext_lazy("Đã từ chối tiếp nhận hồ sơ %(code)s."),
    ),
    "forward": (
        _bare(NoteForm),
        lambda d, u, data, v: processing.forward(d.pk, u, data["reason"], v),
        gettext_lazy("Đã chuyển hồ sơ %(code)s sang bước tiếp theo."),
    ),
    "send_back": (
        _send_back_form,
        lambda d, u, data, v: processing.send_back(
            d.pk, u, order=data["order"], reason=data["reason"], version=v
        ),
        gettext_lazy("Đã trả hồ sơ %(code)s về bước trước."),
    ),
    "propose_supplement": (
        _supplement_form,
        lambda d, u, data, v: supplements.propose(d.pk, u, version=v, **_supplement_facts(data)),
        gettext_lazy("Đã trình lãnh đạo yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "ask_for_more": (
        _bare(forms.Form),
        lambda d, u, data, v: supplements.approve(d.pk, u, v),
        gettext_lazy("Đã duyệt; hồ sơ %(code)s chờ người nộp bổ sung, thời hạn tạm dừng."),
    ),
    "decline_supplement": (
        _bare(ReasonForm),
        lambda d, u, data, v: supplements.decline(d.pk, u, reason=data["reason"], version=v),
        gettext_lazy("Không duyệt yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "resolve": (
        _bare(ResultForm),
        lambda d, u, data, v: processing.resolve(
            d.pk, u, data["file"], is_granted=data["is_granted"], version=v
        ),
        gettext_lazy("Đã phát hành kết quả hồ sơ %(code)s."),
    ),
    "return_result": (
        _bare(HandOverForm),
        lambda d, u, data, v: processing.return_result(
            d.pk, u, received_by=data["received_by"], version=v
        ),
        gettext_lazy("Đã trả kết quả hồ sơ %(code)s."),
    ),
    "confirm_withdrawal": (
        _bare(forms.Form),
        lambda d, u, data, v: closing.confirm_withdrawal(d.pk, u, v),
        gettext_lazy("Đã xác nhận rút hồ sơ %(code)s."),
    ),
    "stop": (
        _bare(ReasonForm),
        lambda d, u, data, v: closing.stop(d.pk, u, reason=data["reason"], version=v),
        gettext_lazy("Đã dừng xử lý hồ sơ %(code)s; thời hạn tạm dừng."),
    ),
    "resume": (
        _bare(ReasonForm),
        lambda d, u, data, v: closing.resume(d.pk, u, reason=data["reason"], version=v),
        gettext_lazy("Hồ sơ %(code)s được xử lý tiếp."),
    ),
}
EFFECTS = {
    "receive": gettext_lazy(
        "Hồ sơ được tiếp nhận, thời hạn bắt đầu chạy. Cổng lập giấy hẹn và báo cho người nộp."
    ),
    "ask_at_intake": gettext_lazy(
        "Nêu đủ mọi thứ còn thiếu trong một lần. Thời hạn chưa bắt đầu; người nộp nhận phiếu yêu cầu."
    ),
    "refuse": gettext_lazy(
        "Hồ sơ kết thúc, không hoàn tác được. Người nộp nhận phiếu từ chối có lý do và căn cứ."
    ),
    "forward": gettext_lazy("Bước của bạn xong; bước tiếp theo mở ra cho người phụ trách."),
    "send_back": gettext_lazy("Bước trước mở lại với lý do của bạn. Hẹn trả không đổi."),
    "propose_supplement": gettext_lazy(
        "Trình lãnh đạo duyệt. Sau khi duyệt, người nộp nhận phiếu và thời hạn tạm dừng."
    ),
    "ask_for_more": gettext_lazy("Phiếu yêu cầu bổ sung được gửi và thời hạn tạm dừng."),
    "decline_supplement": gettext_lazy("Người nộp không nhận yêu cầu nào; công chức làm tiếp."),
    "resolve": gettext_lazy("Kết quả được vào sổ, cấp số và báo cho người nộp."),
    "return_result": gettext_lazy("Kết quả đã trao tận tay; hồ sơ kết thúc."),
    "confirm_withdrawal": gettext_lazy(
        "Hồ sơ kết thúc, không có kết quả. Mã hồ sơ không dùng lại."
    ),
    "stop": gettext_lazy("Hồ sơ dừng lại, thời hạn tạm dừng. Người nộp được báo lý do."),
    "resume": gettext_lazy("Hồ sơ được xử lý tiếp, thời hạn chạy tiếp."),
}
