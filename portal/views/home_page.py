"""The home page: search, look-up, life events, essential services, public counters."""

from datetime import date
from itertools import groupby

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching import fresh_for_strangers
from portal.reports import counters
from procedures import essentials
from procedures.models import Channel, LifeEvent, ProcedureVersion

NATIONAL_PORTAL = "https://dichvucong.gov.vn/"
EXAMPLES = 5


@require_safe
@fresh_for_strangers
def home(request: HttpRequest) -> HttpResponse:
    """Where most people begin."""
    now = clock.now()
    groups = essentials.groups(now.date())
    context = {
        "now": now,
        "events": _events(),
        "groups": groups,
        "examples": _examples(groups),
        "services": sum(len(group.services) for group in groups),
        "national_portal": NATIONAL_PORTAL,
        "offer": _offer(now.date()),
        "row": counters.of_province(counters.Period.month_of(now.date().replace(day=1), now), now),
    }
    return render(request, "home.html", context)


def _events() -> list[tuple[str, list[LifeEvent]]]:
    """Life events by whom they concern, people first."""
    titles = {"cong_dan": _("Người dân"), "doanh_nghiep": _("Doanh nghiệp, hộ kinh doanh")}
    events = sorted(LifeEvent.objects.all(), key=lambda e: (e.audience != "cong_dan", e.position))
    return [
        (titles.get(audience, ""), list(rows))
        for audience, rows in groupby(events, key=lambda event: event.audience)
    ]


def _examples(groups: list[essentials.Group]) -> list[essentials.Service]:
    """A few essential services with short names, as examples under the search."""
    here = [each for group in groups for each in group.services if each.codes]
    return sorted(here, key=lambda service: len(service.name))[:EXAMPLES]


def _offer(day: date) -> dict[str, int]:
    """How many procedures may be sent online, and how many need no visit at all."""
    online = Q(channels__contains=[Channel.ONLINE])
    return ProcedureVersion.objects.in_force(day).aggregate(
        online=Count("pk", filter=online),
        whole=Count("pk", filter=online & Q(service_mode="toan_trinh")),
        proposed=Count("pk", filter=online & Q(is_level_proposed=True)),
    )
