"""What must always hold is looked for in the rows themselves: each kind of damage is found."""

import pytest
from django.core.management import call_command
from django.db import connection

from dossiers.models import Dossier
from portal.documents.models import StoredFile
from portal.reports.invariants import CHECKS, broken
from tests.cast import Cast
from tests.dossiers.states import WAYS

WITH_PAPERS = "submitted, with papers"
TWICE = """
    INSERT INTO dossiers_dossierevent (dossier_id, kind, old_state, new_state, step_name, reason,
        details, happened_at)
    SELECT dossier_id, kind, old_state, new_state, step_name, reason, details, happened_at
    FROM dossiers_dossierevent WHERE kind = 'submit'
"""
# The check, the state of An's dossier, the damage in SQL, and what is said about it.
DAMAGE = [
    (
        "submitted_once",
        "submitted",
        TWICE,
        "2 lần gửi",
    ),
    (
        "submitted_once",
        "submitted",
        "UPDATE documents_paper SET reference = 'mất' WHERE kind = 'submission'",
        "0 bản hồ sơ đã gửi",
    ),
    (
        "submitted_once",
        "submitted",
        "UPDATE notifications_notice SET reference = 'mất' WHERE kind = 'dossier_submitted'",
        "0 lần báo đã nhận",
    ),
    (
        "submitted_once",
        "accepted",
        "UPDATE notifications_notice SET kind = 'dossier_submitted'",
        "2 lần báo đã nhận",
    ),
    (
        "numbers_without_gap",
        "submitted",
        "UPDATE core_numbercounter SET last = 2 WHERE series LIKE 'dossier:%'",
        "nhưng bộ đếm là 2",
    ),
    (
        "numbers_without_gap",
        "submitted",
        "UPDATE dossiers_dossier SET code = 'x1'",
        "x1: mã không đúng dạng",
    ),
    (
        "state_follows_events",
        "submitted",
        "UPDATE dossiers_dossier SET state = 'processing'",
        "đang processing, diễn biến cuối là submitted",
    ),
    (
        "steps_fit_state",
        "submitted",
        "UPDATE dossiers_dossierstep SET done_at = now()",
        "chưa kết thúc mà không ai phải làm gì",
    ),
    (
        "steps_fit_state",
        "refused",
        "UPDATE dossiers_dossierstep SET done_at = NULL",
        "đã kết thúc mà còn bước đang mở",
    ),
    (
        "due_dates_recompute",
        "accepted",
        "UPDATE dossiers_dossier SET due_at = due_at + interval '1 minute'",
        "tính lại",
    ),
    (
        "pauses_fit_state",
        "supplement",
        "UPDATE dossiers_pause SET ended_at = started_at + interval '1 minute'",
        "0 lần tạm dừng đang chạy",
    ),
    (
        "pauses_fit_state",
        "supplement",
        "UPDATE dossiers_dossier SET state = 'processing'",
        "1 lần tạm dừng đang chạy",
    ),
    (
        "effects_are_on_their_way",
        "submitted",
        "UPDATE core_effect SET state = 'dead', last_error = 'đứt mạng'",
        "không làm được: đứt mạng",
    ),
    (
        "effects_are_on_their_way",
        "submitted",
        "UPDATE core_effect SET state = 'waiting', next_attempt_at = now() - interval '1 hour'",
        "chờ quá lâu",
    ),
    (
        "papers_and_files_exist",
        "submitted",
        "UPDATE documents_paper SET state = 'ready', file_id = NULL",
        "không có tệp",
    ),
    (
        "files_have_their_hash",
        WITH_PAPERS,
        "UPDATE documents_storedfile SET sha256 = repeat('0', 64)",
        "nội dung không khớp mã băm",
    ),
    (
        "nothing_unscanned_went_out",
        WITH_PAPERS,
        """UPDATE documents_storedfile SET scan_state = 'clean', cleared_at = now(),
        served_at = now() - interval '1 hour'""",
        "đã tải khi chưa quét",
    ),
    (
        "nothing_unscanned_went_out",
        "resolved",
        "UPDATE documents_storedfile SET cleared_at = NULL",
        "phát hành khi chưa quét",
    ),
    (
        "no_file_is_orphaned",
        WITH_PAPERS,
        """UPDATE documents_storedfile SET uploaded_at = uploaded_at - interval '3 days';
        DELETE FROM dossiers_attachment""",
        "không ai dùng",
    ),
    (
        "attachments_are_their_owners",
        WITH_PAPERS,
        "UPDATE documents_storedfile SET uploaded_by_id = NULL",
        "không phải của người nộp",
    ),
    (
        "log_is_whole",
        "submitted",
        """INSERT INTO audit_entry (happened_at, kind, role, subject, subject_key, reason, address,
        details, fingerprint) VALUES (now(), 'read', '', '', '', '', '', '{}', 'chép tay')""",
        "nội dung bị sửa",
    ),
]


def _bring_to(state: str, cast: Cast) -> None:
    if state == WITH_PAPERS:
        cast.an.submits("birth-registration")
    else:
        WAYS[state](cast)


@pytest.mark.heavy
@pytest.mark.parametrize(("check", "state", "sql", "said"), DAMAGE)
def test_a_damaged_row_is_found_and_named(
    cast: Cast, check: str, state: str, sql: str, said: str
) -> None:
    _bring_to(state, cast)
    assert broken() == {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount > 0
    assert any(said in row for row in broken()[check])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (None, {"papers_and_files_exist": "mất nội dung"}),
        (
            b"x",
            {
                "papers_and_files_exist": "sai độ dài",
                "files_have_their_hash": "nội dung không khớp mã băm",
            },
        ),
    ],
)
def test_a_file_whose_bytes_are_gone_or_short_is_found(
    cast: Cast, content: bytes | None, found: dict[str, str]
) -> None:
    cast.an.submits("birth-registration")
    stored = StoredFile.objects.order_by("pk").first()
    assert stored is not None
    path = stored.content.path
    stored.content.storage.delete(str(stored.content.name))
    if content is not None:
        with open(path, "wb") as file:  # noqa: PTH123 - the storage's own path
            file.write(content)
    said = {check: [f"tệp {stored.pk}: {words}"] for check, words in found.items()}
    assert broken() == said


def test_every_check_has_a_damage_that_it_finds() -> None:
    assert {check for check, _state, _sql, _said in DAMAGE} == set(CHECKS)


def test_the_command_fails_when_a_row_is_damaged(cast: Cast) -> None:
    cast.an.submits("extract-copy")
    call_command("check_invariants", verbosity=0)
    Dossier.objects.update(code="x1")
    with pytest.raises(SystemExit):
        call_command("check_invariants", verbosity=0)
