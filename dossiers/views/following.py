"""After sending: the confirmation, the timeline, the repair, the withdrawal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.forms import ReasonForm
from dossiers.models import Dossier, SupplementRequest
from dossiers.presenting import asked_of, story
from dossiers.services import closing, supplements
from dossiers.views.gates import my_dossier, person, version_of
from portal.core.refusals import NotNow
from procedures.form_compiler import compile_form


@login_required
@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The confirmation: code, secret, what happens next."""
    dossier = my_dossier(request, code)
    return render(request, "dossiers/sent.html", story(dossier))


@login_required
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Who acts next, since when, until when; and everything so far."""
    dossier = my_dossier(request, code)
    return render(request, "dossiers/show.html", story(dossier))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, code: str) -> HttpResponse:
    """Repair only what was asked; it stays a draft until sent."""
    dossier = my_dossier(request, code)
    asked = dossier.supplement_requests.filter(state=SupplementRequest.State.ASKED).first()
    if asked is None:
        return redirect("dossiers:show", code=code)
    if request.method == "POST" and asked.pointers:
        return _save_and_send(request, dossier, asked)
    if request.method == "POST":
        return _send_answer(request, dossier)
    context = asked_of(dossier, asked)
    return render(request, "dossiers/supplement.html", context)


def _save_and_send(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest
) -> HttpResponse:
    """Keep the repaired fields; send when the form holds and sending was asked for."""
    assert dossier.form_version is not None  # noqa: S101 - pointers point into a form
    before = asked.answer.get("form_data", dossier.form_data)
    compiled = compile_form(dossier.form_version.schema)
    bound = compiled.bind(request.POST, before, only=set(asked.pointers))
    is_valid = bound.is_valid()
    value = bound.value if is_valid else bound.draft_value()
    supplements.save_answer(dossier.pk, person(request), value, version_of(request.POST))
    if is_valid and request.POST.get("gui") == "1":
        return _send_answer(request, my_dossier(request, dossier.code or ""))
    context = asked_of(my_dossier(request, dossier.code or ""), asked, bound)
    return render(request, "dossiers/supplement.html", context, status=200 if is_valid else 422)


def _send_answer(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    try:
        supplements.answer(dossier.pk, person(request))
    except NotNow as missing:
        messages.error(request, str(missing))
        return redirect("dossiers:supplement", code=dossier.code)
    messages.success(request, _("Đã gửi bổ sung. Cán bộ sẽ xem lại hồ sơ của bạn."))
    return redirect("dossiers:show", code=dossier.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Say what withdrawing means, ask why, then ask for it."""
    dossier = my_dossier(request, code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.ask_withdrawal(
            dossier.pk,
            person(request),
            reason=form.cleaned_data["reason"],
            version=version_of(request.POST),
        )
        messages.success(request, _("Đã gửi đề nghị rút hồ sơ. Bộ phận Một cửa sẽ xác nhận."))
        return redirect("dossiers:show", code=code)
    status = 422 if form.errors else 200
    return render(
        request, "dossiers/withdraw.html", {"dossier": dossier, "form": form}, status=status
    )
