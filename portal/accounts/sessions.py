"""Django's sessions in PostgreSQL, which also know whose they are and end when left alone.

Whoever ends a session deletes its row; the next request of that browser is a stranger's.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from portal.accounts.models import Session, User
from portal.audit.recording import caller_address
from portal.core import clock

SEEN_EVERY = timedelta(minutes=1)


class SessionStore(DatabaseSessions):
    """The session of one request."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        """The row, if it has not ended; that its owner was seen is written once a minute."""
        now = clock.now()
        self.row = Session.objects.filter(session_key=self.session_key, expire_date__gt=now).first()
        if self.row is None:
            self._session_key = None
        elif now - self.row.seen_at >= SEEN_EVERY:
            self._be_seen(self.row)
        return self.row

    def _be_seen(self, row: Session) -> None:
        row.seen_at = clock.now()
        row.expire_date = row.ends_at()
        seen = {"seen_at": row.seen_at, "expire_date": row.expire_date}
        Session.objects.filter(session_key=row.session_key).update(**seen)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row as it is to be kept; a new one begins when somebody signs in or out."""
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        if self.row is None or self.row.user_id != user_id:
            self.row = Session(
                user_id=user_id,
                idle_seconds=_idle_seconds(user_id),
                address=caller_address.get(),
                device=data.get("device", ""),
            )
        self.row.seen_at = clock.now()
        self.row.session_key = self._get_or_create_session_key()  # type: ignore[attr-defined] # known to Django, not to its stubs
        self.row.session_data = self.encode(data)
        self.row.expire_date = self.row.ends_at()
        return self.row


def _idle_seconds(user_id: int | None) -> int | None:
    """How long the person's session may be left alone; officers sit where others pass by."""
    if user_id is None:
        return None
    is_officer = User.objects.get(pk=user_id).must_give_codes
    minutes: int = (
        settings.SESSION_IDLE_OFFICER_MINUTES if is_officer else settings.SESSION_IDLE_MINUTES
    )
    return minutes * 60
