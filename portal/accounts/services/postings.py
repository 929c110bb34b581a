"""Giving somebody a role at an agency for a time, and taking it away."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.desk_rules import CONFIGURERS, live_postings, may_place
from portal.accounts.models import ADMIN_ROLES, Agency, Posting, User
from portal.accounts.services.ending import end_sessions
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock
from portal.core.refusals import NotNow


@transaction.atomic
def give(
    actor: User,
    user_id: int,
    *,
    agency: Agency,
    role: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> Posting:
    """Give a role that needs no second administrator; the person signs in anew."""
    user = User.objects.select_for_update().get(pk=user_id)
    if role in ADMIN_ROLES or not may_place(actor, user, agency, role):
        raise PermissionDenied("give a posting")
    return place(
        actor,
        user,
        agency=agency,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )


def place(
    actor: User | None,
    user: User,
    *,
    agency: Agency,
    role: str,
    valid_from: date,
    valid_to: date | None,
    reason: str = "",
) -> Posting:
    """Write the posting; the caller holds the person's lock and has asked whether it may be."""
    refuse_overlap(user, agency, role, valid_from, valid_to)
    posting: Posting = Posting.objects.create(
        user=user, agency=agency, role=role, valid_from=valid_from, valid_to=valid_to
    )
    _keep_staff(user)
    _written(actor, posting, what="posting_given", reason=reason, new=_facts(posting))
    end_sessions(user, actor, why="posting")
    return posting


def refuse_overlap(
    user: User, agency: Agency, role: str, valid_from: date, valid_to: date | None
) -> None:
    """ValidationError when the person holds that role there for some of the time already."""
    same = live_postings(user).filter(agency=agency, role=role)
    if valid_to is not None:
        same = same.filter(valid_from__lte=valid_to)
    if any(held.valid_to is None or held.valid_to >= valid_from for held in same):
        raise ValidationError(_("Người này đã có vai trò ấy ở cơ quan ấy trong thời gian đó."))


@transaction.atomic
def end(actor: User, posting_id: int, *, last_day: date | None, reason: str) -> Posting:
    """Take the posting away, at once or after its last day; work taken on goes back by a sweep."""
    found = Posting.objects.values_list("user_id", flat=True).get(pk=posting_id)
    user = User.objects.select_for_update().get(pk=found)
    posting: Posting = Posting.objects.select_related("agency", "user").get(pk=posting_id)
    if not may_place(actor, user, posting.agency, posting.role):
        raise PermissionDenied("end a posting")
    if not live_postings(user).filter(pk=posting.pk).exists():
        raise NotNow(_("Vị trí này đã kết thúc rồi."))
    old = _facts(posting)
    if last_day is None:
        posting.ended_at = clock.now()
    else:
        posting.valid_to = last_day
    posting.save(update_fields=["ended_at", "valid_to"])
    _keep_staff(user)
    _written(actor, posting, what="posting_ended", reason=reason, old=old, new=_facts(posting))
    end_sessions(user, actor, why="posting")
    return posting


def _keep_staff(user: User) -> None:
    """The configuration opens for whoever holds a role in it."""
    user.is_staff = live_postings(user).filter(role__in=CONFIGURERS).exists()
    user.save(update_fields=["is_staff"])


def _written(actor: User | None, posting: Posting, *, reason: str = "", **details: Any) -> None:
    record(
        Entry.Kind.ACCOUNT_CHANGED,
        actor,
        posting,
        agency=posting.agency,
        person=posting.user,
        reason=reason,
        **details,
    )


def _facts(posting: Posting) -> dict[str, Any]:
    return {
        "role": posting.role,
        "agency": posting.agency_id,
        "valid_from": f"{posting.valid_from:%Y-%m-%d}",
        "valid_to": f"{posting.valid_to:%Y-%m-%d}" if posting.valid_to else None,
        "is_ended": posting.ended_at is not None,
    }
