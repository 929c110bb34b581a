"""The four steps of filling in a draft; Back never loses anything."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.completeness import Incomplete, gaps_of
from dossiers.forms import ReturnForm, WhoForm
from dossiers.models import Dossier
from dossiers.presenting import answers_of, fee_sum, papers_of, promised
from dossiers.services import drafting, submission
from dossiers.views.gates import my_draft, person, version_of
from dossiers.views.starting import agencies_for
from portal.core import clock
from portal.core.refusals import StaleVersion
from procedures.form_compiler import compile_form

UNPROCESSABLE = 422
CONFLICT = 409


def _page(
    request: HttpRequest, draft: Dossier, step: int, name: str, status: int = 200, **context: Any
) -> HttpResponse:
    """One page of the four steps, with the price and the date so far beside it."""
    context.update(
        draft=draft,
        step=step,
        sum=fee_sum(draft),
        promised=promised(draft),
        conflict=status == CONFLICT,
        saved_at=f"{clock.local(draft.changed_at):%H:%M}",
    )
    return render(request, f"dossiers/fill_{name}.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1: agency, case, owner, contact."""
    draft = my_draft(request, pk)
    form = WhoForm(draft, agencies_for(draft.procedure_version), request.POST or None)
    return _plain_step(request, draft, form, 1, "who", "dossiers:papers")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def receiving(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: fee and how the result comes."""
    draft = my_draft(request, pk)
    form = ReturnForm(draft, request.POST or None)
    return _plain_step(request, draft, form, 3, "return", "dossiers:review")


def _plain_step(
    request: HttpRequest, draft: Dossier, form: Any, step: int, name: str, onward: str
) -> HttpResponse:
    """Save an ordinary form and go on; a conflict keeps what was typed."""
    if request.method != "POST":
        return _page(request, draft, step, name, form=form)
    if not form.is_valid():
        return _page(request, draft, step, name, UNPROCESSABLE, form=form)
    try:
        drafting.save(draft.pk, person(request), version_of(request.POST), **form.facts())
    except StaleVersion:
        return _page(request, my_draft(request, draft.pk), step, name, CONFLICT, form=form)
    return redirect(onward, pk=draft.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2, the electronic form: made from the schema of the draft's form version."""
    draft = my_draft(request, pk)
    if draft.form_version is None:
        return redirect("dossiers:papers", pk=pk)
    compiled = compile_form(draft.form_version.schema)
    bound = compiled.bind(request.POST if request.method == "POST" else None, draft.form_data)
    if request.method != "POST":
        return _page(request, draft, 2, "form", bound=bound)
    is_changing_rows = bound.add_or_remove_row()
    is_done = not is_changing_rows and bound.is_valid()
    value = bound.value if is_done else bound.draft_value()
    try:
        draft = drafting.save(pk, person(request), version_of(request.POST), form_data=value)
    except StaleVersion:
        return _page(request, my_draft(request, pk), 2, "form", CONFLICT, bound=bound)
    if is_done or request.POST.get("sau") == "1":
        return redirect("dossiers:papers", pk=pk)
    status = 200 if is_changing_rows else UNPROCESSABLE
    return _page(request, my_draft(request, pk), 2, "form", status, bound=bound)


@login_required
@require_http_methods(["GET", "HEAD"])
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: the electronic form and the papers to attach."""
    draft = my_draft(request, pk)
    return _page(request, draft, 2, "papers", papers=papers_of(draft))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 4: read everything again; sending is the only commitment."""
    if request.method == "POST":
        return _send(request, pk)
    draft = my_draft(request, pk)
    return _review(request, draft)


def _review(request: HttpRequest, draft: Dossier, status: int = 200) -> HttpResponse:
    context = {"gaps": gaps_of(draft), "sections": answers_of(draft), "papers": papers_of(draft)}
    return _page(request, draft, 4, "review", status, **context)


def _send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once: a repeat shows the dossier that was sent."""
    sent = Dossier.objects.of(person(request)).submitted().filter(pk=pk).first()
    if sent is None:
        draft = my_draft(request, pk)
        try:
            sent = submission.submit(draft.pk, person(request), version_of(request.POST))
        except Incomplete:
            return _review(request, draft, UNPROCESSABLE)
        except StaleVersion:
            return _review(request, my_draft(request, pk), CONFLICT)
    return redirect("dossiers:sent", code=sent.code)


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, page: str) -> JsonResponse:
    """Keep what is typed so far, complete or not; answers when it was kept."""
    draft = my_draft(request, pk)
    try:
        saved = drafting.save(
            pk, person(request), version_of(request.POST), **_typed(request, draft, page)
        )
    except StaleVersion as stale:
        return JsonResponse({"detail": str(stale)}, status=CONFLICT)
    return JsonResponse(
        {"saved_at": f"{clock.local(saved.changed_at):%H:%M}", "version": saved.version}
    )


def _typed(request: HttpRequest, draft: Dossier, page: str) -> dict[str, Any]:
    """The part of the draft that the page edits; fields that do not hold yet are left out."""
    if page == "to-khai" and draft.form_version is not None:
        bound = compile_form(draft.form_version.schema).bind(request.POST, draft.form_data)
        return {"form_data": bound.draft_value()}
    form: Form
    if page == "nguoi-nop":
        form = WhoForm(draft, agencies_for(draft.procedure_version), request.POST)
    elif page == "phi":
        form = ReturnForm(draft, request.POST)
    else:
        return {}
    return form.facts() if form.is_valid() else {}  # type: ignore[attr-defined]
