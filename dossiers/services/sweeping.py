"""Timers: sweeps over rows that are due, each claimed once by a conditional update."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.models import Dossier, DossierStep, SupplementRequest
from dossiers.services.moving import locked, record
from dossiers.services.stepping import open_step
from dossiers.telling import tell_applicant, tell_officer
from portal.accounts.models import Posting, Role, User
from portal.core import clock

DUE_SOON = timedelta(days=1)
BATCH = 500


def tick() -> dict[str, int]:
    """Do every timed duty that is due now; returns how many of each were done."""
    now = clock.now()
    return {
        "due_soon": sum(1 for _done in _notice_due_soon(now)),
        "overdue": sum(1 for _done in _notice_overdue(now)),
        "supplements_expired": sum(1 for _done in _expire_supplements(now)),
    }


def _notice_due_soon(now: datetime) -> Iterator[int]:
    """Warn the officers who hold an open step a day before the dossier is due."""
    due = Dossier.objects.running().filter(
        due_at__range=(now, now + DUE_SOON), due_soon_noticed_at__isnull=True
    )
    for dossier_id in _ids(due):
        with transaction.atomic():
            if not _stamp(dossier_id, "due_soon_noticed_at", now):
                continue
            dossier = locked(dossier_id)
            _tell_officers(dossier, "officer_due_soon")
            yield dossier_id


def _notice_overdue(now: datetime) -> Iterator[int]:
    """Tell officers and applicant, once, that the result is late; the state stays as it is."""
    late = Dossier.objects.overdue(now).filter(overdue_noticed_at__isnull=True)
    for dossier_id in _ids(late):
        with transaction.atomic():
            if not _stamp(dossier_id, "overdue_noticed_at", now):
                continue
            dossier = locked(dossier_id)
            record(dossier, None, "became_overdue", before=dossier.state)
            _tell_officers(dossier, "officer_overdue")
            tell_applicant(dossier, "dossier_late")
            yield dossier_id


def _expire_supplements(now: datetime) -> Iterator[int]:
    """An unanswered request whose last day has passed goes to those who must decide."""
    expired = SupplementRequest.objects.filter(
        state=SupplementRequest.State.ASKED, due_on__lt=now.date(), expired_at__isnull=True
    )
    for request_id, dossier_id in list(expired.values_list("pk", "dossier_id")[:BATCH]):
        with transaction.atomic():
            dossier = locked(dossier_id)
            request = SupplementRequest.objects.get(pk=request_id)
            if request.state != SupplementRequest.State.ASKED or request.expired_at:
                continue
            request.expired_at = now
            request.save(update_fields=["expired_at"])
            record(dossier, None, "supplement_expired", before=dossier.state)
            if not request.is_at_intake:
                _ask_head(dossier, now)
            _tell_officers(dossier, "supplement_expired")
            yield dossier_id


def _ask_head(dossier: Dossier, now: datetime) -> None:
    """The head decides whether to stop the dossier or go on waiting."""
    open_step(
        dossier,
        DossierStep.Kind.APPROVAL,
        _("Quá hạn bổ sung: quyết định dừng hay chờ thêm"),
        Role.AGENCY_HEAD,
        now,
    )


def _ids(dossiers: QuerySet[Dossier]) -> list[int]:
    return list(dossiers.order_by("due_at").values_list("pk", flat=True)[:BATCH])


def _stamp(dossier_id: int, stamp: str, now: datetime) -> bool:
    """Whether this sweep, and no other, is the one to act on the dossier."""
    mine = Dossier.objects.filter(pk=dossier_id, **{f"{stamp}__isnull": True})
    return mine.update(**{stamp: now}) == 1


def _tell_officers(dossier: Dossier, kind: str) -> None:
    """The holders of open steps; the heads of the agency when nobody holds one."""
    holders = User.objects.filter(
        pk__in=dossier.steps.open().filter(claimed_by__isnull=False).values("claimed_by")
    )
    heads = User.objects.filter(
        pk__in=Posting.objects.valid_on(clock.today())
        .filter(agency_id=dossier.agency_id, role=Role.AGENCY_HEAD)
        .values("user")
    )
    for officer in list(holders) or list(heads):
        tell_officer(dossier, officer, kind, cause="")
