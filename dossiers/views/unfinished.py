"""Drafts that were thrown away or ran out, as long as they can be taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.services.unfinished import gone_at, in_trash, restore
from dossiers.views.gates import person, private
from dossiers.wording import day_in_words

MOST_ROWS = 200


@private
@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """The person's drafts in the trash, the latest first, each with its last day."""
    rows = in_trash().filter(applicant=person(request)).select_related("procedure_version")
    drafts = [
        {
            "pk": draft.pk,
            "name": draft.procedure_version.name,
            "deleted": day_in_words(draft.deleted_at),
            "until": day_in_words(gone_at(draft)),
        }
        for draft in rows.order_by("-deleted_at")[:MOST_ROWS]
    ]
    return render(request, "dossiers/trash.html", {"drafts": drafts})


@private
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft back among the drafts; a button pressed twice leads to the draft."""
    mine = person(request).dossiers.filter(state="draft")
    draft = get_object_or_404(mine, pk=pk)
    if draft.deleted_at is not None:
        restore(draft.pk, person(request))
        messages.success(request, _("Đã lấy lại bản nháp. Nội dung và tệp còn nguyên."))
    return redirect("dossiers:who", pk=pk)
