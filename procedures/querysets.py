"""Reads of the catalogue: what is in force on a day."""

from datetime import date
from typing import Self

from django.db.models import BooleanField, ExpressionWrapper, Q

from portal.core.querysets import DatedQuerySet
from portal.core.text import fold


class VersionQuerySet(DatedQuerySet):
    """Versions of procedures."""

    def published(self) -> Self:
        """Versions that citizens may see."""
        return self.filter(state="published")

    def in_force(self, day: date) -> Self:
        """The published versions valid on that day, one per procedure."""
        return self.published().valid_on(day)

    def matching(self, typed: str) -> Self:
        """Versions whose name, code, field or keywords hold every typed word, folded."""
        condition = Q()
        for word in fold(typed).split():
            condition &= Q(search_text__contains=word)
        return self.filter(condition)


class ProcessQuerySet(DatedQuerySet):
    """Processes: the steps inside the agency."""

    def for_case(self, procedure_id: int, case: str, day: date) -> Self:
        """Processes for that case on that day: the case's own first, then newest first."""
        own = ExpressionWrapper(Q(case=case), output_field=BooleanField())
        return (
            self.valid_on(day)
            .filter(procedure_id=procedure_id, case__in=[case, "mac_dinh"])
            .annotate(is_own=own)
            .order_by("-is_own", "-number")
        )
