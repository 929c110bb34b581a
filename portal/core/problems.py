"""The API's manners: strict JSON in, RFC 9457 problem documents out."""

import json
from typing import IO, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.core.refusals import NotNow, StaleVersion
from portal.core.text import clean, has_forbidden_characters

MOST_DEPTH = 12
MOST_BYTES = 256 * 1024


class Pages(PageNumberPagination):
    """Lists by page: 20 rows, at most 100."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class StrictJSONParser(JSONParser):
    """JSON without NaN, control characters or bottomless nesting; text arrives in NFC."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """The parsed body; ParseError or ValidationError when it is not clean."""
        try:
            body = stream.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise ValidationError({"body": [_("Nội dung gửi lên quá dài.")]})
            data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, UnicodeDecodeError, RecursionError) as error:
            raise ParseError(_("Nội dung gửi lên không phải JSON hợp lệ.")) from error
        return _cleaned(data, "", 0)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _cleaned(value: Any, path: str, depth: int) -> Any:
    """The value with every text in NFC; raises ValidationError naming the bad place."""
    if depth > MOST_DEPTH:
        raise ValidationError({path or "body": [_("Dữ liệu lồng nhau quá sâu.")]})
    if isinstance(value, str):
        if has_forbidden_characters(value):
            raise ValidationError({path or "body": [_("Có ký tự không đọc được.")]})
        return clean(value)
    if isinstance(value, dict):
        return {
            _cleaned(key, path, depth + 1): _cleaned(
                item, key if not path else f"{path}.{key}", depth + 1
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_cleaned(item, f"{path}.{i}", depth + 1) for i, item in enumerate(value)]
    return value


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refused API call, as a problem document in Vietnamese."""
    if isinstance(error, (NotNow, TransitionNotAllowed)):
        return _not_now(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = error.detail if isinstance(error, ValidationError) else None
    answer = problem(response.status_code, _detail(error, response.status_code), errors)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response:
            answer[header] = response[header]
    return answer


def _not_now(error: Exception) -> Response:
    """409, or what the refusal says it is, with a sentence; when to call again, if that helps."""
    detail = str(error) if isinstance(error, NotNow) else _("Hồ sơ đang ở bước khác.")
    answer = problem(getattr(error, "status", status.HTTP_409_CONFLICT), detail)
    if isinstance(error, StaleVersion) and error.current_version is not None:
        answer.data["current_version"] = error.current_version
    if seconds := getattr(error, "retry_after", 0):
        answer["Retry-After"] = str(seconds)
    return answer


def problem(code: int, detail: str, errors: Any = None) -> Response:
    """A problem document; `errors` names the fields that are wrong."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _titles().get(code, _("Yêu cầu không thực hiện được")),
        "status": code,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = errors if isinstance(errors, dict) else {"body": errors}
    return Response(body, status=code, content_type="application/problem+json")


def _titles() -> dict[int, str]:
    return {
        400: _("Dữ liệu chưa đúng"),
        401: _("Chưa đăng nhập"),
        403: _("Không có quyền"),
        404: _("Không tìm thấy"),
        405: _("Cách gọi không được phép"),
        409: _("Chưa làm được lúc này"),
        413: _("Tệp quá lớn"),
        415: _("Kiểu dữ liệu không được nhận"),
        422: _("Nội dung không đúng như đã báo"),
        429: _("Gọi quá nhiều lần"),
        507: _("Hết chỗ chứa"),
    }


def _detail(error: Exception, code: int) -> str:
    if isinstance(error, ValidationError):
        return _("Hãy sửa các ô được nêu trong “errors” rồi gửi lại.")
    if isinstance(error, ParseError):
        return str(error.detail)
    if isinstance(error, Http404) or code == status.HTTP_404_NOT_FOUND:
        return _("Không có dữ liệu này hoặc bạn không được xem.")
    if isinstance(error, APIException) and code not in (401, 403):
        return str(error.detail)
    return _titles().get(code, _("Yêu cầu không thực hiện được"))
