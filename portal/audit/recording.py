"""Writing one line of the log, in the transaction of what it tells of.

If the line cannot be written, what it tells of does not happen either.
"""

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from portal.audit.chain import fingerprint
from portal.audit.models import Entry

if TYPE_CHECKING:
    from portal.accounts.models import Agency, User

# Where the request under way comes from; `middleware.KnowCaller` sets it.
caller_address: ContextVar[str] = ContextVar("caller_address", default="")


def record(
    kind: str,
    actor: "User | None",
    subject: Model | None = None,
    *,
    role: str = "",
    agency: "Agency | None" = None,
    person: "User | None" = None,
    reason: str = "",
    **details: Any,
) -> Entry:
    """Write that `actor` did `kind` to `subject`, whose data is that of `person`.

    `details` holds keys, names of fields and counts, never personal data.
    """
    entry = Entry(
        kind=kind,
        actor=actor,
        role=role,
        agency=agency,
        subject=subject._meta.label_lower if subject is not None else "",
        subject_key=str(subject.pk) if subject is not None else "",
        person=person,
        reason=reason[:500],
        address=caller_address.get(),
        details=details,
    )
    entry.fingerprint = fingerprint(entry)
    entry.save(force_insert=True)
    return entry
