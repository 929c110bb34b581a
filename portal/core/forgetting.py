"""Rows that have had their time: deleted batch by batch, so that nobody waits for it."""

from typing import Any

from django.db.models import QuerySet

BATCH = 5000
# A task has a time limit; what is left is deleted by the next one.
MOST_BATCHES = 20


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete rows nothing refers to, each batch in one statement; returns how many."""
    deleted = 0
    for _batch in range(MOST_BATCHES):
        batch = rows.model._default_manager.filter(pk__in=rows.values("pk")[:BATCH])
        # `delete()` would read each row of a table that others refer to; the database refuses too.
        gone = batch._raw_delete(batch.db)
        deleted += gone
        if gone < BATCH:
            break
    return deleted
