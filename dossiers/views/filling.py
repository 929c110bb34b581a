"""The four steps of filling in a draft; Back never loses anything."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.completeness import Incomplete, gaps_of
from dossiers.forms import StepForm
from dossiers.models import Dossier
from dossiers.presenting import fee_sum, papers_of, promised
from dossiers.reviewing import files_on_the_way, gap_rows, review_of
from dossiers.services import drafting, submission
from dossiers.typed_steps import differences, facts_typed, step_form
from dossiers.views.gates import (
    CONFLICT,
    UNPROCESSABLE,
    draft_page,
    is_open,
    my_draft,
    once_my_draft,
    person,
    typed_before_sign_in,
    version_of,
)
from dossiers.views.too_late import closed_draft
from dossiers.views.uploads import (
    Chosen,
    limits_of_draft,
    looked_into_first,
    status_of,
    take_in,
)
from portal.core import clock
from portal.core.idempotency_forms import new_form_token, once_per_form
from portal.core.refusals import StaleVersion
from portal.documents.receiving import takes_files
from procedures.form_compiler import compile_form

STEPS = (
    gettext_lazy("Người nộp"),
    gettext_lazy("Thành phần hồ sơ"),
    gettext_lazy("Phí, cách nhận kết quả"),
    gettext_lazy("Xem lại và gửi"),
)


@dataclass(frozen=True)
class Place:
    """One page of the four steps, and the pages before and after it."""

    step: int
    name: str
    before: str
    after: str
    heading: Any = ""


WHO = Place(1, "who", "dossiers:who", "dossiers:papers", gettext_lazy("Người nộp hồ sơ"))
FORM = Place(2, "form", "dossiers:papers", "dossiers:papers")
PAPERS = Place(2, "papers", "dossiers:who", "dossiers:receiving", STEPS[1])
RETURN = Place(3, "return", "dossiers:papers", "dossiers:review", STEPS[2])
REVIEW = Place(4, "review", "dossiers:receiving", "", STEPS[3])
# The pages that are saved while somebody types, by the word in the address.
AUTOSAVED = {"nguoi-nop": "who", "to-khai": "form", "phi": "receiving"}


def _page(
    request: HttpRequest, draft: Dossier, place: Place, status: int = 200, **context: Any
) -> HttpResponse:
    """One page of the four steps, with the price and the date so far beside it."""
    context.setdefault("conflict", status == CONFLICT)
    context.update(
        form_token=new_form_token(),
        draft=draft,
        steps=STEPS,
        step=place.step,
        heading=place.heading or (draft.form_version and draft.form_version.title),
        sum=fee_sum(draft),
        promised=promised(draft),
        saved_at=f"{clock.local(draft.changed_at):%H:%M}",
    )
    return render(request, f"dossiers/fill_{place.name}.html", context, status=status)


def _go(request: HttpRequest, draft: Dossier, place: Place) -> HttpResponse:
    """Where the pressed button leads once everything has been kept."""
    wish = request.POST.get("di", "tiep")
    if wish == "nghi":
        words = _("Đã lưu bản nháp. Bạn mở lại ở đây lúc nào cũng được, trên máy nào cũng được.")
        messages.success(request, words)
        return redirect("dossiers:mine")
    if wish == "tinh":
        return redirect(request.path)
    return redirect(place.before if wish == "lui" else place.after, pk=draft.pk)


def _goes_on(request: HttpRequest) -> bool:
    """Whether the button was the one to the next step, which wants everything right."""
    return request.POST.get("di", "tiep") == "tiep"


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Step 1: agency, case, owner, contact."""
    return _plain_step(request, draft, "who", WHO)


def _restored(draft: Dossier, page: str, typed: QueryDict | None) -> dict[str, Any]:
    """Whether text from before signing in is shown, and whether the draft changed since."""
    if typed is None:
        return {}
    if version_of(typed) == draft.version:
        return {"is_restored": True}
    differs = differences(draft, facts_typed(draft, page, typed))
    return {"is_restored": True, "conflict": True, "differs": differs}


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def receiving(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Step 3: fee and how the result comes."""
    return _plain_step(request, draft, "receiving", RETURN)


def _plain_step(request: HttpRequest, draft: Dossier, page: str, place: Place) -> HttpResponse:
    """Show or save an ordinary form and go on; a conflict keeps what was typed."""
    typed = request.POST if request.method == "POST" else typed_before_sign_in(request)
    form = step_form(draft, page, typed)
    assert isinstance(form, StepForm)  # noqa: S101 - both pages have one
    if request.method != "POST":
        return _page(request, draft, place, form=form, **_restored(draft, page, typed))
    is_valid = form.is_valid()
    try:
        drafting.save_page(draft.pk, person(request), version_of(request.POST), **form.facts())
    except StaleVersion:
        return _conflict(request, draft, place, form.facts(), form=form)
    if is_valid or not _goes_on(request):
        _tell_doubts(request, form)
        return _go(request, draft, place)
    return _page(request, my_draft(request, draft.pk), place, UNPROCESSABLE, form=form)


def _tell_doubts(request: HttpRequest, form: StepForm) -> None:
    """On the page that follows: what was kept although it may be wrong."""
    if doubts := form.doubts():
        words = _("Đã lưu. Hãy xem lại số định danh của chủ hồ sơ ở bước 1: %(doubts)s")
        messages.warning(request, words % {"doubts": " ".join(doubts)})


def _conflict(
    request: HttpRequest, draft: Dossier, place: Place, facts: dict[str, Any], **shown: Any
) -> HttpResponse:
    """Saved, sent or put away elsewhere: what differs, with everything that was typed here."""
    fresh = once_my_draft(request, draft.pk)
    if not is_open(fresh):
        return closed_draft(request, fresh, facts)
    differs = differences(fresh, facts)
    return _page(request, fresh, place, CONFLICT, differs=differs, **shown)


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Step 2, the electronic form: made from the schema of the draft's form version."""
    if draft.form_version is None:
        return redirect("dossiers:papers", pk=draft.pk)
    if request.method == "POST":
        return _keep_form(request, draft)
    compiled = compile_form(draft.form_version.schema)
    typed = typed_before_sign_in(request)
    if typed is None and "kiem-tra" in request.GET:
        bound = compiled.bind_value(draft.form_data)
    else:
        bound = compiled.bind(typed, draft.form_data)
    return _page(request, draft, FORM, bound=bound, **_restored(draft, "form", typed))


def _keep_form(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Keep the answers, complete or not; add or take out a row when that was asked."""
    assert draft.form_version is not None  # noqa: S101 - the view looked
    bound = compile_form(draft.form_version.schema).bind(request.POST, draft.form_data)
    is_changing_rows = bound.add_or_remove_row()
    is_done = not is_changing_rows and bound.is_valid()
    value = bound.value if is_done else bound.draft_value()
    try:
        drafting.save_page(draft.pk, person(request), version_of(request.POST), form_data=value)
    except StaleVersion:
        return _conflict(request, draft, FORM, {"form_data": value}, bound=bound)
    if is_done or not (is_changing_rows or _goes_on(request)):
        return _go(request, draft, FORM)
    status = 200 if is_changing_rows else UNPROCESSABLE
    return _page(request, my_draft(request, draft.pk), FORM, status, bound=bound)


@takes_files(limits_of_draft)
@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, draft: Dossier) -> HttpResponseBase:
    """Step 2: the electronic form and the papers to attach."""
    if request.method != "POST":
        return _page(request, draft, PAPERS, papers=papers_of(draft), errors=[])
    is_removing = bool(request.POST.get("xoa"))
    rows = draft.procedure_version.components.all()
    components = [] if is_removing else [each for each in rows if each.takes_files]
    with looked_into_first(request, draft, components) as chosen:
        return _keep_papers(request, draft, chosen)


@once_per_form
def _keep_papers(request: HttpRequest, draft: Dossier, chosen: list[Chosen]) -> HttpResponse:
    """List the files of every box, or take one out."""
    if wanted := request.POST.get("xoa"):
        return _remove(request, draft, wanted)
    attach = partial(drafting.attach, draft.pk, person(request))
    if errors := take_in(request, chosen, attach):
        draft = my_draft(request, draft.pk)
        rows = papers_of(draft, errors)
        return _page(request, draft, PAPERS, status_of(errors), papers=rows, errors=errors)
    if box := request.POST.get("tai"):
        return redirect(reverse("dossiers:papers", args=[draft.pk]) + f"#giay-to-{box[:4]}")
    return _go(request, draft, PAPERS)


def _remove(request: HttpRequest, draft: Dossier, wanted: str) -> HttpResponse:
    """Take one file of the draft out."""
    rows = draft.attachments.filter(removed_at__isnull=True).select_related("file", "component")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
    attachment = get_object_or_404(rows, pk=number)
    drafting.detach(attachment.pk, person(request))
    messages.success(request, _("Đã xóa tệp %(name)s.") % {"name": attachment.file})
    box = f"#giay-to-{attachment.component.no}"
    return redirect(reverse("dossiers:papers", args=[draft.pk]) + box)


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Step 4: read everything again; sending is the only commitment, and happens once."""
    if request.method != "POST":
        return _review(request, draft)
    try:
        sent = submission.submit(draft.pk, person(request), version_of(request.POST))
    except Incomplete:
        return _review(request, my_draft(request, draft.pk), UNPROCESSABLE)
    except StaleVersion:
        fresh = once_my_draft(request, draft.pk)
        is_put_away = not is_open(fresh)
        return closed_draft(request, fresh) if is_put_away else _review(request, fresh, CONFLICT)
    return redirect("dossiers:sent", code=sent.code)


def _review(request: HttpRequest, draft: Dossier, status: int = 200) -> HttpResponse:
    gaps = gap_rows(draft, gaps_of(draft))
    context = {
        "gaps": gaps,
        "sections": review_of(draft),
        "papers": papers_of(draft),
        "on_the_way": files_on_the_way(draft),
    }
    return _page(request, draft, REVIEW, status, **context)


@never_cache
@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, page: str) -> JsonResponse:
    """Keep what is typed so far, complete or not; answers when it was kept."""
    draft = once_my_draft(request, pk)
    typed = facts_typed(draft, AUTOSAVED.get(page, ""), request.POST)
    if not typed:
        raise Http404
    if not is_open(draft):
        words = _("Bản nháp này đã được gửi hoặc đã xóa ở nơi khác nên không lưu thêm được.")
        return JsonResponse({"detail": words}, status=CONFLICT)
    try:
        saved = drafting.save_page(pk, person(request), version_of(request.POST), **typed)
    except StaleVersion as stale:
        return JsonResponse({"detail": str(stale)}, status=CONFLICT)
    return JsonResponse(
        {"saved_at": f"{clock.local(saved.changed_at):%H:%M}", "version": saved.version}
    )
