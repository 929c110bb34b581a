"""Whatever somebody does to the log behind the portal's back shows, and the row is named."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from portal.audit import chain
from portal.audit.models import Anchor, Entry, Link
from portal.audit.recording import record
from portal.audit.verifying import faults
from portal.core import clock
from tests.cast import Cast

LINES_A_DAY, DAYS = 12, 3
TEXTS = ("kind", "role", "subject", "subject_key", "reason", "address", "fingerprint")


@contextmanager
def behind_the_back() -> Iterator[Any]:
    """Somebody with the owner's rights in PostgreSQL, who switched triggers off; undone after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("audit_entry", "audit_link", "audit_anchor"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        transaction.set_rollback(True)


@pytest.fixture
def days(cast: Cast, settings: Any, tmp_path: Path) -> list[Entry]:
    """Three days of lines, all sealed; the copies lie outside."""
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "anchors")
    begin = datetime(2026, 11, 23, 8, tzinfo=clock.ZONE)
    lines: list[Entry] = []
    for day in range(DAYS):
        with clock.shifted_to(begin + timedelta(days=day)):
            lines += [_look(cast, number) for number in range(LINES_A_DAY)]
            chain.seal()
    return lines


def _look(cast: Cast, number: int) -> Entry:
    reason = f"Xem hồ sơ lần {number}"
    return record(
        Entry.Kind.READ, cast.chi.user, cast.an.user, person=cast.an.user,
        role="reception_clerk", reason=reason, number=number,
    )  # fmt: skip


def in_time() -> Any:
    """The evening of the third day."""
    return clock.shifted_to(datetime(2026, 11, 25, 20, tzinfo=clock.ZONE))


def test_a_whole_log_has_no_fault(days: list[Entry]) -> None:
    with in_time():
        assert list(faults()) == []
    assert list(Link.objects.order_by("position").values_list("position", "entry_id")) == [
        (place, line.pk) for place, line in enumerate(days, start=1)
    ]
    assert [str(day) for day in Anchor.objects.order_by("day").values_list("day", flat=True)] == [
        "2026-11-23",
        "2026-11-24",
    ]


def test_two_hundred_of_two_hundred_alterations_are_named(days: list[Entry]) -> None:
    chance, missed = random.Random(4), []
    for turn in range(200):
        line = chance.choice(days)
        change, named = chance.choice(ALTERATIONS)
        with in_time(), behind_the_back() as cursor:
            change(cursor, line, chance)
            if not any(named.format(pk=line.pk) in fault for fault in faults()):
                missed.append((turn, change.__name__, line.pk))
    assert missed == []


def alter_text(cursor: Any, line: Entry, chance: random.Random) -> None:
    column = chance.choice(TEXTS)
    cursor.execute(
        f"UPDATE audit_entry SET {column} = overlay({column} placing '#' from 1 for 1)"
        " WHERE id = %s",
        [line.pk],
    )


def alter_time(cursor: Any, line: Entry, chance: random.Random) -> None:
    seconds = chance.choice([-3600, -1, 1, 60])
    cursor.execute(
        "UPDATE audit_entry SET happened_at = happened_at + %s * interval '1 second' WHERE id = %s",
        [seconds, line.pk],
    )


def alter_actor(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("UPDATE audit_entry SET actor_id = %s WHERE id = %s", [line.person_id, line.pk])


def forget_person(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("UPDATE audit_entry SET person_id = NULL WHERE id = %s", [line.pk])


def alter_details(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("""UPDATE audit_entry SET details = '{"number": 99}' WHERE id = %s""", [line.pk])


def alter_with_fingerprint(cursor: Any, line: Entry, chance: random.Random) -> None:
    line = Entry.objects.get(pk=line.pk)
    line.reason = "Không xem gì"
    cursor.execute(
        "UPDATE audit_entry SET reason = %s, fingerprint = %s WHERE id = %s",
        [line.reason, chain.fingerprint(line), line.pk],
    )


def delete_line(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("DELETE FROM audit_entry WHERE id = %s", [line.pk])


def delete_link(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("DELETE FROM audit_link WHERE entry_id = %s", [line.pk])


def delete_both(cursor: Any, line: Entry, chance: random.Random) -> None:
    delete_line(cursor, line, chance)
    delete_link(cursor, line, chance)


def renumber(cursor: Any, line: Entry, chance: random.Random) -> None:
    cursor.execute("UPDATE audit_entry SET id = id + 100000 WHERE id = %s", [line.pk])


ALTERATIONS = [
    (alter_text, "dòng {pk}:"),
    (alter_time, "dòng {pk}:"),
    (alter_actor, "dòng {pk}:"),
    (forget_person, "dòng {pk}:"),
    (alter_details, "dòng {pk}:"),
    (alter_with_fingerprint, "dòng {pk}:"),
    (delete_line, "dòng {pk}: bị xóa"),
    (delete_link, "mắt xích"),
    (delete_both, "mắt xích"),
    (renumber, "dòng {pk}: bị xóa"),
]  # fmt: skip


def test_a_line_put_in_later_is_in_no_chain(days: list[Entry]) -> None:
    with clock.shifted_to(datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)):
        late = record(Entry.Kind.READ, None)
    with in_time():
        chain.seal()
        assert list(faults()) == []  # a late commit is taken in
        with behind_the_back() as cursor:
            cursor.execute("DELETE FROM audit_link WHERE entry_id = %s", [late.pk])
            assert any(fault.startswith(f"dòng {late.pk}: không có") for fault in faults())


def test_a_chain_written_anew_from_some_place_misses_its_anchors(days: list[Entry]) -> None:
    with in_time(), behind_the_back() as cursor:
        copies = chain.written_outside()
        alter_with_fingerprint(cursor, days[2], random.Random(1))
        cursor.execute("DELETE FROM audit_link")
        chain.seal()
        found = list(faults())
    assert sorted(copies) == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert found == [
        "mốc ngày 2026-11-23: mắt xích 12 không khớp",
        "mốc ngày 2026-11-24: mắt xích 24 không khớp",
        "bản lưu ngoài ngày 2026-11-23: mắt xích 12 không khớp",
        "bản lưu ngoài ngày 2026-11-24: mắt xích 24 không khớp",
    ]


def test_the_end_cut_off_misses_the_copy_outside(days: list[Entry]) -> None:
    with in_time(), behind_the_back() as cursor:
        cursor.execute("DELETE FROM audit_link WHERE position > 30")
        cursor.execute("DELETE FROM audit_entry WHERE id > %s", [days[29].pk])
        assert list(faults()) == ["bản lưu ngoài ngày 2026-11-25: mắt xích 36 bị mất"]


@pytest.mark.parametrize("table", ["audit_entry", "audit_link", "audit_anchor"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
def test_postgresql_refuses(days: list[Entry], table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=days[0].pk).update(reason="Khác")
    assert Entry.objects.get(pk=days[0].pk).reason == "Xem hồ sơ lần 0"


def test_the_command_names_the_row_and_ends_with_a_failure(days: list[Entry]) -> None:
    said = StringIO()
    with in_time():
        call_command("verify_audit", stdout=said)
        assert said.getvalue().startswith("Nhật ký nguyên vẹn: 36 dòng")
        with behind_the_back() as cursor:
            alter_details(cursor, days[7], random.Random(1))
            with pytest.raises(CommandError):
                call_command("verify_audit", stdout=said)
    assert f"dòng {days[7].pk}: nội dung bị sửa" in said.getvalue()


def test_two_sealers_at_once_give_each_line_one_place(committed: Cast) -> None:
    before = Link.objects.count()
    for number in range(40):
        record(Entry.Kind.READ, committed.chi.user, number=number)
    sealers = [Thread(target=_seal_and_leave) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    chain.seal()
    places = list(Link.objects.order_by("position").values_list("position", flat=True))
    assert places == list(range(1, len(places) + 1))
    assert len(places) == Entry.objects.count()
    assert len(places) >= before + 40


def _seal_and_leave() -> None:
    try:
        chain.seal()
    finally:
        connection.close()
