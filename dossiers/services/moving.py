"""The one place that locks, permits, moves and records."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_fsm import TransitionNotAllowed, can_proceed, has_transition_perm

from dossiers.models import Dossier, DossierEvent
from dossiers.permissions import is_applicant
from portal.accounts.models import User
from portal.core import clock
from portal.core.refusals import StaleVersion

# What papers and messages name; one statement instead of five.
RELATED = ("agency__parent", "procedure_version__procedure", "form_version", "applicant")


def locked(
    dossier_id: int, version: int | None = None, related: tuple[str, ...] = RELATED
) -> Dossier:
    """The dossier, locked until the transaction ends; StaleVersion when it has changed since."""
    rows = Dossier.objects.select_for_update(of=("self",))
    dossier = (rows.select_related(*related) if related else rows).get(pk=dossier_id)
    if version is not None and dossier.version != version:
        raise StaleVersion(dossier.version)
    return dossier


@contextmanager
def moving(
    dossier_id: int,
    actor: User,
    move: str,
    *,
    version: int | None = None,
    reason: str = "",
) -> Iterator[Dossier]:
    """Lock one dossier, check the move, let the caller prepare it, make it, record it."""
    with transaction.atomic():
        dossier = locked(dossier_id, version)
        make_move = getattr(dossier, move)
        if not can_proceed(make_move):  # first: has_transition_perm hides this case
            raise TransitionNotAllowed(move)
        if not has_transition_perm(make_move, actor):
            raise PermissionDenied(move)
        before, step_name = dossier.state, _step_held(dossier, actor)
        yield dossier
        make_move()
        keep(dossier)
        record(dossier, actor, move, before=before, reason=reason, step_name=step_name)


def _step_held(dossier: Dossier, actor: User) -> str:
    """The name of the step the officer makes the move from; empty for the applicant."""
    if is_applicant(dossier, actor):
        return ""
    held = dossier.steps.open().filter(claimed_by=actor).order_by("order", "pk")
    return held.values_list("name", flat=True).first() or ""


def keep(dossier: Dossier) -> None:
    """Save the locked dossier under its next version number."""
    dossier.version += 1
    dossier.changed_at = clock.now()
    dossier.save()


def record(
    dossier: Dossier,
    actor: User | None,
    kind: str,
    *,
    before: str,
    reason: str = "",
    step_name: str = "",
    details: dict[str, Any] | None = None,
) -> DossierEvent:
    """Write down what happened; nobody changes or deletes it afterwards."""
    is_official = actor is not None and not is_applicant(dossier, actor)
    return DossierEvent.objects.create(
        dossier=dossier,
        actor=actor,
        agency=dossier.agency if is_official else None,
        kind=kind,
        old_state=before,
        new_state=dossier.state,
        step_name=step_name,
        reason=reason,
        details=details or {},
    )
