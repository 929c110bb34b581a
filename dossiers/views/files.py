"""Files in, files out: a gate before every byte."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.models import Attachment, Dossier
from dossiers.services import drafting, supplements
from dossiers.services.looks import note_look
from dossiers.views.gates import person, private
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.documents.models import Paper
from portal.documents.services import serve, serve_picture

OF_DOSSIER = ("dossier__applicant", "dossier__agency")


@private
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out before it is sent."""
    mine = Attachment.objects.filter(
        dossier__in=Dossier.objects.of(person(request)), removed_at__isnull=True
    ).select_related("dossier", "file")
    attachment = get_object_or_404(mine, pk=pk)
    if attachment.dossier.code:
        supplements.detach(pk, person(request))
        onward = redirect("dossiers:supplement", code=attachment.dossier.code)
    else:
        drafting.detach(pk, person(request))
        onward = redirect("dossiers:papers", pk=attachment.dossier_id)
    messages.success(request, _("Đã xóa tệp %(name)s.") % {"name": attachment.file})
    return onward


def readable_dossiers(user: User) -> Q:
    """Dossiers whose files the person may read: their own, or those they handle."""
    return Q(dossier__in=Dossier.objects.of(user)) | Q(
        dossier__in=Dossier.objects.handled_by(user), is_pending=False
    )


@private
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One attached file, as a download."""
    rows = Attachment.objects.filter(readable_dossiers(person(request)), removed_at__isnull=True)
    found = get_object_or_404(rows.select_related("file", *OF_DOSSIER), pk=pk)
    answer = serve(found.file)
    note_look(found.dossier, person(request), Entry.Kind.DOWNLOADED, attachment=pk)
    return answer


@private
@require_safe
def picture(request: HttpRequest, pk: int, *, small: bool = False) -> HttpResponseBase:
    """The picture drawn anew from an attached photo, to be shown on a page."""
    rows = Attachment.objects.filter(readable_dossiers(person(request)), removed_at__isnull=True)
    found = get_object_or_404(rows.select_related("file", *OF_DOSSIER), pk=pk)
    answer = serve_picture(found.file, small=small)
    if not small:  # the small ones belong to the page that was just looked at
        note_look(found.dossier, person(request), Entry.Kind.DOWNLOADED, picture=pk)
    return answer


@private
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One paper the portal wrote, as PDF; 404 until it has been made."""
    user = person(request)
    codes = Dossier.objects.of(user).submitted().values("code")
    handled = Dossier.objects.handled_by(user).values("code")
    rows = Paper.objects.filter(Q(reference__in=codes) | Q(reference__in=handled))
    found = get_object_or_404(rows.select_related("file"), pk=pk)
    if found.file is None:
        raise Http404
    answer = serve(found.file)
    dossier = Dossier.objects.select_related("applicant", "agency").get(code=found.reference)
    note_look(dossier, user, Entry.Kind.DOWNLOADED, paper=pk)
    return answer


@private
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed result, for the applicant and the officers of the agency."""
    user = person(request)
    rows = Dossier.objects.filter(
        Q(pk__in=Dossier.objects.of(user)) | Q(pk__in=Dossier.objects.handled_by(user))
    )
    with_result = rows.filter(result__isnull=False).select_related(
        "result__file", "applicant", "agency"
    )
    found = get_object_or_404(with_result, code=code)
    answer = serve(found.result.file)
    note_look(found, user, Entry.Kind.DOWNLOADED, result=found.result.pk)
    return answer
