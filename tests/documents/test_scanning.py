"""Nobody opens a file before the scanner has let it through; a scanner that is away only delays."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import drafting, intake, processing, submission
from portal.core import clock
from portal.core.models import Effect
from portal.core.refusals import NotNow
from portal.documents.inspection import FileRefused
from portal.documents.models import StoredFile
from portal.documents.services import NotClean, render, serve, write_paper
from portal.documents.services.scanning import ALARM_AFTER, rescan_old, scan, scan_waiting
from portal.documents.services.storing import discard
from portal.documents.services.sweeping import sweep
from portal.integrations.scanner import client as scanner
from portal.integrations.scanner.sandbox import EICAR
from tests.cast import Cast
from tests.documents.conftest import Clamd
from tests.documents.made_files import handed_in, picture, with_text
from tests.documents.papers_of_binh_an import ACCEPTANCE
from tests.documents.sending import Sender, paper_of

Scan = StoredFile.Scan
HARMLESS = picture("PNG", (40, 30))
INFECTED = with_text(HARMLESS, EICAR)
A_LATER_ONE = b"a text that is found out only later"
NOT_YET = "đang được quét mã độc nên chưa mở được"
BLOCKED = "có mã độc nên đã bị chặn, không ai tải được"
TRY_AGAIN = "chưa quét được nên chưa mở được"


def state_of(stored: StoredFile) -> str:
    """As the database has it."""
    stored.refresh_from_db()
    return stored.scan_state


def with_file(cast: Cast, content: bytes) -> tuple[Dossier, str]:
    """An's draft with that file, and the file's address."""
    draft = cast.an.drafts("birth-registration")
    draft.attachments.all().delete()
    StoredFile.objects.all().delete()
    Sender(cast.an).sent(draft, content)
    [attachment] = draft.attachments.all()
    return draft, f"/tep/{attachment.pk}"


def read_by(client: Client, address: str) -> bytes:
    """The bytes somebody gets."""
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_clamd_lets_ans_photo_through_and_chi_gets_its_very_bytes(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    draft, address = with_file(cast, HARMLESS)
    submission.submit(draft.pk, cast.an.user)
    client.force_login(cast.chi.user)
    refused = client.get(address)
    assert (refused.status_code, NOT_YET in refused.content.decode()) == (409, True)
    assert scan_waiting() == 1
    assert read_by(client, address) == HARMLESS
    stored = draft.attachments.get().file
    assert (stored.scan_state, stored.signatures[:7]) == (Scan.CLEAN, "ClamAV ")
    assert stored.cleared_at <= stored.served_at  # type: ignore[operator]


def test_what_clamd_finds_nobody_opens_and_it_stays_found(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    draft, address = with_file(cast, INFECTED)
    assert scan_waiting() == 1
    stored = draft.attachments.get().file
    assert (stored.scan_state, stored.found) == (Scan.INFECTED, "Portal.Test.0.UNOFFICIAL")
    client.force_login(cast.an.user)
    refused = client.get(address)
    assert (refused.status_code, BLOCKED in refused.content.decode()) == (409, True)
    assert EICAR not in refused.content
    clamd.learns(A_LATER_ONE)  # and has forgotten this one
    clamd.restart()
    assert scan(stored).scan_state == Scan.INFECTED
    assert sweep()["scanned"] == 0
    assert stored.served_at is None


def test_an_is_asked_for_another_file_and_cannot_send_the_infected_one(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    draft, _address = with_file(cast, INFECTED)
    scan_waiting()
    draft.refresh_from_db()
    client.force_login(cast.an.user)
    page = client.get(f"/nhap/{draft.pk}/giay-to").content.decode()
    assert "Có mã độc: hãy xóa và tải tệp khác" in page
    assert 'id="tep-' in page  # the way to another one stays open
    refused = client.post(f"/nhap/{draft.pk}/xem-lai", {"version": draft.version})
    assert (refused.status_code, "mã độc" in refused.content.decode()) == (422, True)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_found_out_after_sending_chi_cannot_take_the_dossier_in(cast: Cast, clamd: Clamd) -> None:
    draft, _address = with_file(cast, INFECTED)
    sent = submission.submit(draft.pk, cast.an.user)  # the scanner has not looked yet
    scan_waiting()
    with pytest.raises(NotNow, match=r"có mã độc\. Hãy yêu cầu người nộp bổ sung tệp khác"):
        cast.chi.receives(sent)
    sent.refresh_from_db()
    assert (sent.state, sent.accepted_at) == ("submitted", None)
    asked = intake.ask_at_intake(
        sent.pk, cast.chi.user, reason="Tệp có mã độc.", pointers=[],
        component_ids=[paper_of(sent).pk], due_on=clock.today() + timedelta(days=15),
    )  # fmt: skip
    assert cast.an.answers(asked).state == "submitted"
    scan_waiting()
    assert intake.receive(sent.pk, cast.chi.user).state == "accepted"


def test_with_the_scanner_away_sending_works_and_the_file_waits(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    clamd.stop()
    draft, address = with_file(cast, HARMLESS)
    assert submission.submit(draft.pk, cast.an.user).state == "submitted"
    assert scan_waiting() == 0
    stored = draft.attachments.get().file
    assert (stored.scan_state, stored.scan_attempts, stored.cleared_at) == ("pending", 1, None)
    for person in (cast.an, cast.chi):
        client.force_login(person.user)
        refused = client.get(address)
        assert (refused.status_code, NOT_YET in refused.content.decode()) == (409, True)
    clamd.start()
    assert scan_waiting() == 1  # though its own time has not come yet
    assert read_by(client, address) == HARMLESS


def test_the_longer_it_is_away_the_rarer_it_is_asked_and_the_operator_hears_of_it(
    cast: Cast, clamd: Clamd, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.TIMER_SCALE = 1.0
    clamd.stop()
    stored, waits = handed_in(cast, "a.png", HARMLESS), []
    for _time in range(ALARM_AFTER):
        StoredFile.objects.update(next_scan_at=None)
        assert "files wait in quarantine" not in caplog.text
        scan_waiting()
        stored.refresh_from_db()
        assert stored.next_scan_at is not None
        waits.append(round((stored.next_scan_at - clock.now()).total_seconds()))
    assert waits == [15, 30, 60, 120, 240]
    scan_waiting()
    assert stored.scan_attempts == ALARM_AFTER  # not its turn: nothing was tried
    [alarm] = [each for each in caplog.records if each.levelno == logging.ERROR][:1]
    assert alarm.getMessage() == "scanner is down: 1 files wait in quarantine"


def test_a_file_clamd_cannot_judge_is_kept_back_and_tried_again(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    clamd.restart(most="1K")
    draft, address = with_file(cast, HARMLESS)
    assert len(HARMLESS) > 1024
    scan_waiting()
    stored = draft.attachments.get().file
    assert (stored.scan_state, stored.cleared_at) == (Scan.ERROR, None)
    client.force_login(cast.an.user)
    refused = client.get(address)
    assert (refused.status_code, TRY_AGAIN in refused.content.decode()) == (409, True)
    clamd.restart()
    assert scan_waiting() == 0  # each file has its own patience here
    StoredFile.objects.update(next_scan_at=clock.now())
    assert scan_waiting() == 1
    assert state_of(stored) == Scan.CLEAN


def test_a_file_whose_bytes_are_gone_is_an_error_not_a_crash(cast: Cast, clamd: Clamd) -> None:
    stored = handed_in(cast, "a.png", HARMLESS)
    Path(stored.content.path).unlink()
    assert scan(stored).scan_state == Scan.ERROR
    with pytest.raises(NotClean, match=TRY_AGAIN):
        serve(stored)


def test_a_scanner_that_changed_its_address_to_nonsense_lets_nothing_through(
    cast: Cast, settings: Any
) -> None:
    stored = handed_in(cast, "a.png", HARMLESS)
    for address in ("", "http://127.0.0.1:1", "unix:///nowhere/clamd.sock", "tcp://127.0.0.1:1"):
        settings.CLAMD_URL = address
        assert scan(stored).scan_state == Scan.PENDING


def test_what_clamd_learns_later_is_found_in_what_was_let_through(
    cast: Cast, clamd: Clamd, client: Client
) -> None:
    draft, address = with_file(cast, with_text(HARMLESS, A_LATER_ONE))
    scan_waiting()
    client.force_login(cast.an.user)
    assert A_LATER_ONE in read_by(client, address)
    clamd.learns(EICAR, A_LATER_ONE)
    clamd.restart()
    assert rescan_old() == 0  # clamd calls itself by the same version, and it was looked at today
    StoredFile.objects.update(scanned_at=clock.now() - timedelta(days=8))
    assert rescan_old() == 1
    stored = draft.attachments.get().file
    assert (stored.scan_state, stored.found) == (Scan.INFECTED, "Portal.Test.1.UNOFFICIAL")
    assert client.get(address).status_code == 409


def test_newer_signatures_look_at_every_older_file_at_once(cast: Cast, clamd: Clamd) -> None:
    stored = handed_in(cast, "a.png", HARMLESS)
    scan(stored)
    StoredFile.objects.update(signatures="ClamAV 1.0/26000/Mon")
    assert rescan_old() == 1
    stored.refresh_from_db()
    assert stored.signatures.startswith("ClamAV ")
    assert rescan_old() == 0


def test_a_rescan_that_fails_does_not_take_the_file_away(cast: Cast, clamd: Clamd) -> None:
    stored = handed_in(cast, "a.png", HARMLESS)
    scan(stored)
    StoredFile.objects.update(signatures="ClamAV 1.0/26000/Mon")
    clamd.stop()
    assert rescan_old() == 0
    assert state_of(stored) == Scan.CLEAN
    clamd.start(most="1K")
    rescan_old()
    assert state_of(stored) == Scan.CLEAN


def test_the_portals_own_papers_are_clean_by_origin(cast: Cast, settings: Any) -> None:
    settings.CLAMD_URL = ""
    paper = write_paper(
        "acceptance_slip", key="a", reference="H99", facts=ACCEPTANCE, on=clock.today()
    )
    render(paper)
    paper.refresh_from_db()
    assert paper.file is not None
    assert (paper.file.scan_state, paper.file.signatures) == (Scan.CLEAN, "own")
    assert sweep() == {"scanned": 0, "rescanned": 0, "uploads_forgotten": 0}


def last_step(cast: Cast) -> Dossier:
    """A dossier of which only the result is missing, and who issues it has claimed it."""
    dossier = cast.walks(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.issuer(dossier).claims(dossier)
    return dossier


def test_a_result_is_never_issued_unscanned(cast: Cast, clamd: Clamd) -> None:
    cast.scanner_looks()
    dossier = last_step(cast)
    issuer = cast.issuer(dossier).user
    clean = drafting_file(cast, HARMLESS)
    infected = drafting_file(cast, INFECTED)
    with pytest.raises(NotClean, match=BLOCKED):
        processing.resolve(dossier.pk, issuer, infected)
    clamd.stop()
    with pytest.raises(NotClean, match=NOT_YET):
        processing.resolve(dossier.pk, issuer, clean)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.resolved_at) == ("processing", None)
    clamd.start()
    assert processing.resolve(dossier.pk, issuer, clean).state == "resolved"


def drafting_file(cast: Cast, content: bytes) -> StoredFile:
    """A file that has come in, in quarantine."""
    return handed_in(cast, "kết quả.png", content)


def test_an_infected_file_cannot_be_attached_again(cast: Cast, clamd: Clamd) -> None:
    draft = cast.an.drafts("birth-registration")
    stored = handed_in(cast, "a.png", INFECTED)
    scan(stored)
    with pytest.raises(FileRefused, match=BLOCKED):
        drafting.attach(draft.pk, cast.an.user, paper_of(draft), [stored])
    assert draft.attachments.filter(file=stored).count() == 0


def test_a_file_taken_back_while_the_scanner_looks_is_no_failure(
    committed: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """A button pressed twice: of two equal files one is taken back at once."""
    stored = handed_in(committed, "a.png", HARMLESS)
    real = scanner.scan

    def look(url: str, content: Any) -> Any:
        discard(stored)
        return real(url, content)

    with mock.patch.object(scanner, "scan", look):
        scan(stored)
    assert (StoredFile.objects.count(), caplog.records) == (0, [])
    assert not Effect.objects.filter(task="documents.draw").exists()
