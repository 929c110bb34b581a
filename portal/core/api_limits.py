"""How many calls of the API somebody may make in a minute."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal.core.limits import address_of, take

MINUTE = 60


class CallsAMinute(BaseThrottle):
    """Counted per person; for strangers per address, as far as our own proxies vouch for it."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """True, or TooMany: 429 with the seconds to wait."""
        is_known = request.user.is_authenticated
        who = f"person {request.user.pk}" if is_known else address_of(request._request)
        take("api", who, most=settings.API_CALLS_A_MINUTE, seconds=MINUTE)
        return True
