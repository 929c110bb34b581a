"""Numbers for Prometheus, for the machine that watches and for nobody else.

Written out by hand: four gauges need no library, and every process would count for itself in one.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.models import Effect

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What the outbox still owes, in the text format of Prometheus; 404 for strangers."""
    if not _may_watch(request):
        raise Http404
    text = "\n".join(_lines()) + "\n"
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_watch(request: HttpRequest) -> bool:
    """By the token where one is set; otherwise only from this machine and not through a proxy."""
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(shown, f"Bearer {settings.METRICS_TOKEN}".encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded


def _lines() -> Iterator[str]:
    now = clock.now()
    lists = {
        "waiting": Effect.objects.untried(),
        "failing": Effect.objects.failing(),
        "dead": Effect.objects.dead(),
    }
    yield "# HELP portal_outbox_effects Effects promised and not done."
    yield "# TYPE portal_outbox_effects gauge"
    for state, rows in lists.items():
        yield f'portal_outbox_effects{{state="{state}"}} {rows.count()}'
    yield "# HELP portal_outbox_oldest_seconds Age of the oldest effect; 0 when there is none."
    yield "# TYPE portal_outbox_oldest_seconds gauge"
    for state, rows in lists.items():
        oldest = rows.order_by("pk").values_list("created_at", flat=True).first()
        age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        yield f'portal_outbox_oldest_seconds{{state="{state}"}} {age:.0f}'
