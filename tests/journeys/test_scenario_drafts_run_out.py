"""Scenario S3: a draft that runs out is announced twice, can be taken back whole, and then goes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client

from dossiers.models import Attachment, Dossier
from dossiers.services import drafting, one_by_one, unfinished
from dossiers.services.moving import record
from dossiers.workflow import State
from notifications.models import Notice
from notifications.services import text_of
from portal.core import clock
from portal.documents.models import StoredFile
from portal.documents.services import sweeping
from tests.cast import Cast
from tests.journeys.browsing import page_of, words_of

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """An's draft with every answer and file, last touched on 2 March."""
    with clock.shifted_to(BEGUN):
        return cast.an.drafts()


def sweep(day: float) -> dict[str, int]:
    """What the sweep did that many days after the draft was begun."""
    with clock.shifted_to(BEGUN + timedelta(days=day, minutes=day)):
        return unfinished.look_after_drafts()


def warnings() -> list[tuple[str, str]]:
    """Each warning: the day it was given, and the last day it names."""
    rows = Notice.objects.filter(kind="draft_expiring").order_by("created_at")
    return [(f"{clock.local(n.created_at):%d/%m}", n.facts["expires_on"]) for n in rows]


NOTHING = {"drafts_warned": 0, "drafts_put_away": 0, "drafts_gone": 0}
WARNED = {**NOTHING, "drafts_warned": 1}
PUT_AWAY = {**NOTHING, "drafts_put_away": 1}
GONE = {**NOTHING, "drafts_gone": 1}


def test_an_is_warned_twice_on_the_right_days_and_then_it_is_put_away(draft: Dossier) -> None:
    told = [sweep(day) for day in (75, 76, 76, 86, 87, 87, 89, 90, 90)]
    assert told == [
        NOTHING, WARNED, NOTHING, NOTHING, WARNED, NOTHING, NOTHING, PUT_AWAY, NOTHING,
    ]  # fmt: skip
    assert warnings() == [("17/05", "2026-05-31"), ("28/05", "2026-05-31")]
    draft.refresh_from_db()
    assert draft.deleted_at is not None


def test_the_warning_says_until_when_and_how_to_keep_it(draft: Dossier) -> None:
    sweep(76)
    notice = Notice.objects.get(kind="draft_expiring")
    words = text_of(notice)
    assert "31 tháng 5 năm 2026" in words or "31 tháng 05 năm 2026" in words
    assert f"/nhap/{draft.pk}/nguoi-nop" in words
    assert "còn 30 ngày để lấy lại" in words
    assert notice.address == draft.contact["email"]


def test_taken_back_it_has_its_fields_and_files_and_can_be_sent(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    files = sorted(draft.attachments.values_list("file__sha256", flat=True))
    for day in (76, 87, 90):
        sweep(day)
    client.force_login(cast.an.user)
    assert client.get(f"/nhap/{draft.pk}/nguoi-nop").status_code == 404
    with clock.shifted_to(BEGUN + timedelta(days=100)):
        trash = client.get("/ho-so-cua-toi/da-xoa")
        assert "lấy lại được đến hết thứ Ba, 30/06/2026" in words_of(trash)
        [button] = page_of(trash).findall('.//main//form[@method="post"]')
        answer = client.post(button.get("action"))
    assert answer["Location"] == f"/nhap/{draft.pk}/nguoi-nop"
    again = Dossier.objects.get(pk=draft.pk)
    assert (again.deleted_at, again.form_data, again.owner, again.contact) == (
        None, draft.form_data, draft.owner, draft.contact,
    )  # fmt: skip
    assert sorted(again.attachments.values_list("file__sha256", flat=True)) == files
    for each in again.attachments.select_related("file"):
        assert Path(each.file.content.path).stat().st_size == each.file.size
    assert sweep(101) == NOTHING  # it counts from today again
    client.force_login(cast.an.user)  # the session of those days has ended
    page = client.get(f"/nhap/{draft.pk}/xem-lai")
    sent = client.post(f"/nhap/{draft.pk}/xem-lai", {"version": page.context["draft"].version})
    assert sent["Location"].endswith("/da-gui")


def test_after_the_grace_it_is_gone_with_its_bytes_and_no_other_draft_is(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    first = Attachment.objects.filter(dossier=draft).select_related("file", "component")[0]
    with clock.shifted_to(BEGUN + timedelta(days=80)):
        other = cast.an.drafts()
        drafting.attach(other.pk, cast.an.user, first.component, [first.file])
    mine = set(draft.attachments.values_list("file", flat=True))
    shared = set(other.attachments.values_list("file", flat=True)) & mine
    for day in (76, 87, 90, 119):
        sweep(day)
    assert Dossier.objects.filter(pk=draft.pk).exists()
    assert sweep(120.5) == GONE
    assert not Dossier.objects.filter(pk=draft.pk).exists()
    with clock.shifted_to(BEGUN + timedelta(days=125)):
        sweeping.tidy()
    assert shared == {first.file_id}
    assert set(StoredFile.objects.filter(pk__in=mine).values_list("pk", flat=True)) == shared
    on_disk = [path for path in Path(conf.MEDIA_ROOT, "files").rglob("*") if path.is_file()]
    assert len(on_disk) == StoredFile.objects.count()
    client.force_login(cast.an.user)
    assert client.post(f"/nhap/{draft.pk}/lay-lai").status_code == 404
    assert client.get(f"/nhap/{other.pk}/giay-to").status_code == 200


def test_touched_after_a_warning_it_lives_on_and_is_warned_about_anew(
    cast: Cast, draft: Dossier
) -> None:
    sweep(76)
    with clock.shifted_to(BEGUN + timedelta(days=80)):
        drafting.save(
            draft.pk, cast.an.user, None, contact={**draft.contact, "phone": "0912345678"}
        )
    assert [sweep(day) for day in (90, 155, 156, 167, 170)] == [
        NOTHING, NOTHING, WARNED, WARNED, PUT_AWAY,
    ]  # fmt: skip
    assert [last for _day, last in warnings()] == ["2026-05-31", "2026-08-19", "2026-08-19"]


def test_a_shorter_time_counts_for_every_draft_once_and_nobody_loses_the_fourteen_days(
    cast: Cast, draft: Dossier, settings: Any
) -> None:
    with clock.shifted_to(BEGUN + timedelta(days=5)):
        cast.binh.drafts()
    settings.DRAFT_DAYS = 20
    assert sweep(40) == {**NOTHING, "drafts_warned": 2}  # both are long over, nobody knew
    assert [sweep(day) for day in (40, 50)] == [NOTHING, NOTHING]
    assert sweep(51) == {**NOTHING, "drafts_warned": 2}
    assert [sweep(day) for day in (51, 53)] == [NOTHING, NOTHING]
    assert sweep(54) == {**NOTHING, "drafts_put_away": 2}
    assert {last for _day, last in warnings()} == {"2026-04-25"}


def test_a_longer_time_puts_nobody_away_early(draft: Dossier, settings: Any) -> None:
    sweep(76)
    settings.DRAFT_DAYS = 180
    assert [sweep(day) for day in (87, 90, 165)] == [NOTHING, NOTHING, NOTHING]
    assert [sweep(day) for day in (166, 177, 180)] == [WARNED, WARNED, PUT_AWAY]


def test_thrown_away_by_hand_it_can_be_taken_back_too(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    client.force_login(cast.an.user)
    client.post(f"/nhap/{draft.pk}/xoa")
    assert "Bản nháp đã xóa" in words_of(client.get("/ho-so-cua-toi"))
    for _press in range(2):
        answer = client.post(f"/nhap/{draft.pk}/lay-lai")
        assert answer["Location"] == f"/nhap/{draft.pk}/nguoi-nop"
    assert Dossier.objects.of(cast.an.user).get().pk == draft.pk


def poisoned(cast: Cast, days: float) -> Dossier:
    """An older draft whose warning cannot be written."""
    with clock.shifted_to(BEGUN - timedelta(days=days)):
        draft = cast.binh.drafts("extract-copy")
    Dossier.objects.filter(pk=draft.pk).update(contact=["not", "what", "is", "expected"])
    return draft


def test_a_draft_that_cannot_be_warned_about_keeps_no_other_from_anything(
    cast: Cast, draft: Dossier, caplog: pytest.LogCaptureFixture
) -> None:
    bad = poisoned(cast, 1)
    assert [sweep(day) for day in (76, 87, 90, 120.5)] == [WARNED, WARNED, PUT_AWAY, GONE]
    assert f"sweep: Dossier {bad.pk} failed: AttributeError" in caplog.text
    assert list(Dossier.objects.values_list("pk", flat=True)) == [bad.pk]


def test_a_draft_that_cannot_be_deleted_keeps_no_other_in_the_trash(
    cast: Cast, draft: Dossier
) -> None:
    bad = cast.binh.drafts("extract-copy")
    record(bad, cast.binh.user, "submit", before=State.DRAFT)  # whose events are never deleted
    Dossier.objects.update(deleted_at=BEGUN)
    assert sweep(31) == GONE
    assert list(Dossier.objects.values_list("pk", flat=True)) == [bad.pk]


def test_a_whole_batch_of_bad_drafts_does_not_stand_before_the_others_for_ever(
    cast: Cast, draft: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_by_one, "BATCH", 3)
    for days in (1, 2, 3):
        poisoned(cast, days)
    told = [sweep(76)["drafts_warned"] for _sweep in range(40)]  # each of them draws three of four
    assert sum(told) == 1
    assert warnings() == [("17/05", "2026-05-31")]


def test_a_draft_saved_while_the_sweep_goes_on_is_not_warned_about(
    cast: Cast, draft: Dossier
) -> None:
    """The sweep has read which drafts are due; then An saves hers."""
    with clock.shifted_to(BEGUN + timedelta(days=77)):
        now = clock.now()
        due = unfinished._idle(now).filter(first_at__isnull=True)
        assert [each.pk for each in due] == [draft.pk]
        contact = {**draft.contact, "phone": "0912345678"}
        drafting.save(draft.pk, cast.an.user, None, contact=contact)
        assert not unfinished._tell(due, now, draft.pk)
    assert warnings() == []


def test_binh_neither_sees_nor_takes_what_an_threw_away(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    drafting.discard(draft.pk, cast.an.user)
    client.force_login(cast.binh.user)
    assert draft.procedure_version.name not in words_of(client.get("/ho-so-cua-toi/da-xoa"))
    assert client.post(f"/nhap/{draft.pk}/lay-lai").status_code == 404
    draft.refresh_from_db()
    assert draft.deleted_at is not None
