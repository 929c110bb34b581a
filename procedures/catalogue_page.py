"""What the list of procedures shows for a question: rows, filters with counts, addresses."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts.models import Agency
from procedures import search
from procedures.choosing_agency import Choice, choose, place_name
from procedures.forms import AUDIENCES
from procedures.models import LifeEvent, ProcedureVersion
from procedures.presenting import level_badge, levels_text

PAGE = 20
Asked = Mapping[str, Any]


def catalogue_page(asked: Asked, day: date) -> dict[str, Any]:
    """Everything the page needs, in a constant number of queries."""
    events = list(LifeEvent.objects.all())
    place = choose(Agency.objects.valid_on(day), asked.get("co_quan", ""), day)
    wish = _wish(asked, place, events)
    found = search.find(wish, day)
    counts = search.counts(found, wish, day, _choices(events, day))
    page = asked.get("trang", 1)
    return {
        "asked": asked,
        "place": place,
        "places": [(place_name(each), _url(asked, co_quan=each.code)) for each in place.candidates],
        "is_near": found.is_near,
        "total": counts["total"],
        "rows": [_row(version) for version in found.versions[(page - 1) * PAGE : page * PAGE]],
        "filters": _filters(asked, counts, search.field_counts(found, wish, day), events),
        "removable": _removable(asked, place, events),
        "previous_url": _url(asked, trang=page - 1) if page > 1 else "",
        "next_url": _url(asked, trang=page + 1) if page * PAGE < counts["total"] else "",
        "clear_url": _url({"q": asked["q"]} if "q" in asked else {}),
        "fields": [] if counts["total"] else search.fields_on(day),
    }


def _wish(asked: Asked, place: Choice, events: list[LifeEvent]) -> search.Wish:
    """The question in the catalogue's own words; an unknown life event does not narrow."""
    viec = asked.get("viec", "")
    return search.Wish(
        q=asked.get("q", ""),
        field=asked.get("linh_vuc", ""),
        level=asked.get("cap", ""),
        audience=asked.get("doi_tuong", ""),
        service_level=asked.get("muc_do"),
        essential=True if asked.get("thiet_yeu") else None,
        life_event=viec if viec in {event.key for event in events} else "",
        agency=place.agency,
    )


def _choices(events: list[LifeEvent], day: date) -> dict[str, dict[Any, Any]]:
    """The further choices to count, each with its condition."""
    return {
        "level": {level: search.at_level(level, day) for level in Agency.Level.values},
        "audience": {key: search.for_audience(key) for key, _words in AUDIENCES},
        "service_level": {number: search.of_level(number) for number in (4, 3)},
        "essential": {"1": search.is_essential(True)},
        "life_event": {event.key: search.in_life_event(event.key) for event in events},
    }


def _row(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "code": version.procedure.code,
        "name": version.name,
        "field": version.field,
        "levels": levels_text(version.competences.all()),
        "is_essential": version.procedure.essential_no is not None,
        "badges": [level_badge(version)],
    }


def _filters(
    asked: Asked, counts: dict[str, Any], fields: list[tuple[str, int]], events: list[LifeEvent]
) -> list[dict[str, Any]]:
    """One drop-down per part that can be chosen, each option with its count."""
    levels = [(key, words) for key, words in Agency.Level.choices if counts["level"][key]]
    service = [(4, _("Mức 4 · toàn trình")), (3, _("Mức 3 · một phần"))]
    titles = [(event.key, event.title) for event in events]
    names = [(name, name) for name, _many in fields]
    return [
        _filter("linh_vuc", _("Lĩnh vực"), names, dict(fields), asked),
        _filter("viec", _("Việc của bạn"), titles, counts["life_event"], asked),
        _filter("cap", _("Cấp giải quyết"), levels, counts["level"], asked),
        _filter("doi_tuong", _("Dành cho"), AUDIENCES, counts["audience"], asked),
        _filter("muc_do", _("Mức độ trực tuyến"), service, counts["service_level"], asked),
        _filter(
            "thiet_yeu", _("Dịch vụ thiết yếu"), [("1", _("Chỉ dịch vụ thiết yếu"))],
            counts["essential"], asked,
        ),
    ]  # fmt: skip


def _filter(
    name: str, label: str, options: Iterable[tuple[Any, Any]], many: Mapping[Any, int], asked: Asked
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "options": [
            {"value": key, "words": words, "many": many[key], "chosen": asked.get(name) == key}
            for key, words in options
        ],
    }


def _removable(asked: Asked, place: Choice, events: list[LifeEvent]) -> list[tuple[str, str]]:
    """What is chosen now, each with the address without it."""
    words = {
        "linh_vuc": asked.get("linh_vuc"),
        "viec": next((e.title for e in events if e.key == asked.get("viec")), None),
        "cap": dict(Agency.Level.choices).get(asked.get("cap", "")),
        "doi_tuong": dict(AUDIENCES).get(asked.get("doi_tuong", "")),
        "muc_do": _("Mức %(level)s") % {"level": asked["muc_do"]} if "muc_do" in asked else None,
        "thiet_yeu": _("Dịch vụ thiết yếu") if "thiet_yeu" in asked else None,
        "co_quan": place.text if place.agency else None,
    }
    return [(str(text), _url(asked, **{name: ""})) for name, text in words.items() if text]


def _url(asked: Asked, **changes: object) -> str:
    """The list's own address with other choices; a new choice starts at the first page."""
    kept = {name: value for name, value in asked.items() if name != "trang"}
    return "?" + urlencode({name: value for name, value in {**kept, **changes}.items() if value})
