"""Drafts nobody finishes: two warnings, put away with everything in it, gone after the grace.

Nothing is stored ahead: a draft's last day is its last change and `settings.DRAFT_DAYS`, so
another number of days counts from the next sweep on. Whoever is warned has all fourteen days
from that warning, however much shorter the new number is.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.services.moving import keep, locked
from dossiers.services.one_by_one import each_duty, each_row
from dossiers.workflow import State
from notifications.models import Notice
from notifications.services import notify
from portal.accounts.models import User
from portal.core import clock
from portal.core.refusals import NotNow

KIND = "draft_expiring"
FIRST_WARNING, LAST_WARNING = timedelta(days=14), timedelta(days=3)


def look_after_drafts() -> dict[str, int]:
    """Warn, put away, let go; returns how many of each."""
    duties = {"drafts_warned": _warn, "drafts_put_away": _put_away, "drafts_gone": _let_go}
    return each_duty(duties, clock.now())


def _idle(now: datetime) -> QuerySet[Any]:
    """Drafts in their last days, with when each warning was given for this very state of them."""
    untouched = now - timedelta(days=settings.DRAFT_DAYS) + FIRST_WARNING
    drafts = Dossier.objects.drafts().filter(changed_at__lte=untouched)
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
    first = _idle(now).filter(first_at__isnull=True)
    near = _idle(now).filter(first_at__lte=now - FIRST_WARNING + LAST_WARNING, last_at__isnull=True)
    return sum(each_row(due, partial(_tell, due, now)) for due in (first, near))


def _tell(due: QuerySet[Any], now: datetime, pk: int) -> bool:
    """The next warning to the applicant, once for this version of the draft."""
    if (draft := _still(due, pk)) is None:
        return False
    number, last_day = 2 if draft.first_at else 1, (draft.first_at or now) + FIRST_WARNING
    notify(
        draft.applicant,
        KIND,
        key=f"{KIND}:{draft.pk}:{draft.version}:{settings.DRAFT_DAYS}:{number}",
        facts={
            "procedure_name": draft.procedure_version.name,
            "expires_on": clock.local(last_day).date().isoformat(),
            "trash_days": settings.DRAFT_TRASH_DAYS,
            "url": settings.PORTAL_URL + reverse("dossiers:who", args=[draft.pk]),
            "email": draft.contact.get("email", ""),
        },
    )
    return True


def _still(due: QuerySet[Any], pk: int) -> Any:
    """The draft, locked, if it is due now that nobody can be saving it; else nothing."""
    return due.filter(pk=pk).select_for_update(of=("self",)).first()


def _put_away(now: datetime) -> int:
    """Drafts warned twice go to the trash, with every answer and file."""
    over = _idle(now).filter(first_at__lte=now - FIRST_WARNING, last_at__isnull=False)

    def put_away(pk: int) -> bool:
        is_due = _still(over, pk) is not None  # whoever opens and saves it before this keeps it
        return is_due and bool(Dossier.objects.filter(pk=pk).update(deleted_at=now))

    return each_row(over, put_away)


def _let_go(now: datetime) -> int:
    """What lay in the trash for the whole grace is gone; the sweep of files takes its bytes."""
    over = in_trash().filter(deleted_at__lte=now - _grace())

    def let_go(pk: int) -> bool:
        # Somebody may be taking it out this moment.
        return _still(over, pk) is not None and bool(over.filter(pk=pk).delete()[0])

    return each_row(over, let_go)


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
