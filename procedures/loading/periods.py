"""When a changed record takes effect, and what that ends."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

ONE_DAY = timedelta(days=1)


def effective_day(stated: date, last_from: date, today: date) -> date:
    """The first day of a changed record.

    A record that states a later start than the last one begins then. A correction that states
    no new start begins today, or on the day after the last one began if that is later: what has
    been in force on a day stays the answer for that day.
    """
    return stated if stated > last_from else max(today, last_from + ONE_DAY)


def close_before(rows: QuerySet[Any], start: date) -> None:
    """End the rows that would still be in force on `start` on the day before it."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gte=start)
    rows.filter(still_open, valid_from__lt=start).update(valid_to=start - ONE_DAY)
