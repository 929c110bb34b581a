"""Reads of calendar rows."""

from typing import Self
from uuid import UUID

from django.db.models import F, QuerySet


class DatedRowQuerySet(QuerySet):
    """Days off and make-up days."""

    def in_force(self) -> Self:
        """Rows that nobody has cancelled, the unverified ones included."""
        return self.filter(is_cancelled=False)

    def unverified(self) -> Self:
        """Rows whose source nobody has confirmed yet."""
        return self.filter(is_verified=False)


class OfficeHoursQuerySet(QuerySet):
    """Office hours by period."""

    def oldest_first(self) -> Self:
        """Those without a start first, so that a later period overrules an earlier one."""
        return self.order_by(F("valid_from").asc(nulls_first=True), "pk")


class CalendarStampQuerySet(QuerySet):
    """The one row that changes with every calendar edit."""

    def current(self) -> UUID | None:
        """The present stamp, or None when no calendar row was ever written."""
        return self.values_list("stamp", flat=True).first()
