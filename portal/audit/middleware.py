"""Where a request comes from, for the lines it leaves in the log."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.audit.recording import caller_address
from portal.core.limits import address_of


class KnowCaller:
    """The address of the caller, for as long as the request takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        token = caller_address.set(address_of(request)[:45])
        try:
            return self.get_response(request)
        finally:
            caller_address.reset(token)
