"""Changes of the configuration, written down (`settings.CONFIGURATION_LOG`)."""

from typing import Any

from django.db.models import Model

from portal.audit.models import Entry
from portal.audit.recording import record


def note(actor: Any, row: Model, **details: Any) -> None:
    """Write who added, changed or deleted a row of the configuration, with old and new values."""
    record(Entry.Kind.CONFIGURED, actor, row, **details)
