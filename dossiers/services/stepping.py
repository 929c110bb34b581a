"""Opening, claiming and closing the steps officers work through; the caller holds the lock."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.models import NEVER, Dossier, DossierStep
from dossiers.permissions import has_interest
from dossiers.services.moving import locked, record
from portal.accounts.models import Role, User
from portal.calendars.services import calendar_for
from portal.calendars.working_days import add_working_minutes
from portal.core import clock
from portal.core.refusals import NotNow
from procedures.models import Channel, ProcessStep


def open_step(
    dossier: Dossier,
    kind: str,
    name: str,
    role: str,
    queue_at: datetime,
    claimed_by: User | None = None,
) -> DossierStep:
    """Put one piece of work into the agency's queue."""
    assert dossier.agency is not None  # noqa: S101 - a submitted dossier has an agency
    return DossierStep.objects.create(
        dossier=dossier,
        kind=kind,
        name=name,
        role=role,
        agency=dossier.agency,
        opened_at=clock.now(),
        due_at=None if queue_at == NEVER else queue_at,
        queue_at=queue_at,
        priority=priority_of(dossier),
        claimed_by=claimed_by,
        claimed_at=clock.now() if claimed_by else None,
    )


def priority_of(dossier: Dossier) -> int:
    """Online before paper at the same due time."""
    return 0 if dossier.channel == Channel.ONLINE else 1


def open_process_steps(dossier: Dossier, order: int, claimed_by: User | None = None) -> None:
    """Open every step of that order, side by side, each with its own share of time."""
    now = clock.now()
    assert dossier.agency is not None  # noqa: S101 - a submitted dossier has an agency
    calendar = calendar_for(dossier.agency.code)
    DossierStep.objects.bulk_create(
        DossierStep(
            dossier=dossier,
            process_step=step,
            order=step.order,
            name=step.name,
            role=step.role,
            agency=dossier.agency,
            allotted_minutes=step.minutes,
            opened_at=now,
            due_at=add_working_minutes(now, step.minutes, calendar),
            queue_at=dossier.due_at or now,
            priority=priority_of(dossier),
            claimed_by=claimed_by,
            claimed_at=now if claimed_by else None,
        )
        for step in ProcessStep.objects.filter(process=dossier.process, order=order)
    )


def orders_of(dossier: Dossier) -> list[int]:
    """The orders of the pinned process, first to last."""
    steps = ProcessStep.objects.filter(process=dossier.process)
    return sorted(set(steps.values_list("order", flat=True)))


def works_beside(dossier: Dossier, step: DossierStep) -> bool:
    """Whether another step of the process is still open beside this one."""
    open_steps = dossier.steps.open().filter(kind=DossierStep.Kind.PROCESS)
    return open_steps.exclude(pk=step.pk).exists()


def my_step(dossier: Dossier, actor: User, *kinds: str) -> DossierStep:
    """The open step the actor has claimed; NotNow when there is none of these kinds."""
    steps = dossier.steps.open().filter(claimed_by=actor, kind__in=kinds).order_by("order", "pk")
    step = next((s for s in steps if actor.serves(s.agency_id, s.role)), None)
    if step is None:
        raise NotNow(_("Bạn chưa nhận bước đang mở của hồ sơ này. Hãy bấm “Nhận việc” trước."))
    return step


def close(step: DossierStep, actor: User | None, outcome: str, note: str = "") -> None:
    """The step is done."""
    step.done_at = clock.now()
    step.done_by = actor
    step.outcome = outcome
    step.note = note
    step.save(update_fields=["done_at", "done_by", "outcome", "note"])


def cancel_open_steps(dossier: Dossier, *kinds: str) -> None:
    """Open steps are no longer needed; of these kinds, or all when none is named."""
    steps = dossier.steps.open()
    if kinds:
        steps = steps.filter(kind__in=kinds)
    steps.update(done_at=clock.now(), outcome=DossierStep.Outcome.CANCELLED)


def requeue(dossier: Dossier, queue_at: datetime) -> None:
    """Open steps wait at another place of the queue; NEVER while the clock is paused."""
    dossier.steps.open().update(queue_at=queue_at)


def claim(step_id: int, actor: User) -> DossierStep:
    """The officer takes the step on; of two at once exactly one gets it."""
    with transaction.atomic():
        step, dossier = _step_under_lock(step_id)
        if not actor.serves(step.agency_id, step.role) or has_interest(dossier, actor):
            raise PermissionDenied("claim")
        if step.done_at is not None:
            raise NotNow(_("Bước này đã có người làm xong."))
        if step.claimed_by_id == actor.pk:
            return step
        if step.claimed_by_id is not None:
            raise NotNow(_("%(name)s đã nhận bước này trước bạn.") % {"name": step.claimed_by})
        step.claimed_by, step.claimed_at = actor, clock.now()
        step.save(update_fields=["claimed_by", "claimed_at"])
        record(dossier, actor, "claim", before=dossier.state, step_name=step.name)
    return step


def release(step_id: int, actor: User) -> DossierStep:
    """The officer gives the step back to the queue; the head may do it for an absent one."""
    with transaction.atomic():
        step, dossier = _step_under_lock(step_id)
        is_head = actor.serves(step.agency_id, Role.AGENCY_HEAD)
        if has_interest(dossier, actor) or not (step.claimed_by_id == actor.pk or is_head):
            raise PermissionDenied("release")
        if step.done_at is not None:
            raise NotNow(_("Bước này đã có người làm xong."))
        if step.claimed_by_id is None:
            raise NotNow(_("Bước này chưa có ai nhận."))
        step.claimed_by, step.claimed_at = None, None
        step.save(update_fields=["claimed_by", "claimed_at"])
        record(dossier, actor, "release", before=dossier.state, step_name=step.name)
    return step


def _step_under_lock(step_id: int) -> tuple[DossierStep, Dossier]:
    """The step as it stands once its dossier is locked."""
    dossier_id = DossierStep.objects.values_list("dossier_id", flat=True).get(pk=step_id)
    dossier = locked(dossier_id)
    return DossierStep.objects.select_related("claimed_by").get(pk=step_id), dossier
