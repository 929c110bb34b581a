"""How often somebody may do something: counted in PostgreSQL, per window, per address or person.

A count stands under a keyed hash, so the table tells nobody who knocked. What is over the limit
is refused for the rest of the window and no longer: nobody can shut somebody else out for good.
"""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.models import Taken
from portal.core.refusals import NotNow


class TooMany(NotNow):
    """More often than allowed (429); `retry_after` seconds from now it may be tried again."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            _("Bạn thao tác quá nhanh. Hãy chờ %(many)d giây rồi thử lại.") % {"many": retry_after}
        )


def too_many(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    """The 429 page: nothing is lost, and when to try again."""
    answer = render(request, "429.html", {"detail": str(refusal)}, status=429)
    answer["Retry-After"] = str(refusal.retry_after)
    return answer


def take(what: str, who: str, *, most: int, seconds: int) -> None:
    """Count one more; raises TooMany when it is over `most` within the window of `seconds`."""
    now = int(clock.now().timestamp())
    window = now - now % seconds
    if _count_one_more(_key(what, who, seconds), window, seconds) > most:
        raise TooMany(window + seconds - now)


def give_one_back(what: str, who: str, *, seconds: int) -> None:
    """Forget the last one of this window, which turned out not to count."""
    now = int(clock.now().timestamp())
    counted = Taken.objects.filter(key=_key(what, who, seconds), window=now - now % seconds)
    counted.filter(many__gt=0).update(many=F("many") - 1)


def give_back(what: str, who: str, *, seconds: int) -> None:
    """Forget what was counted in this window, such as failures before a success."""
    Taken.objects.filter(key=_key(what, who, seconds)).delete()


def forget_old() -> int:
    """Remove counts of windows that are over; returns how many."""
    return Taken.objects.filter(expires_at__lt=clock.now()).delete()[0]


def address_of(request: HttpRequest) -> str:
    """The address a request came from, past the proxies that are ours and no further.

    `settings.TRUSTED_PROXIES` says how many stand before the portal; each has written one address
    at the end of X-Forwarded-For, and what stands before those anybody may have written.
    """
    near = str(request.META.get("REMOTE_ADDR") or "unix")
    if not settings.TRUSTED_PROXIES:
        return near
    told = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    way = [*filter(None, told), near]
    place = max(0, len(way) - 1 - settings.TRUSTED_PROXIES)
    return str(way[place])


def _key(what: str, who: str, seconds: int) -> str:
    hidden = hmac.new(settings.SECRET_KEY.encode(), who.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{what}:{seconds}:{hidden}"


def _count_one_more(key: str, window: int, seconds: int) -> int:
    ends = clock.now() + timedelta(seconds=2 * seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_taken (key, "window", many, expires_at) VALUES (%s, %s, 1, %s) '
            'ON CONFLICT (key, "window") DO UPDATE SET many = core_taken.many + 1 '
            "RETURNING many",
            [key, window, ends],
        )
        return int(cursor.fetchone()[0])
