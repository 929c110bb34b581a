"""The officer's queue: filters from the URL, keyset pages, counts that equal the lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.codes import read_code
from dossiers.models import NEVER, Dossier, DossierStep
from dossiers.querysets import places_of
from portal.accounts.identity_numbers import read_identity_number
from portal.accounts.models import User
from portal.calendars.remaining import Remaining, remaining_in_words
from portal.calendars.services import calendar_for
from portal.calendars.working_days import WorkingCalendar
from portal.core import clock
from portal.core.field_keys import keyed_hashes
from portal.core.text import clean
from procedures.models import Channel, ProcedureVersion

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,4})-([0-9]{1,18})")
MOST_PROCEDURES = 200
# Due soonest first, at equal due time online before paper, then by arrival.
ORDER = ("queue_at", "priority", "id")
RELATED = ("dossier__procedure_version", "claimed_by", "agency")
# The law's clock ended with the result: one that waits for its owner is not late.
PICK_UP = Q(kind=DossierStep.Kind.RETURN)
# Large columns that no row of the queue shows.
HEAVY = (
    "dossier__form_data",
    "dossier__owner",
    "dossier__contact",
    "dossier__quote",
    "dossier__procedure_version__record",
)
VIEWS = {
    "": (gettext_lazy("Tất cả"), ""),
    "qua-han": (gettext_lazy("Quá hạn"), "bad"),
    "hom-nay": (gettext_lazy("Đến hạn hôm nay"), "clock"),
    "chua-nhan": (gettext_lazy("Chưa ai nhận"), "user"),
    "cua-toi": (gettext_lazy("Tôi đã nhận"), "check"),
    "truc-tuyen": (gettext_lazy("Trực tuyến, ưu tiên"), "bolt"),
    "tam-dung": (gettext_lazy("Chờ bổ sung"), "pause"),
}

# What a result that has been issued waits for.
WAITS_FOR: dict[str, Any] = {
    Dossier.ReturnMethod.ONLINE: gettext_lazy("Chờ người nộp tải về"),
    Dossier.ReturnMethod.COUNTER: gettext_lazy("Chờ người nộp đến nhận"),
    Dossier.ReturnMethod.POST: gettext_lazy("Chờ gửi qua bưu chính"),
}

# The same views by the names the API knows them by.
API_VIEWS = {
    "all": "",
    "overdue": "qua-han",
    "today": "hom-nay",
    "unclaimed": "chua-nhan",
    "mine": "cua-toi",
    "online": "truc-tuyen",
    "paused": "tam-dung",
}


@dataclass(frozen=True)
class Filters:
    """What the address of the page asks for."""

    view: str = ""
    procedure: str = ""
    channel: str = ""
    typed: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """Filters from a query string; unknown values mean no filter."""
        view, channel = query.get("xem", ""), query.get("kenh", "")
        return cls(
            view=view if view in VIEWS else "",
            procedure=query.get("thu_tuc", "")[:40],
            channel=channel if channel in Channel.values else "",
            typed=clean(query.get("q", ""))[:100],
            after=query.get("sau", "")[:200],
        )

    def address(self, **changes: str) -> str:
        """The query string with some filters changed; the page always starts anew."""
        values = {
            "xem": self.view,
            "thu_tuc": self.procedure,
            "kenh": self.channel,
            "q": self.typed,
            **changes,
        }
        return "?" + urlencode({key: value for key, value in values.items() if value})


def _conditions(user: User, now: datetime) -> dict[str, Q]:
    """Each view of the queue as a condition on open steps."""
    tomorrow = datetime.combine(clock.local(now).date(), time.max, clock.ZONE)
    return {
        "": Q(),
        "qua-han": Q(queue_at__lt=now) & ~PICK_UP,
        "hom-nay": Q(queue_at__gte=now, queue_at__lte=tomorrow) & ~PICK_UP,
        "chua-nhan": Q(claimed_by__isnull=True),
        "cua-toi": Q(claimed_by=user.pk),
        "truc-tuyen": Q(priority=0),
        "tam-dung": Q(queue_at=NEVER),
    }


def page_of(user: User, filters: Filters) -> dict[str, Any]:
    """One page of the queue with its counts and where the next one starts."""
    now = clock.now()
    waiting = _narrowed(DossierStep.objects.waiting_for(user), filters)
    conditions = _conditions(user, now)
    counts = waiting.aggregate(
        **{f"n_{i}": Count("pk", filter=cond) for i, cond in enumerate(conditions.values())}
    )
    wanted = conditions[filters.view] & (read_cursor(filters.after) or Q())
    steps = _first_of(user, filters, wanted)
    has_more = len(steps) > PAGE
    return {
        "rows": rows_of(steps[:PAGE], now, user),
        "views": _tabs(filters, counts),
        "total": counts[f"n_{list(VIEWS).index(filters.view)}"],
        "next": filters.address(sau=write_cursor(steps[PAGE - 1])) if has_more else "",
        "first": filters.address() if filters.after else "",
        "procedures": procedures_of(user),
    }


def _first_of(user: User, filters: Filters, wanted: Q) -> list[DossierStep]:
    """The first rows in the queue's order, one more than a page holds.

    Each posting is read from its own stretch of the index and merged with the others; asked
    for together, everything that waits would have to be sorted.
    """
    steps = DossierStep.objects
    stretches = [
        _narrowed(steps.waiting_at(place, user), filters)
        .filter(wanted)
        .order_by(*ORDER)
        .values_list(*ORDER)[: PAGE + 1]
        for place in places_of(user)
    ]
    if not stretches:
        return []
    merged = stretches[0].union(*stretches[1:], all=True) if stretches[1:] else stretches[0]
    first = sorted(merged)[: PAGE + 1]
    rows = steps.filter(pk__in=[key for _queue_at, _priority, key in first])
    return list(rows.order_by(*ORDER).select_related(*RELATED).defer(*HEAVY))


def _narrowed(steps: QuerySet[DossierStep], filters: Filters) -> QuerySet[DossierStep]:
    """Open steps that fit procedure, channel and the typed words."""
    if filters.procedure:
        steps = steps.filter(dossier__procedure_version__procedure__code=filters.procedure)
    if filters.channel:
        steps = steps.filter(dossier__channel=filters.channel)
    if filters.typed:
        steps = steps.filter(
            Q(dossier__code__contains=read_code(filters.typed))
            | Q(dossier__owner_name__icontains=filters.typed)
            | Q(dossier__owner_hash__in=keyed_hashes(read_identity_number(filters.typed)))
        )
    return steps


def _tabs(filters: Filters, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "text": words,
            "icon": icon,
            "count": counts[f"n_{i}"],
            "url": filters.address(xem=key),
            "is_here": key == filters.view,
        }
        for i, (key, (words, icon)) in enumerate(VIEWS.items())
    ]


def procedures_of(user: User) -> list[tuple[str, str]]:
    """The first procedures, by name, that have a step in the officer's queue, for the filter."""
    waiting = DossierStep.objects.waiting_for(user).values("dossier__procedure_version")
    rows = ProcedureVersion.objects.filter(pk__in=waiting).order_by("valid_from", "pk")
    names = dict(rows.values_list("procedure__code", "name"))  # the newest name of each
    return sorted(names.items(), key=lambda row: row[1])[:MOST_PROCEDURES]


def rows_of(steps: list[DossierStep], now: datetime, user: User) -> list[dict[str, Any]]:
    """The rows of a page; each agency's calendar is asked for once."""
    calendars = {code: calendar_for(code) for code in {step.agency.code for step in steps}}
    return [row_of(step, now, user, calendars[step.agency.code]) for step in steps]


def row_of(
    step: DossierStep, now: datetime, user: User, calendar: WorkingCalendar
) -> dict[str, Any]:
    """One row of the queue, ready to show."""
    dossier = step.dossier
    is_paused = step.queue_at == NEVER
    left = _left(step, now, calendar)
    return {
        "step": step,
        "dossier": dossier,
        "words": left.words,
        "tone": left.tone,
        "date": _date_of(step, is_paused),
        "is_online": step.priority == 0,
        "owner": dossier.owner_name,
        "is_mine": step.claimed_by_id == user.pk,
        "may_claim": step.claimed_by_id is None and user.serves(step.agency_id, step.role),
    }


def _left(step: DossierStep, now: datetime, calendar: WorkingCalendar) -> Remaining:
    """How much time is left; a result that waits for its owner has none to keep."""
    if step.kind == DossierStep.Kind.RETURN:
        return Remaining("ok", str(WAITS_FOR[step.dossier.return_method]))
    return remaining_in_words(now, step.queue_at, step.queue_at == NEVER, calendar)


def _date_of(step: DossierStep, is_paused: bool) -> str:
    """Until when; for a dossier without a running clock what it waits for."""
    if is_paused or step.kind == DossierStep.Kind.RETURN:
        return str(step.dossier.get_state_display())
    return _("hạn %(when)s") % {"when": f"{clock.local(step.queue_at):%H:%M, %d/%m}"}


def write_cursor(step: DossierStep) -> str:
    """Where a page ended: the values the queue is ordered by."""
    return f"{(step.queue_at - EPOCH) // MICROSECOND}-{step.priority}-{step.pk}"


def read_cursor(text: str) -> Q | None:
    """The condition for rows behind that place; nothing for an unreadable one."""
    if (place := CURSOR.fullmatch(text)) is None:
        return None
    moment, priority, pk = (int(number) for number in place.groups())
    queue_at = EPOCH + min(moment * MICROSECOND, NEVER - EPOCH)
    # The first condition is where the index starts to read; the others decide among equals.
    return Q(queue_at__gte=queue_at) & (
        Q(queue_at__gt=queue_at) | Q(priority__gt=priority) | Q(priority=priority, pk__gt=pk)
    )
