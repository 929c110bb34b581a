"""Working on one dossier: look, take the step on, make a move."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_fsm import TransitionNotAllowed

from dossiers.last_change import last_change
from dossiers.models import Dossier, DossierStep
from dossiers.offering import MOVES_OF_KIND, is_signature, why_not_now
from dossiers.services import stepping
from dossiers.services.attaching import Box
from dossiers.services.looks import note_look
from dossiers.views.gates import (
    CONFLICT,
    UNPROCESSABLE,
    handled_dossier,
    person,
    private,
    typed_before_sign_in,
    version_of,
)
from dossiers.views.moves import MOVES, MovePage, file_first, make
from dossiers.views.uploads import limits_of_move
from dossiers.workbench import bench, look_of
from portal.accounts.stepping_up import stepped_up_when
from portal.core.idempotency_forms import new_form_token, once_per_form
from portal.core.refusals import NotNow, StaleVersion
from portal.documents.receiving import Limits, refused_uploads, takes_files


@private
@require_safe
def work(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier as an officer sees it."""
    dossier = handled_dossier(request, code)
    note_look(dossier, person(request), part="form")
    context = {**bench(dossier, person(request)), "form_token": new_form_token()}
    return render(request, "dossiers/work.html", context)


@private
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step on."""
    step = _step(request, pk)
    stepping.claim(step.pk, person(request))
    messages.success(request, _("Bạn đã nhận việc: %(step)s.") % {"step": step.name})
    return redirect("dossiers:work", code=step.dossier.code)


@private
@require_POST
@once_per_form
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


def _limits(request: HttpRequest, code: str, move: str) -> Limits:
    """Only the move that issues a result takes a file, and only from an officer."""
    page = MOVES.get(move)
    return limits_of_move(request) if page is not None and page.file_of is not None else {}


def _signs(request: HttpRequest, code: str, move: str) -> bool:
    return request.method == "POST" and is_signature(person(request), code, move)


@takes_files(_limits)
@private
@require_http_methods(["GET", "HEAD", "POST"])
@stepped_up_when(_signs)
def move(request: HttpRequest, code: str, move: str) -> HttpResponseBase:
    """One move on its own page: what it does, what it needs, one button."""
    if (page := MOVES.get(move)) is None:
        raise Http404
    if request.method != "POST" or page.file_of is None:
        return _move(request, code, move)
    dossier = handled_dossier(request, code)
    form = page.form_for(dossier, person(request), request.POST, request.FILES)
    with file_first(page, dossier, person(request), move, form) as box:
        return _move(request, code, move, box)


@once_per_form
def _move(request: HttpRequest, code: str, move: str, box: Box | None = None) -> HttpResponse:
    """Show the move as the dossier stands now, or make it."""
    page, dossier = MOVES[move], handled_dossier(request, code)
    typed = request.POST if request.method == "POST" else typed_before_sign_in(request)
    form = page.form_for(dossier, person(request), typed or None, request.FILES or None)
    refusal = _refusal(request, dossier, move)
    sentence = refused_uploads(request).get("file")
    if sentence and "file" in form.fields:
        form.add_error("file", sentence)
    if request.method == "POST" and not refusal and form.is_valid():
        refusal = _make(request, page, dossier, form, box)
        if not refusal and form.is_valid():
            messages.success(request, str(page.said) % {"code": code})
            return redirect("dossiers:work", code=code)
    return _move_page(request, code, move, form, refusal)


def _refusal(request: HttpRequest, dossier: Dossier, move: str) -> str:
    """Why the move cannot be made now; PermissionDenied when it never was the officer's.

    Whoever has done their step in another tab is told so, with what they typed in this one.
    """
    officer = person(request)
    try:
        return why_not_now(dossier, officer, move)
    except PermissionDenied:
        kinds = [kind for kind, moves in MOVES_OF_KIND.items() if move in moves]
        done = dossier.steps.filter(done_by=officer, kind__in=kinds)
        if request.method != "POST" or not done.exists():
            raise
    return _("Bạn đã làm xong bước của mình. %(change)s") % {
        "change": last_change(dossier, for_officer=True)
    }


def _make(
    request: HttpRequest, page: MovePage, dossier: Dossier, form: forms.Form, box: Box | None
) -> str:
    """Make the move; why it cannot be made now as a sentence, else nothing."""
    try:
        make(page, dossier, person(request), form, version_of(request.POST), box)
    except ValidationError as refused:
        form.add_error("file" if "file" in form.fields else None, refused)
    except StaleVersion as stale:
        fresh = handled_dossier(request, dossier.code or "")
        return f"{stale} {last_change(fresh, for_officer=True)}"
    except NotNow as refused:
        return str(refused)
    except TransitionNotAllowed:
        return _("Hồ sơ vừa sang bước khác nên chưa làm được việc này.")
    return ""


def _move_page(
    request: HttpRequest, code: str, move: str, form: forms.Form, refusal: str
) -> HttpResponse:
    """The page as the dossier stands now, with everything that was typed."""
    dossier = handled_dossier(request, code)
    context = {
        **look_of(dossier, person(request), move),
        "effect": MOVES[move].effect,
        "form": form,
        "refusal": refusal,
        "typed": _typed(form) if refusal and form.is_bound else [],
        "is_restored": form.is_bound and request.method != "POST",
        "lost_files": [str(file.name) for _box, each in request.FILES.lists() for file in each],
        "form_token": new_form_token(),
    }
    status = CONFLICT if refusal else UNPROCESSABLE if form.errors else 200
    return render(request, "dossiers/move.html", context, status=status)


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """What a person typed, ticked and chose, to be copied when the form itself is gone."""
    words = [(str(bound.label), _in_words(bound)) for bound in form]
    return [(label, text) for label, text in words if text]


def _in_words(bound: forms.BoundField) -> str:
    """One answer as it reads on the page; a file has no words."""
    if isinstance(bound.field, forms.FileField):
        return ""
    value = bound.value()
    if not isinstance(bound.field, forms.ChoiceField):
        return str(value or "")
    chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value])}
    choices: Iterable[tuple[Any, Any]] = bound.field.choices  # type: ignore[assignment] # never a function here
    return "\n".join(str(label) for key, label in choices if str(key) in chosen)
