"""Which agencies receive a procedure, and which of them is the obvious one."""

from typing import Any

from portal.accounts.models import Agency
from portal.core import clock
from procedures.models import ProcedureVersion


def agencies_for(version: ProcedureVersion) -> Any:
    """Agencies that receive the procedure today, as people look them up: Đ stands by D."""
    competence = version.competences.valid_on(clock.today()).first()
    if competence is None:
        return Agency.objects.none()
    serving = Agency.objects.serving(competence.agency_kind_id, clock.today())
    return serving.filter(org_code__isnull=False).order_by("folded_name", "name", "pk")


def only(agencies: Any) -> Agency | None:
    """The agency when there is exactly one."""
    found = list(agencies[:2])
    return found[0] if len(found) == 1 else None
