"""Who may make which move; the mandate is read at each action.

Nobody acts on a dossier in which they are applicant or named party.
"""

from typing import TYPE_CHECKING

from portal.accounts.models import CASE_ROLES, Role, User
from portal.core.field_keys import keyed_hashes

if TYPE_CHECKING:
    from dossiers.models import Dossier


def is_applicant(dossier: "Dossier", user: User) -> bool:
    """The person who hands the dossier in."""
    return dossier.applicant_id == user.pk


def has_interest(dossier: "Dossier", user: User) -> bool:
    """Whether the officer is applicant, owner or anybody else named in the dossier."""
    named = set(keyed_hashes(user.identity_number)) & set(dossier.party_hashes)
    return is_applicant(dossier, user) or bool(named)


def serves_as(dossier: "Dossier", user: User, *roles: str) -> bool:
    """Whether the officer holds one of the roles at the dossier's agency, without interest."""
    return user.serves(dossier.agency_id or 0, *roles) and not has_interest(dossier, user)


def holds_step(dossier: "Dossier", user: User) -> bool:
    """Whether the officer has claimed a step that is open now and still holds its role."""
    if has_interest(dossier, user):
        return False
    held = dossier.steps.open().filter(claimed_by=user.pk)
    return any(user.serves(step.agency_id, step.role) for step in held)


def holds_intake(dossier: "Dossier", user: User) -> bool:
    """The reception clerk who has claimed the dossier at the door."""
    return serves_as(dossier, user, Role.RECEPTION_CLERK) and holds_step(dossier, user)


def is_reception_clerk(dossier: "Dossier", user: User) -> bool:
    """A reception clerk of the agency."""
    return serves_as(dossier, user, Role.RECEPTION_CLERK)


def is_agency_head(dossier: "Dossier", user: User) -> bool:
    """A head of the agency."""
    return serves_as(dossier, user, Role.AGENCY_HEAD)


def is_case_officer(dossier: "Dossier", user: User) -> bool:
    """Anybody of the agency who works on dossiers."""
    return serves_as(dossier, user, *CASE_ROLES)
