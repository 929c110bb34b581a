"""The officer's queue."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.queueing import Filters, page_of
from dossiers.views.gates import person
from procedures.models import Channel


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits at the officer's agencies: due soonest first, online before paper."""
    officer = person(request)
    if not officer.is_officer:
        raise PermissionDenied("queue")
    filters = Filters.read(request.GET.dict())
    context = page_of(officer, filters)
    agencies = sorted({posting.agency.name for posting in officer.current_postings})
    context.update(filters=filters, agencies=agencies, channels=Channel.choices[1:])
    return render(request, "dossiers/queue.html", context)
