"""Supervision: every dossier of the province, masked; nothing can be done here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dossiers.models import Dossier
from dossiers.overseeing import Filters, page_of
from dossiers.services.looks import note_look
from dossiers.views.gates import RELATED, person, private
from dossiers.workbench import bench


@private
@require_safe
def overseeing(request: HttpRequest) -> HttpResponse:
    """The list of all dossiers, by state, agency and code."""
    filters = Filters.read(request.GET.dict())
    context = {**page_of(person(request), filters), "filters": filters}
    return render(request, "dossiers/overseeing.html", context)


@private
@require_safe
def oversee(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: its way, clock and answers, with numbers masked; the look is in the log."""
    user = person(request)
    rows = Dossier.objects.overseen_by(user).select_related("applicant", *RELATED)
    dossier = get_object_or_404(rows, code=code)
    note_look(dossier, user, part="form")
    return render(request, "dossiers/oversee.html", bench(dossier, user))
