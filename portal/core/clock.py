"""The one place the portal takes its time from; tests and the demo data can shift it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_shift: ContextVar[timedelta | None] = ContextVar("clock_shift", default=None)


def now() -> datetime:
    """The present instant in Vietnam's time zone."""
    shift = _shift.get()
    if shift is None:
        shift = timedelta(seconds=settings.CLOCK_SHIFT_SECONDS)
    return datetime.now(UTC).astimezone(ZONE) + shift


def today() -> date:
    """The present date in Vietnam."""
    return now().date()


def local(instant: datetime) -> datetime:
    """The same instant as read from a clock in Vietnam."""
    return instant.astimezone(ZONE)


@contextmanager
def shifted_to(instant: datetime) -> Iterator[None]:
    """Within the block the clock starts at `instant` and runs on at its usual pace."""
    token = _shift.set(instant - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(token)
