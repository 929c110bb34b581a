"""Rows moved under the newest key, batch by batch; broken off at any point, it goes on there."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from portal.core import field_keys
from portal.core.fields import SealedText

BATCH = 500


def sealed_models() -> list[tuple[type[models.Model], list[str]]]:
    """Every table with sealed columns, and which those are."""
    found = []
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        if names := [field.name for field in fields if isinstance(field, SealedText)]:
            found.append((model, names))
    return found


def waiting(model: type[models.Model], names: list[str]) -> models.QuerySet[Any]:
    """Rows of which a column still lies under another key."""
    newest = field_keys.known_keys()[0].name
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if field.name in names]
    test = " OR ".join(
        f'("{table}"."{c}" <> \'\' AND "{table}"."{c}" NOT LIKE %s)' for c in columns
    )
    rows: models.QuerySet[Any] = model._base_manager.alias(
        lies_elsewhere=RawSQL(test, [f"{newest}:%"] * len(columns), models.BooleanField())  # nosec B611 # noqa: S611 - names of our own columns
    ).filter(lies_elsewhere=True)
    return rows


def rotate(model: type[models.Model], names: list[str]) -> Iterator[int]:
    """Seal the waiting rows anew; yields how many were done, batch after batch.

    Saving a row also renews the keyed hashes that its model keeps beside the sealed text.
    """
    while done := _one_batch(model, names):
        yield done


@transaction.atomic
def _one_batch(model: type[models.Model], names: list[str]) -> int:
    rows = waiting(model, names).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    batch = list(rows[:BATCH])
    for row in batch:
        row.save(update_fields=names)
    return len(batch)


def seal_clear_text(table: str, *columns: str) -> None:
    """Seal what still lies in the clear in a table; for migrations, which know no models.

    A row changed twice keeps its foreign keys waiting for the end of the transaction; they are
    checked at once here, or PostgreSQL would refuse the indexes a migration makes last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for column in columns:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT id, "{column}" FROM {table} '  # nosec B608 # noqa: S608 - names from our migrations
                f"WHERE \"{column}\" <> '' AND \"{column}\" !~ '^[0-9a-f]{{8}}:gAAAA'"
            )
            rows = [(field_keys.seal(text), pk) for pk, text in cursor.fetchall()]
            cursor.executemany(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', rows)  # nosec B608 # noqa: S608 - as above
