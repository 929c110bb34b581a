"""One's own dossiers: begin, change, attach, send, read."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError as FormError
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from dossiers.api.filling import facts_for
from dossiers.api.gates import FILE, RELATED, AboutOne, AboutOwn, caller, refuse_unreceived
from dossiers.api.shapes import (
    ChangedDraftBody,
    DossierRow,
    FileRow,
    HandledDossier,
    ListQuestion,
    NewDraftBody,
    OwnDossier,
    SubmitBody,
    UploadBody,
)
from dossiers.api.telling import by_page, file_facts, listed, told_to_applicant, told_to_officer
from dossiers.completeness import Incomplete
from dossiers.models import Dossier
from dossiers.services import drafting, submission, supplements
from dossiers.services.attaching import Box, chosen, gone_words, kept_first
from dossiers.services.looks import note_look
from dossiers.views.starting import agency_for, is_online
from dossiers.views.uploads import limits_of_call
from dossiers.workflow import State
from portal.accounts.models import User
from portal.core import clock
from portal.core.idempotency_api import HEADER, once
from portal.core.problems import Pages, StrictJSONParser
from portal.core.refusals import NotNow
from portal.documents.models import StoredFile, Upload
from portal.documents.receiving import takes_files
from procedures.models import Component, ProcedureVersion

KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Khóa của lần gửi này; gửi lại cùng khóa nhận đúng câu trả lời cũ",
)
KEY_REQUIRED = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description=KEY.description
)

BOXES = (FILE, "uploads")
SEEN = PolymorphicProxySerializer(
    component_name="Dossier",
    serializers=[OwnDossier, HandledDossier],
    resource_type_field_name=None,
)


class Dossiers(APIView):
    """`dossiers`: one's own, and a new draft."""

    @extend_schema(
        summary="Hồ sơ và bản nháp của tôi",
        parameters=[ListQuestion],
        responses=DossierRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """The caller's drafts and dossiers, last changed first."""
        question = ListQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        rows = Dossier.objects.of(caller(request)).select_related(*RELATED)
        if state := question.validated_data.get("state"):
            rows = rows.filter(state=state)
        pages = Pages()
        found = pages.paginate_queryset(rows.order_by("-changed_at", "-pk"), request) or []
        return pages.get_paginated_response([listed(each) for each in found])

    @extend_schema(
        summary="Tạo bản nháp",
        parameters=[KEY],
        request=NewDraftBody,
        responses={201: OwnDossier},
    )
    @once()
    def post(self, request: Request) -> Response:
        """A new draft of a procedure, with whatever was sent for it."""
        body = NewDraftBody(data=request.data)
        body.is_valid(raise_exception=True)
        draft = _begin(caller(request), body.validated_data)
        where = reverse("dossier", kwargs={"dossier_id": draft.public_id})
        return Response(
            told_to_applicant(draft), status=status.HTTP_201_CREATED, headers={"Location": where}
        )


@transaction.atomic
def _begin(person: User, sent: dict[str, Any]) -> Dossier:
    rows = ProcedureVersion.objects.in_force(clock.today()).select_related("procedure", "form")
    version = rows.filter(procedure__code=sent["procedure"]).first()
    if version is None:
        raise ValidationError({"procedure": [_("Không có thủ tục nào mang mã này hôm nay.")]})
    if not is_online(version):
        raise NotNow(_("Thủ tục này chưa nộp trực tuyến được. Hãy nộp tại Bộ phận Một cửa."))
    draft, _is_new = drafting.start(
        person, version, uuid4().hex, agency=agency_for(version, person), another=True
    )
    return _fresh(drafting.save(draft.pk, person, None, **facts_for(_fresh(draft), sent)))


def _fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related(*RELATED).get(pk=dossier.pk)


class OneDossier(AboutOne):
    """`dossiers/{id}`: read it; change it while it is a draft."""

    @extend_schema(
        summary="Một hồ sơ: của tôi, hoặc hồ sơ tôi đang giải quyết (số giấy tờ được che)",
        responses=SEEN,
    )
    def get(self, request: Request, dossier_id: str) -> Response:
        """Everything to the applicant; masked to officers of the agency."""
        person = caller(request)
        if self.dossier.applicant_id == person.pk:
            return Response(told_to_applicant(self.dossier))
        note_look(self.dossier, person, part="api")
        return Response(told_to_officer(self.dossier, person))

    @extend_schema(
        summary="Sửa bản nháp; phiên bản cũ thì 409",
        parameters=[KEY],
        request=ChangedDraftBody,
        responses=OwnDossier,
    )
    @once()
    def patch(self, request: Request, dossier_id: str) -> Response:
        """Keep what was sent; 409 when the draft has changed since that version."""
        person = caller(request)
        if self.dossier.applicant_id != person.pk:
            self.permission_denied(request)
        body = ChangedDraftBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        version = sent.pop("version")
        facts = facts_for(self.dossier, sent)
        return Response(
            told_to_applicant(_fresh(drafting.save(self.dossier.pk, person, version, **facts)))
        )


@takes_files(limits_of_call)
class Attachments(AboutOwn):
    """`dossiers/{id}/attachments`: files for one paper, to a draft or to what was asked for."""

    parser_classes = (MultiPartParser, StrictJSONParser)
    component: Component
    boxes: dict[str, Box]

    @extend_schema(
        summary="Đính kèm tệp cho một giấy tờ",
        parameters=[KEY],
        request={"multipart/form-data": UploadBody, "application/json": UploadBody},
        responses={201: FileRow(many=True)},
    )
    def post(self, request: Request, dossier_id: str) -> Response:
        """Keep the files under the paper; a refused file is said by name and none is kept.

        Files that came in pieces are named in `uploads`; the rest is sent here as `file`.
        """
        body = UploadBody(data=request.data)
        refuse_unreceived(request)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        self.component = component_of(self.dossier, sent["component"])
        about = (caller(request), self.dossier, self.component)
        with kept_first(partial(chosen, *about, sent.get(box, [])) for box in BOXES) as boxes:
            self.boxes = dict(zip(BOXES, boxes, strict=True))
            return self._list(request, dossier_id=dossier_id)

    @once()
    def _list(self, request: Request, dossier_id: str) -> Response:
        """List the files that were looked into; raises what refused one of them."""
        attach = drafting.attach if self.dossier.state == State.DRAFT else supplements.attach
        files = [stored for name, box in self.boxes.items() for stored in files_in(name, box)]
        try:
            added = attach(self.dossier.pk, caller(request), self.component, files)
        except FormError as refused:
            raise ValidationError({FILE: refused.messages}) from refused
        return Response([FileRow(file_facts(each)).data for each in added], status=201)


def files_in(name: str, box: Box) -> list[StoredFile]:
    """The files of one box; what refused them is said under its name."""
    try:
        return box.whole()
    except Upload.DoesNotExist as error:
        raise ValidationError({name: [gone_words()]}) from error
    except FormError as refused:
        raise ValidationError({name: refused.messages}) from refused


def component_of(dossier: Dossier, number: int) -> Component:
    """The paper of that number; ValidationError when it takes no files."""
    component = dossier.procedure_version.components.filter(no=number).first()
    if component is None or not component.takes_files:
        raise ValidationError({"component": [_("Thủ tục không nhận tệp cho giấy tờ này.")]})
    return component


class Submit(AboutOwn):
    """`dossiers/{id}/submit`: hand it in, once for each key and in any case once."""

    @extend_schema(
        summary="Gửi hồ sơ",
        parameters=[KEY_REQUIRED],
        request=SubmitBody,
        responses=OwnDossier,
    )
    @once(key_required=True)
    def post(self, request: Request, dossier_id: str) -> Response:
        """The dossier with its code; what is missing under `errors`, nothing sent then."""
        body = SubmitBody(data=request.data or {})
        body.is_valid(raise_exception=True)
        version = body.validated_data.get("version")
        try:
            sent = submission.submit(self.dossier.pk, caller(request), version)
        except Incomplete as incomplete:
            raise ValidationError(by_page(incomplete.gaps)) from incomplete
        return Response(told_to_applicant(_fresh(sent)))
