"""`Idempotency-Key` for the JSON API."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.idempotency import (
    Answer,
    Call,
    answer_once,
    caller_of,
    digest_of,
    posted_content,
)

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")

Method = Callable[..., Response]


class _Refused(Exception):
    """The call was answered no: nothing of it stays."""

    def __init__(self, response: Response) -> None:
        self.response = response


def once(*, key_required: bool = False) -> Callable[[Method], Method]:
    """A method of an API view that has one effect for each key and content of its caller."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answered(view: Any, request: Request, **where: Any) -> Response:
            if not (key := _key_of(request, key_required=key_required)):
                return method(view, request, **where)
            call = Call(
                caller_of(request._request),
                _route_of(request),
                key,
                _content_hash(request, where),
            )
            try:
                return _told(answer_once(call, lambda: _kept(method(view, request, **where))))
            except _Refused as refused:
                return refused.response

        return answered

    return decorate


def _route_of(request: Request) -> str:
    match = request._request.resolver_match
    return f"{request.method} {match.view_name if match else request.path}"


def _key_of(request: Request, *, key_required: bool) -> str:
    key: str = request.headers.get(HEADER, "").strip()
    if not key and not key_required:
        return ""
    if not KEY.fullmatch(key):
        words = _("Gửi kèm khóa này: 1 đến 200 ký tự không dấu, không khoảng trắng, mỗi lần một.")
        raise ValidationError({HEADER: [words]})
    return key


def _content_hash(request: Request, where: dict[str, Any]) -> str:
    """The digest of the place and of everything that was sent there."""
    sent: Any = request.data
    if isinstance(sent, MultiValueDict):
        sent = posted_content(request.POST, request.FILES)
    return digest_of([{name: str(value) for name, value in where.items()}, sent])


def _kept(response: Response) -> Answer:
    if response.status_code >= 400:
        raise _Refused(response)
    body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    return Answer(response.status_code, body, response.get("Location", ""))


def _told(answer: Answer) -> Response:
    response = Response(json.loads(answer.body) if answer.body else None, status=answer.status)
    if answer.location:
        response["Location"] = answer.location
    if answer.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response
