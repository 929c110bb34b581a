"""Whoever looks at somebody else's dossier leaves a line in the log, whatever they see of it."""

from typing import Any

from dossiers.models import Dossier
from dossiers.permissions import is_applicant
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.audit.recording import record


def note_look(
    dossier: Dossier,
    user: User,
    kind: Entry.Kind = Entry.Kind.READ,
    *,
    reason: str = "",
    **details: Any,
) -> None:
    """Write who looked at what, in which capacity; one's own dossier is no news."""
    if is_applicant(dossier, user):
        return
    record(
        kind,
        user,
        dossier,
        role=capacity_of(dossier, user),
        agency=dossier.agency,
        person=dossier.applicant,
        reason=reason,
        code=dossier.code,
        **details,
    )


def capacity_of(dossier: Dossier, user: User) -> str:
    """The role in which the person looks: one held at the dossier's agency before any other."""
    postings = sorted(user.current_postings, key=lambda each: each.agency_id != dossier.agency_id)
    return postings[0].role if postings else ""
