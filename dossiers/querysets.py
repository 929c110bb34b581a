"""Reads of dossiers and of the steps officers work through."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from dossiers.workflow import CLOSED, PAUSED, RUNNING, State
from portal.accounts.models import CASE_ROLES, Posting, Role, User
from portal.core.field_keys import keyed_hashes

AGENCY_WIDE = (Role.RECEPTION_CLERK, Role.AGENCY_HEAD)


def _own_cases(user: User, path: str = "") -> Q:
    """Dossiers in which the person is applicant, owner or named party.

    Named parties are found by the keyed hashes of their identity numbers.
    """
    own = Q(**{f"{path}applicant_id": user.pk})
    if hashes := keyed_hashes(user.identity_number):
        own |= Q(**{f"{path}party_hashes__overlap": hashes})
    return own


def places_of(user: User) -> list[Q]:
    """Where steps wait for the officer: each a stretch of the queue's index, none overlapping."""
    whole = user.agencies_as(*AGENCY_WIDE)
    desks = {
        (posting.agency_id, posting.role)
        for posting in user.current_postings
        if posting.role in CASE_ROLES and posting.agency_id not in whole
    }
    return [Q(agency_id=agency) for agency in sorted(whole)] + [
        Q(agency_id=agency, role=role) for agency, role in sorted(desks)
    ]


class DossierQuerySet(models.QuerySet["models.Model"]):
    """Dossiers, as far as somebody may see them."""

    def of(self, user: User) -> Self:
        """The person's own dossiers and drafts."""
        return self.filter(applicant_id=user.pk, deleted_at__isnull=True)

    def handled_by(self, user: User) -> Self:
        """Dossiers the officer may open: at the agency, or only where a step of theirs is or was.

        An officer with an interest in the case does not see it here.
        """
        steps: StepQuerySet = self.model.steps.rel.related_model.objects.all()  # type: ignore[attr-defined]
        my_steps = Q(pk__in=[])
        for posting in user.current_postings:
            if posting.role in CASE_ROLES and posting.role not in AGENCY_WIDE:
                my_steps |= Q(agency_id=posting.agency_id, role=posting.role)
        visible = Q(agency_id__in=user.agencies_as(*AGENCY_WIDE)) | Exists(
            steps.filter(my_steps, dossier_id=OuterRef("pk"))
        )
        return self.exclude(state=State.DRAFT).filter(visible).exclude(_own_cases(user))

    def overseen_by(self, user: User) -> Self:
        """Dossiers of the whole province that supervisors and auditors read, their own left out."""
        if not user.watches_over_all:
            return self.none()
        return self.exclude(state=State.DRAFT).exclude(_own_cases(user))

    def with_last_day(self) -> Self:
        """Each with `last_day`: until when its applicant may repair it, if that was asked."""
        requests = self.model.supplement_requests.rel.related_model.objects.all()  # type: ignore[attr-defined]
        asked = requests.filter(dossier_id=OuterRef("pk"), state="asked")
        return self.annotate(last_day=Subquery(asked.values("due_on")[:1]))

    def submitted(self) -> Self:
        """Dossiers that were handed in."""
        return self.exclude(state=State.DRAFT)

    def drafts(self) -> Self:
        """Dossiers still being filled in."""
        return self.filter(state=State.DRAFT, deleted_at__isnull=True)

    def running(self) -> Self:
        """Dossiers whose clock runs."""
        return self.filter(state__in=RUNNING)

    def overdue(self, now: datetime) -> Self:
        """Dossiers whose clock runs past the due instant."""
        return self.running().filter(due_at__lt=now)

    def paused(self) -> Self:
        """Dossiers whose clock is paused."""
        return self.filter(state__in=PAUSED)

    def closed(self) -> Self:
        """Dossiers nothing more will happen to."""
        return self.filter(state__in=CLOSED)


class StepQuerySet(models.QuerySet["models.Model"]):
    """Steps of dossiers: what waits for whom."""

    def open(self) -> Self:
        """Steps that somebody must still do."""
        return self.filter(done_at__isnull=True)

    def abandoned(self, day: date) -> Self:
        """Steps taken on by somebody who does not serve there in that role on that day."""
        serves = Posting.objects.valid_on(day).filter(
            user=OuterRef("claimed_by"),
            agency=OuterRef("agency"),
            role=OuterRef("role"),
            user__is_active=True,
        )
        return self.filter(claimed_by__isnull=False).exclude(Exists(serves))

    def waiting_for(self, user: User) -> Self:
        """Open steps of the agencies and roles the officer holds, without their own cases."""
        return self.waiting_at(reduce(or_, places_of(user), Q(pk__in=[])), user)

    def waiting_at(self, place: Q, user: User) -> Self:
        """Open steps at one of the officer's places, without their own cases."""
        return self.open().filter(place).exclude(_own_cases(user, "dossier__"))
