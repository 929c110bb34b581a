"""The page of one procedure: what it asks, how long it takes, what it costs, where to send it."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching import fresh_for_strangers
from portal.views.ways_of_sending import Way, may_apply, ways
from procedures import presenting
from procedures.choosing_agency import place_name
from procedures.forms import ProcedureQuestion
from procedures.models import Channel, Procedure, ProcedureVersion


@require_safe
@fresh_for_strangers
def show_procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure as it stands on a day, for a case and, if chosen, an agency."""
    procedure = get_object_or_404(Procedure.objects.select_related("successor"), code=code)
    question = ProcedureQuestion(request.GET)
    question.is_valid()
    asked = {name: value for name, value in question.cleaned_data.items() if value}
    day = asked.get("ngay") or clock.today()
    version = presenting.version_on(procedure, day)
    if version is None:
        return _not_in_force(request, procedure, day, question)
    context = _page(version, asked, day)
    return render(request, "procedures/show.html", {**context, "question": question})


def _page(version: ProcedureVersion, asked: dict[str, Any], day: date) -> dict[str, Any]:
    cases = list(version.cases.all())
    case = presenting.chosen_case(cases, asked.get("truong_hop", ""))
    place = presenting.place_for(version, asked.get("co_quan", ""), day)
    is_today = day == clock.today()
    rows = ways(version, case, _moment(day), place.agency.code if place.agency else None)
    online = next((way for way in rows if way.channel == Channel.ONLINE), None)
    return {
        **_headline(version, day),
        "is_today": is_today,
        "cases": cases if len(cases) > 1 else [],
        "case": case,
        "case_name": next((each.name for each in cases if each.key == case), ""),
        "place": place,
        "place_links": _place_links(place, asked, case),
        "elsewhere": _elsewhere(version) if not place.many else "",
        "ways": rows,
        "sums": _sums(rows),
        "online": online,
        "may_apply": may_apply(rows),
        "papers": presenting.papers(version.components.all(), online is not None),
        "start_url": _start_url(version, case, place) if online and is_today else "",
    }


def _headline(version: ProcedureVersion, day: date) -> dict[str, Any]:
    """What the page says of the procedure whoever files it, wherever and however."""
    return {
        "version": version,
        "code": version.procedure.code,
        "day": day,
        "field_url": reverse("procedures:list") + "?" + urlencode({"linh_vuc": version.field}),
        "badges": [presenting.level_badge(version)],
        "level_meaning": presenting.level_meaning(version),
        "audience": presenting.audience_badge(version),
        "levels": presenting.levels_text(version.competences.all()),
        "replacement": presenting.replacement(version, day),
        "steps": presenting.guidance(version),
        "bases": presenting.basis_rows(version.legal_bases.all(), day),
    }


def _moment(day: date) -> datetime:
    """Now, or the opening of another day that is asked about."""
    now = clock.now()
    if day == now.date():
        return now
    return now.replace(year=day.year, month=day.month, day=day.day, hour=8, minute=0)


def _sums(rows: list[Way]) -> list[dict[str, Any]]:
    """The sums to show in full: one for all ways that cost the same."""
    sums: list[dict[str, Any]] = []
    for way in rows:
        same = next((each for each in sums if each["lines"] == way.lines), None)
        if same:
            same["names"].append(way.name)
        else:
            sums.append({"names": [way.name], "lines": way.lines, "total": way.total})
    for each in sums:
        each["title"] = _("Mọi cách nộp") if len(sums) == 1 else "; ".join(each["names"])
    return sums


def _place_links(place: presenting.Place, asked: dict[str, Any], case: str) -> list[Any]:
    """The agencies that may be meant, each with this page's address for it."""
    kept = {"truong_hop": asked["truong_hop"]} if "truong_hop" in asked else {}
    return [
        (place_name(each), "?" + urlencode({**kept, "co_quan": each.code}) + "#noi-nop")
        for each in place.choice.candidates
    ]


def _elsewhere(version: ProcedureVersion) -> str:
    """Who handles a procedure that no agency of the portal handles."""
    notes = [each.agency_kind.note for each in version.competences.all()]
    return "; ".join(note for note in notes if note)


def _start_url(version: ProcedureVersion, case: str, place: presenting.Place) -> str:
    """Where filling in begins; empty where nobody here handles the procedure."""
    if not place.many:
        return ""
    asked = {"thu_tuc": version.procedure.code, "truong_hop": case}
    if place.agency:
        asked["co_quan"] = place.agency.code
    try:
        return reverse("dossiers:start") + "?" + urlencode(asked)
    except NoReverseMatch:
        return ""


def _not_in_force(
    request: HttpRequest, procedure: Procedure, day: date, question: ProcedureQuestion
) -> HttpResponse:
    """A procedure that does not hold that day: since when, and what replaced it."""
    version = presenting.nearest_version(procedure, day)
    if version is None:
        raise Http404
    context = {
        "version": version,
        "code": procedure.code,
        "day": day,
        "question": question,
        "is_over": version.valid_to is not None and version.valid_to < day,
        "replacement": presenting.replacement(version, day),
    }
    return render(request, "procedures/not_in_force.html", context)
