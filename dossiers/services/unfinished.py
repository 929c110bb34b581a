"""Drafts nobody finishes: two warnings, put away with everything in it, gone after the grace.

Nothing is stored ahead: a draft's last day is its last change and `settings.DRAFT_DAYS`, so
another number of days counts from the next sweep on. Whoever is warned has all fourteen days
from that warning, however much shorter the new number is.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.services.moving import keep, locked
from dossiers.workflow import State
from notifications.models import Notice
from notifications.services import notify
from portal.accounts.models import User
from portal.core import clock
from portal.core.refusals import NotNow

log = logging.getLogger(__name__)

KIND = "draft_expiring"
FIRST_WARNING, LAST_WARNING = timedelta(days=14), timedelta(days=3)
BATCH = 500


def look_after_drafts() -> dict[str, int]:
    """Warn, put away, let go; returns how many of each."""
    now = clock.now()
    return {
        "drafts_warned": _warn(now),
        "drafts_put_away": _put_away(now),
        "drafts_gone": _let_go(now),
    }


def _idle(now: datetime) -> QuerySet[Any]:
    """Drafts in their last days, with when each warning was given for this very state of them."""
    untouched = now - timedelta(days=settings.DRAFT_DAYS) + FIRST_WARNING
    drafts = Dossier.objects.drafts().filter(changed_at__lte=untouched).order_by("changed_at")
    rows: QuerySet[Any] = drafts.annotate(first_at=_told(1), last_at=_told(2))
    return rows


def _told(number: int) -> Subquery:
    """When the warning of that number was given to this version of the draft."""
    pk, version = (Cast(OuterRef(name), CharField()) for name in ("pk", "version"))
    end = Value(f":{settings.DRAFT_DAYS}:{number}")
    key = Concat(Value(f"{KIND}:"), pk, Value(":"), version, end, output_field=CharField())
    return Subquery(Notice.objects.filter(key=key).values("created_at")[:1])


def _warn(now: datetime) -> int:
    """The first warning as soon as the draft is in its last days, the last one near the end."""
    first = [(draft, 1, now) for draft in _idle(now).filter(first_at__isnull=True)[:BATCH]]
    near = _idle(now).filter(first_at__lte=now - FIRST_WARNING + LAST_WARNING, last_at__isnull=True)
    last = [(draft, 2, draft.first_at) for draft in near[:BATCH]]
    for draft, number, first_at in [*first, *last]:
        _tell(draft, number, clock.local(first_at + FIRST_WARNING).date())
    return len(first) + len(last)


def _tell(draft: Dossier, number: int, last_day: date) -> None:
    """One warning to the applicant, once for this version of the draft."""
    notify(
        draft.applicant,
        KIND,
        key=f"{KIND}:{draft.pk}:{draft.version}:{settings.DRAFT_DAYS}:{number}",
        facts={
            "procedure_name": draft.procedure_version.name,
            "expires_on": last_day.isoformat(),
            "trash_days": settings.DRAFT_TRASH_DAYS,
            "url": settings.PORTAL_URL + reverse("dossiers:who", args=[draft.pk]),
            "email": draft.contact.get("email", ""),
        },
    )


def _put_away(now: datetime) -> int:
    """Drafts warned twice go to the trash, with every answer and file."""
    over = _idle(now).filter(first_at__lte=now - FIRST_WARNING, last_at__isnull=False)
    done = 0
    for pk, version in list(over.values_list("pk", "version")[:BATCH]):
        unchanged = Dossier.objects.drafts().filter(pk=pk, version=version)
        done += unchanged.update(deleted_at=now)  # whoever opens and saves it now keeps it
    return done


def _let_go(now: datetime) -> int:
    """What lay in the trash for the whole grace is gone; the sweep of files takes its bytes."""
    over = in_trash().filter(deleted_at__lte=now - _grace())
    done = 0
    for pk in list(over.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            locked(pk)  # first: somebody may be taking it out this moment
            done += bool(over.filter(pk=pk).delete()[0])
    return done


def _grace() -> timedelta:
    return timedelta(days=settings.DRAFT_TRASH_DAYS)


def in_trash() -> QuerySet[Dossier]:
    """Drafts that were thrown away or ran out, and are not gone yet."""
    rows: QuerySet[Dossier] = Dossier.objects.filter(state=State.DRAFT, deleted_at__isnull=False)
    return rows


def gone_at(draft: Dossier) -> datetime:
    """When a draft in the trash can no longer be taken out."""
    assert draft.deleted_at is not None  # noqa: S101 - in_trash
    return draft.deleted_at + _grace()


def restore(draft_id: int, applicant: User) -> Dossier:
    """Take a draft out of the trash, with every answer and file it had; NotNow when it is gone."""
    with transaction.atomic():
        mine = in_trash().filter(applicant=applicant, pk=draft_id)
        if not mine.select_for_update(of=("self",)).exists():
            raise NotNow(_("Bản nháp này không còn trong mục đã xóa."))
        draft = locked(draft_id)
        draft.deleted_at = None
        keep(draft)
    return draft
