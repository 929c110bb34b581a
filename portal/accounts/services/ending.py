"""Ending sessions: the browser's next request is a stranger's."""

from django.db import transaction

from portal.accounts.models import Session, User
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock


@transaction.atomic
def end_sessions(
    user: User, actor: User | None, *, why: str, here: str | None = None, only: str = ""
) -> int:
    """End every session of the person but the one under the key `here`, or `only` one.

    The person's row is locked: whoever signs in at this moment comes before or after.
    """
    User.objects.select_for_update().get(pk=user.pk)
    sessions = Session.objects.filter(user=user).exclude(session_key=here or "")
    if only:
        sessions = sessions.filter(session_key=only)
    many, _each = sessions.delete()
    if many:
        record(Entry.Kind.SESSION_ENDED, actor, user, person=user, why=why, many=many)
    return many


def forget_ended() -> int:
    """Remove sessions that have ended by themselves; returns how many."""
    return Session.objects.filter(expire_date__lte=clock.now()).delete()[0]
