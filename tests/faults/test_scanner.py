"""The scanner stops, hangs or finds something: sending goes on, and nobody gets unscanned bytes."""

import struct
import time
import zlib
from collections.abc import Callable

import pytest

from dossiers.models import Dossier
from dossiers.workflow import State
from portal.core.refusals import NotNow
from portal.documents.models import StoredFile
from portal.documents.services.scanning import ALARM_AFTER
from portal.integrations.scanner.sandbox import EICAR
from tests.cast import Cast
from tests.faults.handing_in import address_of, attach, digest, kept, noise, papers_of
from tests.faults.house import House, until
from tests.faults.sending import code_of, review_of, send
from tests.faults.truths import everything_holds, letters
from tests.faults.visiting import Visitor, fields_of, form_on, words_of

Visit = Callable[[str], Visitor]
SCAN = StoredFile.Scan
NOT_YET = "đang được quét mã độc nên chưa mở được"


@pytest.fixture
def begun(people: Cast) -> Dossier:
    """An's draft of a birth registration with every paper it needs."""
    return people.an.drafts("birth-registration")


def file_of(content: bytes) -> StoredFile:
    """The one file with those bytes."""
    return StoredFile.objects.get(sha256=digest(content))


def until_clean(content: bytes) -> None:
    """Wait until the scanner has let the file through."""
    until(lambda: file_of(content).scan_state == SCAN.CLEAN, 120, "the file to come clean")


def test_stopped_an_sends_the_file_waits_and_comes_clean_when_it_is_back(
    house: House, an: Visitor, visit: Visit, begun: Dossier
) -> None:
    """Scenario S8: the scanner is off; sending works, the file stays in quarantine, visibly."""
    house.kill("scanner")
    content = noise()
    assert attach(an, begun, content).status_code == 302
    code_of(send(an, begun))
    until(lambda: file_of(content).scan_attempts >= 1, 60, "the first try")
    assert file_of(content).scan_state == SCAN.PENDING
    readers = [an, visit("chi")]
    for reader in readers:
        answer = reader.get(address_of(begun, content))
        assert answer.status_code == 409
        assert NOT_YET in words_of(answer)
        assert content not in answer.content
    # The answer is kept for five seconds.
    until(
        lambda: an.get("/readyz").json()["checks"]["scanner"] == "unavailable",
        10, "the scanner's absence in /readyz",
    )  # fmt: skip
    house.start("scanner")
    until_clean(content)
    for reader in readers:
        assert digest(reader.get(address_of(begun, content)).content) == digest(content)
    everything_holds(house)


@pytest.mark.slow
def test_away_for_long_the_operator_is_alarmed(house: House, an: Visitor, begun: Dossier) -> None:
    """Scenario S8: alarmed after some tries; nobody has to press anything when it is back."""
    house.kill("scanner")
    code_of(send(an, begun))
    waiting = StoredFile.objects.filter(scan_state=SCAN.PENDING)
    alarm = "files wait in quarantine"
    until(lambda: alarm in house.log_of("worker"), 180, "the alarm")
    assert waiting.filter(scan_attempts__gte=ALARM_AFTER).exists()
    house.start("scanner")
    until(lambda: not waiting.exists(), 60, "the quarantine to be empty")
    everything_holds(house)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["frozen", "takes bytes and never answers"])
def test_hanging_it_holds_up_neither_an_nor_her_letter_for_ever(
    house: House, an: Visitor, begun: Dossier, way: str
) -> None:
    """A call to the scanner ends after its time limit, whatever the scanner does."""
    content = noise()
    if way == "frozen":
        with house.frozen("scanner"):
            _sends_meanwhile(house, an, begun, content)
    else:
        house.restart("scanner", "--hang")
        _sends_meanwhile(house, an, begun, content)
        house.restart("scanner")
    until_clean(content)
    everything_holds(house, patience=180)


def _sends_meanwhile(house: House, an: Visitor, draft: Dossier, content: bytes) -> None:
    began = time.monotonic()
    assert attach(an, draft, content).status_code == 302
    code_of(send(an, draft))
    assert time.monotonic() - began < 10
    until(lambda: file_of(content).scan_attempts >= 1, 150, "the scan to be given up")
    until(lambda: letters(house).total() == 1, 150, "the letter")
    assert file_of(content).scan_state == SCAN.PENDING


def with_text(picture: bytes, text: bytes) -> bytes:
    """The same picture with a comment inside."""
    chunk = b"tEXtComment\0" + text
    written = struct.pack("!I", len(chunk) - 4) + chunk + struct.pack("!I", zlib.crc32(chunk))
    return picture[:33] + written + picture[33:]  # behind signature and header


@pytest.fixture
def infected() -> bytes:
    """A picture that looks well and is not."""
    return with_text(noise(), EICAR)


def until_found(content: bytes) -> None:
    """Wait until the scanner has found it."""
    until(lambda: file_of(content).scan_state == SCAN.INFECTED, 60, "the scanner to find it")


@pytest.mark.slow
def test_what_it_finds_in_a_draft_an_is_told_to_replace(
    house: House, an: Visitor, begun: Dossier, infected: bytes
) -> None:
    assert attach(an, begun, infected, "giấy lạ.png").status_code == 302
    until_found(infected)
    page = an.get(review_of(begun))
    assert "Xóa tệp “giấy lạ.png” vì có mã độc, rồi tải lên tệp khác." in words_of(page)
    assert "Gửi hồ sơ" not in words_of(page)
    row = begun.attachments.get(file__sha256=digest(infected))
    papers = an.get(papers_of(begun))
    form = fields_of(form_on(papers)) | {"xoa": str(row.pk)}
    assert an.post(papers_of(begun), form).status_code == 302
    dossier = Dossier.objects.get(code=code_of(send(an, begun)))
    assert digest(infected) not in kept(dossier)
    everything_holds(house)


@pytest.mark.slow
def test_what_it_finds_after_sending_nobody_downloads_and_chi_cannot_take_in(
    house: House, an: Visitor, people: Cast, visit: Visit, begun: Dossier, infected: bytes
) -> None:
    """Scenario S8: it stays blocked for everybody; the dossier is there and waits for another."""
    with house.frozen("worker"):
        assert attach(an, begun, infected).status_code == 302
        code = code_of(send(an, begun))
    until_found(infected)
    chi = visit("chi")
    for reader in (an, chi):
        answer = reader.get(address_of(begun, infected))
        assert answer.status_code == 409
        assert "có mã độc nên đã bị chặn" in words_of(answer)
        assert EICAR not in answer.content
    with pytest.raises(NotNow, match="có mã độc"):
        people.chi.receives(Dossier.objects.get(code=code))
    assert Dossier.objects.get(code=code).state == State.SUBMITTED
    everything_holds(house)
