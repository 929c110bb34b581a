"""What happens around every request."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from portal.core.refusals import NotNow, bad_request, conflict
from portal.core.text import has_forbidden_characters

GetResponse = Callable[[HttpRequest], HttpResponse]
BUSY = "Hệ thống đang bận. Dữ liệu đã lưu vẫn còn nguyên; hãy thử lại sau ít giây."


class TolerateDatabaseLoss:
    """A lost database becomes a 503 with a retry instead of an unexplained failure."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return unavailable(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The database was lost while a view was at work."""
        if isinstance(error, (OperationalError, InterfaceError)):
            return unavailable(request)
        return None


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with a time to try again, as a page or as a problem document."""
    headers = {"Retry-After": "10"}
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": BUSY, "status": 503, "detail": BUSY}
        return JsonResponse(
            problem, status=503, headers=headers, content_type="application/problem+json"
        )
    with_page = render(None, "503.html", status=503)
    with_page["Retry-After"] = "10"
    return with_page


class CleanText:
    """Addresses with control characters are refused before anything reads them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        for name, values in request.GET.lists():
            if has_forbidden_characters(name) or any(map(has_forbidden_characters, values)):
                return bad_request(
                    request, _("Ô “%(name)s” có ký tự không đọc được.") % {"name": name[:40]}
                )
        if has_forbidden_characters(request.path):
            return bad_request(request, _("Địa chỉ trang có ký tự không đọc được."))
        return self.get_response(request)


class ExplainRefusals:
    """A move that cannot be made now becomes a 409 page with a sentence that helps."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """409 for what cannot be done now."""
        if isinstance(error, NotNow):
            return conflict(request, str(error))
        if isinstance(error, TransitionNotAllowed):
            return conflict(request, _("Hồ sơ đang ở bước khác nên chưa làm được việc này."))
        return None
