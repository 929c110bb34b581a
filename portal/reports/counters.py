"""Public counters (công khai tiến độ), read from real rows in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from dossiers.models import Dossier
from dossiers.workflow import CLOSED, State
from portal.accounts.models import Agency
from portal.core.clock import ZONE
from procedures.models import Channel

Rows = Iterable[dict[str, Any]]
AT_WORK = tuple(state for state in State if state not in (*CLOSED, State.DRAFT, State.RESOLVED))


@dataclass(frozen=True)
class Period:
    """From the start of a day to an instant, that one left out."""

    first: date
    until: datetime

    @property
    def begins_at(self) -> datetime:
        """Midnight of the first day, in Vietnam."""
        return datetime.combine(self.first, time(), ZONE)

    @classmethod
    def month_of(cls, first: date, now: datetime) -> "Period":
        """That month; the part until now if it is not over."""
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return cls(first, min(datetime.combine(following, time(), ZONE), now))


@dataclass
class Counters:
    """What came in and what was finished in a period, and what is at work now."""

    received: int = 0
    online: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    at_work: int = 0
    overdue: int = 0

    def __add__(self, other: "Counters") -> "Counters":
        return Counters(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def resolved(self) -> int:
        """Dossiers that got their result in the period."""
        return self.early + self.on_time + self.late

    @property
    def in_time(self) -> int:
        """Dossiers at work that are not overdue."""
        return self.at_work - self.overdue

    @property
    def share_on_time(self) -> Decimal | None:
        """Percent of the results that came early or on time; None when there was none."""
        return share(self.early + self.on_time, self.resolved)

    @property
    def share_online(self) -> Decimal | None:
        """Percent of the received dossiers that came online; None when none came."""
        return share(self.online, self.received)


def share(part: int, whole: int) -> Decimal | None:
    """Percent with two decimals; None, never 0, when there is nothing to take a part of."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def last_months(day: date, many: int) -> list[date]:
    """First days of the latest months, the present one first."""
    months = [day.replace(day=1)]
    while len(months) < many:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def of_province(period: Period, now: datetime) -> Counters:
    """The counters of the whole province, in three queries."""
    return total(_tally(period, now).values())


def per_agency(period: Period, now: datetime) -> list[tuple[Agency, Counters]]:
    """The counters of every agency that has any, by name, in four queries."""
    tally = _tally(period, now)
    agencies = Agency.objects.filter(pk__in=[key for key in tally if key]).order_by("level", "name")
    return [(agency, tally[agency.pk]) for agency in agencies]


def total(rows: Iterable[Counters]) -> Counters:
    """All rows in one."""
    return sum(rows, Counters())


def _tally(period: Period, now: datetime) -> dict[int | None, Counters]:
    rows: dict[int | None, Counters] = defaultdict(Counters)
    for counted in (_received(period), _resolved(period), _at_work(now)):
        for row in counted:
            agency_id = row.pop("agency_id")
            for name, number in row.items():
                setattr(rows[agency_id], name, number)
    return rows


def _by_agency(dossiers: "QuerySet[Any]", **numbers: Count) -> Rows:
    rows: Rows = dossiers.order_by().values("agency_id").annotate(**numbers)
    return rows


def _received(period: Period) -> Rows:
    """Handed in during the period; a dossier counts by the day it was sent."""
    sent = Dossier.objects.submitted().filter(
        submitted_at__gte=period.begins_at, submitted_at__lt=period.until
    )
    online = Q(channel=Channel.ONLINE)
    return _by_agency(sent, received=Count("pk"), online=Count("pk", filter=online))


def _resolved(period: Period) -> Rows:
    """Finished during the period, as it was frozen at the moment of the result."""
    finished = Dossier.objects.filter(
        resolved_at__gte=period.begins_at, resolved_at__lt=period.until
    )
    kinds = {kind.value: Count("pk", filter=Q(punctuality=kind)) for kind in Dossier.Punctuality}
    return _by_agency(finished, **kinds)


def _at_work(now: datetime) -> Rows:
    """At work now, and how many of them run past their due instant."""
    late = Q(pk__in=Dossier.objects.overdue(now).values("pk"))
    waiting = Dossier.objects.filter(state__in=AT_WORK)
    return _by_agency(waiting, at_work=Count("pk"), overdue=Count("pk", filter=late))
