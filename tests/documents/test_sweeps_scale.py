"""What the sweeps of files cost with twenty thousand files: no more than with twenty."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.documents.models import StoredFile
from portal.documents.services.scanning import RESCANS, rescan_old, scan, scan_waiting
from portal.documents.services.sweeping import GRACE, WINDOW, remove_unused_rows
from portal.integrations.scanner import client
from tests.cast import Cast
from tests.documents.made_files import handed_in, picture
from tests.dossiers.test_budgets import nodes, own

pytestmark = pytest.mark.heavy

Scan = StoredFile.Scan
# A fifth are papers of the portal's own, looked at by nobody; the others were scanned within days.
MANY = """
INSERT INTO documents_storedfile (content, original_name, media_type, size, sha256, uploaded_by_id,
    uploaded_at, scan_state, scan_attempts, next_scan_at, scanned_at, signatures, cleared_at)
SELECT 'files/' || md5(n || %(state)s), 'a.png', 'image/png', 1, '', %(by)s,
    now() - interval '40 days', %(state)s, 0,
    CASE WHEN %(state)s = 'clean' THEN NULL ELSE now() + interval '1 minute' * n END,
    CASE WHEN n %% 5 = 0 THEN now() - interval '40 days'
         ELSE now() - interval '6 days' + interval '20 seconds' * n END,
    CASE WHEN n %% 5 = 0 THEN 'own' ELSE %(signatures)s END, now()
FROM generate_series(1, %(number)s) AS n
"""
IN_USE = """
INSERT INTO dossiers_attachment (dossier_id, component_id, file_id, added_at, is_pending)
SELECT %s, %s, id, now(), false FROM documents_storedfile AS f
WHERE NOT EXISTS (SELECT FROM dossiers_attachment WHERE file_id = f.id)
"""


def many(cast: Cast, state: str, number: int, signatures: str = "") -> None:
    """So many files more."""
    facts = {"state": state, "by": cast.an.pk, "number": number, "signatures": signatures}
    with connection.cursor() as cursor:
        cursor.execute(MANY, facts)
        cursor.execute("ANALYZE documents_storedfile")


@pytest.fixture
def crowded(cast: Cast) -> Cast:
    """Twenty thousand clean files, scanned with the signatures the scanner has today."""
    many(cast, Scan.CLEAN, 20_000, client.version(settings.CLAMD_URL))
    cast.scanner_looks()
    return cast


@contextmanager
def reading_little(most: int = 250) -> Iterator[None]:
    """No statement meanwhile reads more files than that, whether it then wants them or not."""
    with CaptureQueriesContext(connection) as taken:
        yield
    told = [sql for sql in own(taken) if sql.startswith("SELECT") and "storedfile" in sql]
    assert told
    for sql in told:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            found = cursor.fetchone()[0]
        plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        assert [n["Node Type"] for n in nodes(plan) if rows_of(n) > most] == [], sql[:300]


def rows_of(node: dict[str, Any]) -> float:
    """How many files a node of a plan has read."""
    if node.get("Relation Name") != "documents_storedfile":
        return 0
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return float(rows * node["Actual Loops"])


def test_a_minute_without_anything_old_reads_next_to_nothing(crowded: Cast) -> None:
    with reading_little():
        assert rescan_old() == 0


def test_after_a_week_the_oldest_are_taken_from_the_index(crowded: Cast) -> None:
    StoredFile.objects.update(scanned_at=F("scanned_at") - timedelta(days=3))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_storedfile")
    oldest = StoredFile.objects.exclude(signatures="own").order_by("scanned_at")
    expected = list(oldest.values_list("pk", flat=True)[:RESCANS])
    with reading_little():
        assert rescan_old() == RESCANS
    next_ones = list(oldest.values_list("pk", flat=True)[:RESCANS])
    assert set(next_ones) & set(expected) == set()


def test_newer_signatures_are_noticed_and_the_oldest_look_first(crowded: Cast) -> None:
    StoredFile.objects.exclude(signatures="own").update(signatures="Sandbox 0/26000")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE documents_storedfile")
    with reading_little():
        assert rescan_old() == RESCANS
    newest = scan(handed_in(crowded, "mới.png", picture("PNG")))
    assert newest.is_clean
    with reading_little():
        assert rescan_old() == RESCANS  # one file has the new signatures, the others still wait


def test_of_many_that_wait_a_hundred_are_taken_without_reading_the_others(crowded: Cast) -> None:
    many(crowded, Scan.PENDING, 20_000)
    with reading_little():
        scan_waiting()


def test_one_that_waits_among_many_is_found_by_the_index(crowded: Cast) -> None:
    handed_in(crowded, "mới.png", picture("PNG"))
    with reading_little():
        assert scan_waiting() == 1


@pytest.fixture
def attached(crowded: Cast) -> None:
    """All of them lie in a draft of An's."""
    draft = crowded.an.drafts("birth-registration")
    component = draft.attachments.get().component_id
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, [draft.pk, component])
        cursor.execute("ANALYZE dossiers_attachment")


def test_unused_rows_are_looked_for_piece_by_piece(attached: None) -> None:
    """However many files there are, no statement comes near its time limit."""
    with reading_little(WINDOW):
        assert remove_unused_rows() == 0


def test_a_thousand_unused_rows_go_in_batches(attached: None) -> None:
    old = StoredFile.objects.filter(uploaded_at__lt=clock.now() - GRACE).order_by("pk")
    numbers = list(old.values_list("pk", flat=True))[::17]
    assert len(numbers) == 1177
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dossiers_attachment WHERE file_id = ANY(%s)", [numbers])
    with CaptureQueriesContext(connection) as taken:
        assert remove_unused_rows() == 1177
    assert len(own(taken)) <= 60, "\n".join(sql[:100] for sql in own(taken))
    assert not StoredFile.objects.filter(pk__in=numbers).exists()
    assert remove_unused_rows() == 0
