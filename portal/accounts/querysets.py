"""Reads of people's postings and of agencies."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from portal.core.querysets import DatedQuerySet


class AgencyQuerySet(DatedQuerySet):
    """Agencies, valid by date."""

    def serving(self, agency_kind: str, day: date) -> Self:
        """Agencies that serve procedures of this agency kind on that day.

        Where the catalogue names an agency and its successor for one kind, the successor serves
        only once the agency it replaces has ended, even if it existed before for other duties.
        """
        predecessors = self.model.objects.valid_on(day).filter(
            replaced_by=OuterRef("pk"), serves__key=agency_kind
        )
        return (
            self.valid_on(day)
            .filter(Q(serves__key=agency_kind) | Q(kind__in=self._kinds_behind(agency_kind)))
            .exclude(Exists(predecessors))
            .distinct()
        )

    def _kinds_behind(self, agency_kind: str) -> QuerySet[Any]:
        kinds = self.model._meta.get_field("serves").related_model.objects
        behind: QuerySet[Any] = kinds.filter(key=agency_kind).exclude(kind="").values("kind")
        return behind


class PostingQuerySet(DatedQuerySet):
    """Postings: who holds which role at which agency, and when."""

    def of(self, user_id: int) -> Self:
        """Postings held by that person."""
        return self.filter(user_id=user_id)

    def valid_on(self, day: date) -> Self:
        """Postings that hold on that day; one that was taken away does not from that day on."""
        return super().valid_on(day).filter(_not_ended_by(day))

    def not_over(self, day: date) -> Self:
        """Postings that hold on that day or begin later."""
        last = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(last).filter(_not_ended_by(day))


def _not_ended_by(day: date) -> Q:
    return Q(ended_at__isnull=True) | Q(ended_at__date__gt=day)


class TokenQuerySet(QuerySet[Model]):
    """Bearer tokens."""

    def valid_at(self, now: datetime) -> Self:
        """Tokens that open something: not over, not taken back, of somebody still here."""
        alive = self.filter(expires_at__gt=now, revoked_at__isnull=True)
        return alive.filter(user__is_active=True)
