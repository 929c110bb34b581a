"""Files in pieces over JSON: announce, send each piece at its offset, ask where to go on."""

from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from dossiers.api.gates import RELATED, caller, one_of
from dossiers.api.own import KEY, component_of
from dossiers.api.shapes import NewUploadBody, UploadRow
from dossiers.models import Dossier
from dossiers.offering import why_not_now
from dossiers.services.attaching import open_for, open_for_result
from portal.accounts.models import User
from portal.core import clock
from portal.core.idempotency_api import once
from portal.core.problems import problem
from portal.core.refusals import NotNow
from portal.documents.models import Upload
from portal.documents.services.storing import FileTooLarge
from portal.documents.services.uploads import (
    MOST_PIECE,
    WrongOffset,
    come,
    forget_upload,
    my_upload,
    receive_piece,
)

OFFSET, DIGEST = "Upload-Offset", "Piece-Sha256"
AT = OpenApiParameter(
    OFFSET, int, OpenApiParameter.HEADER, required=True, description="Phần này bắt đầu từ byte nào"
)
SUM = OpenApiParameter(
    DIGEST, str, OpenApiParameter.HEADER, required=True, description="SHA-256 của riêng phần này"
)
NOT_THERE = OpenApiResponse(description="Sai chỗ: `offset` và Upload-Offset là byte gửi tiếp")
SPOILT = OpenApiResponse(description="Phần này không khớp mã băm hoặc vượt độ dài: gửi lại")


class Uploads(APIView):
    """`uploads`: announce a file that will come in pieces."""

    @extend_schema(
        summary="Báo một tệp sẽ gửi từng phần: tên, độ dài, mã băm",
        parameters=[KEY],
        request=NewUploadBody,
        responses={201: UploadRow},
    )
    @once()
    def post(self, request: Request) -> Response:
        """Where the pieces go; what could never be taken is refused before a byte is sent."""
        body = NewUploadBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            upload = _open(caller(request), dict(body.validated_data))
        except FileTooLarge as refused:
            return problem(refused.status, refused.messages[0], {"length": refused.messages})
        except FormError as refused:
            raise ValidationError({"name": refused.messages}) from refused
        where = reverse("upload", kwargs={"upload_id": upload.public_id})
        return _told(upload, status.HTTP_201_CREATED, Location=where)


def _open(person: User, sent: dict[str, Any]) -> Upload:
    """For a paper of one's own dossier; without a paper, for the result of one in hand."""
    public_id, number = sent.pop("dossier"), sent.pop("component", None)
    if number is not None:
        dossier = one_of(Dossier.objects.of(person).select_related(*RELATED), public_id)
        return open_for(person, dossier, component_of(dossier, number), **sent)
    dossier = one_of(Dossier.objects.handled_by(person).select_related(*RELATED), public_id)
    if refusal := why_not_now(dossier, person, "resolve"):
        raise NotNow(refusal)
    return open_for_result(person, dossier, **sent)


class OneUpload(APIView):
    """`uploads/{id}`: how far it has come, one more piece, never mind."""

    @extend_schema(summary="Tệp đã tới byte nào", responses=UploadRow)
    def get(self, request: Request, upload_id: str) -> Response:
        """The offset to go on from."""
        return _told(_mine(upload_id, request))

    @extend_schema(
        summary="Gửi một phần của tệp; sai chỗ thì 409 kèm chỗ đúng",
        parameters=[AT, SUM],
        request={"application/octet-stream": bytes},
        responses={200: UploadRow, 409: NOT_THERE, 422: SPOILT},
    )
    def put(self, request: Request, upload_id: str) -> Response:
        """Add a piece; its offset is its key, so a piece sent twice is added once."""
        upload = _mine(upload_id, request)
        try:
            added = receive_piece(
                upload.public_id,
                caller(request),
                offset=_offset(request),
                piece=request._request.read(MOST_PIECE + 1),
                sha256=request.headers.get(DIGEST, ""),
            )
        except WrongOffset as wrong:
            answer = problem(status.HTTP_409_CONFLICT, str(wrong))
            answer.data["offset"] = wrong.offset
            answer[OFFSET] = str(wrong.offset)
            return answer
        except FormError as refused:
            return problem(status.HTTP_422_UNPROCESSABLE_ENTITY, refused.messages[0])
        return _told(added)

    @extend_schema(summary="Thôi gửi tệp này", responses={204: None})
    def delete(self, request: Request, upload_id: str) -> Response:
        """Forget it and what has come of it."""
        forget_upload(_mine(upload_id, request).public_id, caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _mine(upload_id: str, request: Request) -> Upload:
    """The caller's own; of anybody else's, and of one that ran out, there is nothing to see."""
    try:
        return my_upload(upload_id, caller(request))
    except Upload.DoesNotExist as error:
        raise Http404 from error


def _offset(request: Request) -> int:
    told = request.headers.get(OFFSET, "")
    if not (told.isascii() and told.isdigit() and len(told) < 16):
        raise ValidationError({OFFSET: [_("Ghi phần này bắt đầu từ byte nào.")]})
    return int(told)


def _told(upload: Upload, code: int = 200, **headers: str) -> Response:
    row = {
        "id": upload.public_id,
        "offset": come(upload),
        "length": upload.length,
        "most_piece": MOST_PIECE,
        "expires_at": clock.local(upload.expires_at),
    }
    return Response(
        UploadRow(row).data, status=code, headers={OFFSET: str(row["offset"]), **headers}
    )
