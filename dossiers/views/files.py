"""Files in, files out: a gate before every byte."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.models import Attachment, Dossier
from dossiers.services import drafting, supplements
from dossiers.views.gates import my_dossier, my_draft, person
from portal.accounts.models import User
from portal.core.refusals import first_message
from portal.documents.models import Paper
from portal.documents.services import serve
from procedures.models import Component


@login_required
@require_POST
def upload(request: HttpRequest, pk: int, no: int) -> HttpResponse:
    """Attach files to a paper of a draft."""
    draft = my_draft(request, pk)
    component = _component(draft, no)
    try:
        drafting.attach(draft.pk, person(request), component, _uploads(request))
    except ValidationError as refused:
        messages.error(request, first_message(refused))
    return redirect(reverse("dossiers:papers", args=[draft.pk]) + f"#giay-to-{no}")


    return reverse("dossiers:papers", args=[draft.pk])


def _component(dossier: Dossier, no: int) -> Component:
    components = dossier.procedure_version.components.all()
    component = get_object_or_404(components, no=no)
    if not component.takes_files:
        raise Http404
    return component


def _uploads(request: HttpRequest) -> list[UploadedFile]:
    uploads = cast(list[UploadedFile], request.FILES.getlist("files"))
    if not uploads:
        raise ValidationError(_("Hãy chọn tệp trước khi bấm “Tải lên”."))
    return uploads


@login_required
@require_POST
def upload_answer(request: HttpRequest, code: str, no: int) -> HttpResponse:
    """Attach files that answer a supplement request; they wait until it is sent."""
    dossier = my_dossier(request, code)
    try:
        supplements.attach(
            dossier.pk, person(request), _component(dossier, no), _uploads(request)
        )
    except ValidationError as refused:
        messages.error(request, first_message(refused))
    return redirect("dossiers:supplement", code=code)


@login_required
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


@login_required
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One attached file, as a download."""
    rows = Attachment.objects.filter(readable_dossiers(person(request)), removed_at__isnull=True)
    return serve(get_object_or_404(rows.select_related("file"), pk=pk).file)


@login_required
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
    return serve(found.file)


@login_required
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed result, for the applicant and the officers of the agency."""
    user = person(request)
    rows = Dossier.objects.filter(
        Q(pk__in=Dossier.objects.of(user)) | Q(pk__in=Dossier.objects.handled_by(user))
    )
    dossier = get_object_or_404(rows.select_related("result__file"), code=code, result__isnull=False)
    return serve(dossier.result.file)
