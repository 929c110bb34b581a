"""Giấy tờ của tôi: earlier papers and results, read again and used again without a copy."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.keeping import Kept, kept_by, usable_for
from dossiers.models import Dossier
from dossiers.presenting import size_in_words
from dossiers.services import drafting
from dossiers.views.gates import draft_page, person, private
from dossiers.wording import day_in_words
from portal.core.refusals import NotNow, first_message
from portal.documents.services import serve
from procedures.models import Component

UNPROCESSABLE = 422


@private
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything the person has handed in or been given."""
    return render(request, "dossiers/my_files.html", {"files": _rows(kept_by(person(request)))})


@private
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One of the person's own files; 404 for anybody else's."""
    return serve(_mine(kept_by(person(request)), pk).file)


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def reuse(request: HttpRequest, draft: Dossier, no: int) -> HttpResponse:
    """Choose earlier files for one paper of a draft; they are referred to, not copied."""
    papers = draft.procedure_version.components.all()
    component = get_object_or_404(papers, no=no)
    if not component.takes_files:
        raise Http404
    choice = usable_for(person(request), component)
    if request.method != "POST":
        return _reuse_page(request, draft, component, choice)
    wanted = [_mine(choice, _number(typed)).file for typed in request.POST.getlist("tep")]
    if not wanted:
        words = _("Hãy đánh dấu ít nhất một giấy tờ.")
        return _reuse_page(request, draft, component, choice, words)
    try:
        drafting.attach(draft.pk, person(request), component, wanted)
    except (ValidationError, NotNow) as refused:
        words = first_message(refused) if isinstance(refused, ValidationError) else str(refused)
        return _reuse_page(request, draft, component, choice, words)
    messages.success(request, _("Đã dùng lại giấy tờ bạn đã nộp."))
    return redirect(reverse("dossiers:papers", args=[draft.pk]) + f"#giay-to-{no}")


def _not_there_yet(draft: Dossier, component: Component, choice: list[Kept]) -> list[Kept]:
    """Without the files that lie under this paper already."""
    there = draft.attachments.filter(component=component, removed_at__isnull=True)
    digests = set(there.values_list("file__sha256", flat=True))
    return [kept for kept in choice if kept.file.sha256 not in digests]


def _reuse_page(
    request: HttpRequest, draft: Dossier, component: Component, choice: list[Kept], error: str = ""
) -> HttpResponse:
    errors = [{"id": "chon", "text": error}] if error else []
    rows = _rows(_not_there_yet(draft, component, choice))
    context = {"draft": draft, "component": component, "files": rows, "errors": errors}
    status = UNPROCESSABLE if error else 200
    return render(request, "dossiers/reuse.html", context, status=status)


def _mine(choice: list[Kept], pk: int) -> Kept:
    """The file of that number among the person's own, or 404."""
    if (found := next((kept for kept in choice if kept.file.pk == pk), None)) is None:
        raise Http404
    return found


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0


def _rows(choice: list[Kept]) -> list[dict[str, Any]]:
    return [
        {
            "pk": kept.file.pk,
            "name": kept.file.original_name,
            "label": kept.label,
            "size": size_in_words(kept.file.size),
            "day": day_in_words(kept.since),
            "is_result": kept.is_result,
            "url": reverse("dossiers:my_file", args=[kept.file.pk]),
        }
        for kept in choice
    ]
