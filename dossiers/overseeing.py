"""All dossiers of the province as supervisors and auditors see them: masked, and only to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.codes import read_code
from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.queueing import EPOCH, MICROSECOND, PAGE
from dossiers.wording import deadline_words, moment_in_words, tag_of
from dossiers.workflow import CLOSED, PAUSED, RUNNING, State
from portal.accounts.models import User
from portal.core import clock
from portal.core.text import clean

VIEWS = {
    "": _("Tất cả"),
    "dang-lam": _("Đang giải quyết"),
    "qua-han": _("Quá hạn"),
    "tam-dung": _("Chờ bổ sung"),
    "da-xong": _("Đã kết thúc"),
}
# Large columns that no row of the list shows, and what nobody here needs to see.
UNSEEN = ("form_data", "owner", "contact", "quote", "procedure_version__record")


@dataclass(frozen=True)
class Filters:
    """What the address of the page asks for."""

    view: str = ""
    code: str = ""
    agency: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """Filters from a query string; unknown values mean no filter."""
        return cls(
            view=view if (view := query.get("xem", "")) in VIEWS else "",
            code=read_code(clean(query.get("ma", "")))[:60],
            agency=clean(query.get("co_quan", ""))[:60],
            after=query.get("sau", "")[:60],
        )

    def address(self, **changes: str) -> str:
        """The query string with some filters changed; the page always starts anew."""
        values = {"xem": self.view, "ma": self.code, "co_quan": self.agency, **changes}
        return "?" + urlencode({key: value for key, value in values.items() if value})


def page_of(user: User, filters: Filters) -> dict[str, Any]:
    """One page of the list, newest first, late ones by their due time."""
    column, is_rising = ("due_at", True) if filters.view == "qua-han" else ("submitted_at", False)
    rows = _narrowed(Dossier.objects.overseen_by(user), filters)
    if place := _read_place(filters.after):
        side = "gt" if is_rising else "lt"
        instant, key = place
        rows = rows.filter(
            Q(**{f"{column}__{side}": instant}) | Q(**{column: instant, f"pk__{side}": key})
        )
    order = (column, "pk") if is_rising else (f"-{column}", "-pk")
    related = rows.select_related("procedure_version", "agency", "processing_time")
    found: list[Any] = list(related.defer(*UNSEEN).order_by(*order)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return {
        "rows": [_row(dossier) for dossier in found[:PAGE]],
        "next": filters.address(sau=_write_place(getattr(last, column), last.pk)) if last else "",
        "first": filters.address() if filters.after else "",
        "views": [
            {"text": words, "url": filters.address(xem=key), "is_here": key == filters.view}
            for key, words in VIEWS.items()
        ],
    }


def _narrowed(rows: DossierQuerySet, filters: Filters) -> DossierQuerySet:
    now = clock.now()
    wanted = {
        "": Q(),
        "dang-lam": Q(state__in=RUNNING),
        "qua-han": Q(state__in=RUNNING, due_at__lt=now),
        "tam-dung": Q(state__in=(*PAUSED, State.INTAKE_SUPPLEMENT)),
        "da-xong": Q(state__in=CLOSED),
    }
    rows = rows.filter(wanted[filters.view])
    if filters.code:
        rows = rows.filter(code__contains=filters.code)
    if filters.agency:
        rows = rows.filter(agency__name__icontains=filters.agency)
    return rows


def _row(dossier: Dossier) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "procedure": dossier.procedure_version.name,
        "agency": str(dossier.agency),
        "sent": moment_in_words(dossier.submitted_at),
        "tag": tag_of(dossier),
        "deadline": deadline_words(dossier),
    }


def _write_place(instant: datetime, key: int) -> str:
    return f"{(instant - EPOCH) // MICROSECOND}-{key}"


def _read_place(typed: str) -> tuple[datetime, int] | None:
    """Where the page before ended; None for what nobody wrote."""
    first, _dash, second = typed.partition("-")
    if not (typed.isascii() and first.isdigit() and second.isdigit()):
        return None
    if len(first) > 17 or len(second) > 18:
        return None
    return EPOCH + int(first) * MICROSECOND, int(second)
