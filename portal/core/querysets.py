"""Reads of dated rows, which every room has, and of effects."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

# The lists of the operator's page; the partial indexes of `Effect` are made of the same words.
UNTRIED = Q(state="waiting", attempts=0)
FAILING = Q(state="waiting", attempts__gt=0)
DEAD = Q(state="dead")
DROPPED = Q(state="dropped")
DONE = Q(state="done")


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with `valid_from` and `valid_to`, both included; an open end is null."""

    def valid_on(self, day: date) -> Self:
        """Rows in force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class EffectQuerySet(models.QuerySet[Any]):
    """Effects of the outbox by how far they have come."""

    def due(self, now: datetime, too_far: datetime) -> Self:
        """To be done now, and in nobody's hands; nobody puts anything off until `too_far`."""
        is_due = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=too_far)
        return self.filter(is_due, state="waiting").order_by("next_attempt_at")

    def done_before(self, instant: datetime) -> Self:
        """Done before that instant, the oldest first."""
        return self.filter(DONE, done_at__lt=instant).order_by("done_at")

    def untried(self) -> Self:
        """Promised, and not begun yet."""
        return self.filter(UNTRIED)

    def failing(self) -> Self:
        """Begun and not done: it failed and waits for the next attempt, or is under way."""
        return self.filter(FAILING)

    def dead(self) -> Self:
        """Given up after the last attempt; a person must decide."""
        return self.filter(DEAD)

    def dropped(self) -> Self:
        """Given up by a person, for a reason."""
        return self.filter(DROPPED)
