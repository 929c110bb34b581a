"""Reads of the log."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db import models

from portal.core.clock import ZONE

# What a person may know of: somebody else looked at, took or asked for what is theirs.
LOOKS = ("read", "unmasked", "downloaded", "exported", "queried")


class EntryQuerySet(models.QuerySet[Any]):
    """Lines of the log, the newest first."""

    def looks_at(self, person_id: int) -> Self:
        """Looks of others at that person's data."""
        return self.filter(person_id=person_id, kind__in=LOOKS).exclude(actor_id=person_id)

    def between(self, first: date | None, last: date | None) -> Self:
        """Lines of those local days, both included."""
        rows = self
        if first:
            rows = rows.filter(happened_at__gte=_begin(first))
        if last:
            rows = rows.filter(happened_at__lt=_begin(last + timedelta(days=1)))
        return rows

    def page(self, before: int | None, size: int) -> list[Any]:
        """One page and one line more, from below that number on."""
        rows = self.filter(pk__lt=before) if before else self
        return list(rows.select_related("actor", "agency").order_by("-pk")[: size + 1])


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)
