"""What happens around every request."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from portal.core.failure_reasons import reason_of
from portal.core.limits import TooMany, too_many
from portal.core.refusals import NotNow, bad_request, conflict
from portal.core.text import has_forbidden_characters
from portal.core.troubles import answer, trouble_of

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class StayCalm:
    """A lost database, a busy row or a full disk becomes a page with advice, not a failure.

    What breaks outside a view, such as the session, reaches `troubles.failed` (handler500).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The trouble that came over a view at work."""
        trouble = trouble_of(error)
        if trouble is None:
            return None
        log.error("%s while answering: %s", trouble.status, reason_of(error))
        return answer(request, trouble)


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
        if isinstance(error, TooMany):
            return too_many(request, error)
        if isinstance(error, NotNow):
            return conflict(request, str(error))
        if isinstance(error, TransitionNotAllowed):
            return conflict(request, _("Hồ sơ đang ở bước khác nên chưa làm được việc này."))
        return None
