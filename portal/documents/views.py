"""Pieces of a file over the line: where it stands, one more piece, never mind."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.models import User
from portal.core.refusals import NotNow, first_message
from portal.documents.models import Upload
from portal.documents.services.uploads import (
    MOST_PIECE,
    WrongOffset,
    come,
    forget_upload,
    my_upload,
    receive_piece,
)


def said(upload: Upload, status: int = 200) -> JsonResponse:
    """How far the file has come."""
    body = {"id": upload.public_id, "offset": come(upload), "length": upload.length}
    headers = {"Upload-Offset": str(body["offset"])}
    return JsonResponse({**body, "most_piece": MOST_PIECE}, status=status, headers=headers)


def refusal(error: ValidationError | NotNow) -> JsonResponse:
    """Why not, as a sentence: 409 with the offset to go on from, 413, 422, 429 or 507."""
    words = first_message(error) if isinstance(error, ValidationError) else str(error)
    body: dict[str, Any] = {"detail": words}
    status = getattr(error, "status", 422 if isinstance(error, ValidationError) else 409)
    seconds = getattr(error, "retry_after", 0)
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if isinstance(error, WrongOffset):
        body["offset"] = error.offset
        headers["Upload-Offset"] = str(error.offset)
    return JsonResponse(body, status=status, headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def piece(request: HttpRequest, public_id: str) -> JsonResponse:
    """GET or HEAD tells the offset, PUT adds a piece at it, DELETE forgets the upload."""
    if not isinstance(request.user, User):
        return JsonResponse({"detail": _("Phiên đăng nhập đã hết. Hãy đăng nhập lại.")}, status=401)
    try:
        if request.method == "DELETE":
            forget_upload(public_id, request.user)
            return JsonResponse({}, status=200)
        if request.method == "PUT":
            return said(_receive(request, public_id, request.user))
        return said(my_upload(public_id, request.user))
    except Upload.DoesNotExist as error:
        raise Http404 from error
    except (ValidationError, NotNow) as error:
        return refusal(error)


def _receive(request: HttpRequest, public_id: str, owner: User) -> Upload:
    """Read the piece whole before anything is locked: the line may be slow."""
    my_upload(public_id, owner)
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        raise ValidationError(_("Thiếu Upload-Offset: phần này bắt đầu từ byte nào."))
    return receive_piece(
        public_id,
        owner,
        offset=int(offset),
        piece=request.read(MOST_PIECE + 1),
        sha256=request.headers.get("Piece-Sha256", ""),
    )
