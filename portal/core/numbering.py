"""Numbers without gap or double, given inside the transaction that uses them."""

from django.db import connection


def next_number(series: str) -> int:
    """The next number of a series, from 1; call it last, it locks the series until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numbercounter (series, last) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET last = core_numbercounter.last + 1 "
            "RETURNING last",
            [series],
        )
        row = cursor.fetchone()
    return int(row[0])
