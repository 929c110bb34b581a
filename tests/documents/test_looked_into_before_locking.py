"""Nobody waits while the portal looks into files: it looks first, then locks and lists them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import drafting, submission
from portal.documents import confinement
from portal.documents.models import StoredFile
from portal.integrations.scanner import client as scanner
from procedures.models import Component
from tests.cast import Cast, Person
from tests.documents.made_files import picture, stored_bytes
from tests.documents.sending import Sender
from tests.dossiers.calling import Caller, address_of
from tests.dossiers.test_races import at_once

FREE = "free"


def is_free(dossier: Dossier) -> bool:
    """Whether somebody else could lock the dossier this moment."""
    try:
        with transaction.atomic():
            Dossier.objects.select_for_update(of=("self",), nowait=True).get(pk=dossier.pk)
    except OperationalError:
        return False
    return True


@contextmanager
def watched(dossier: Dossier) -> Iterator[list[str]]:
    """How it stands with the dossier each time a file is looked into."""
    told: list[str] = []
    real = confinement.look

    def look(path: str, media_type: str) -> str:
        [is_open] = at_once(lambda: is_free(dossier))
        words = FREE if is_open is True else "locked"
        told.append(f"{words}, in a transaction" if connection.in_atomic_block else words)
        return real(path, media_type)

    with mock.patch.object(confinement, "look", look):
        yield told


def boxes_of(dossier: Dossier) -> list[Component]:
    """The first three papers that take files."""
    papers = dossier.procedure_version.components.order_by("no")
    return [paper for paper in papers if paper.takes_files][:3]


def file(name: str = "ảnh.png", content: bytes = b"") -> SimpleUploadedFile:
    """A picture like no other, or what is said."""
    return SimpleUploadedFile(name, content or picture("PNG", (30, 30)))


def browser(person: Person) -> Client:
    """Where the person is signed in."""
    client = Client()
    client.force_login(person.user)
    return client


def page(dossier: Dossier, files: dict[int, Any], **typed: str) -> dict[str, Any]:
    """The page of files as a browser sends it."""
    sent = {f"tep-{no}": each for no, each in files.items()}
    return {"version": dossier.version, "form_token": uuid4().hex, **typed, **sent}


def listed(dossier: Dossier) -> list[tuple[int, str]]:
    """Number of the paper and name of each file that lies in the dossier."""
    rows = dossier.attachments.filter(removed_at__isnull=True).order_by("pk")
    return list(rows.values_list("component__no", "file__original_name"))


def empty_draft(cast: Cast) -> Dossier:
    """An's draft with its answers and no file."""
    draft = cast.an.drafts("birth-registration")
    draft.attachments.all().delete()
    StoredFile.objects.all().delete()
    for path in stored_bytes():
        path.unlink()
    return draft


def test_three_boxes_of_a_draft_are_looked_into_first(committed: Cast) -> None:
    draft = empty_draft(committed)
    files = {box.no: [file(), file("hai.png")] for box in boxes_of(draft)}
    with watched(draft) as told:
        answer = browser(committed.an).post(f"/nhap/{draft.pk}/giay-to", page(draft, files))
    assert answer.status_code == 302
    assert told == [FREE] * 6
    assert listed(draft) == [
        (box.no, name) for box in boxes_of(draft) for name in ("ảnh.png", "hai.png")
    ]


def test_files_that_came_in_pieces_are_looked_into_first_too(committed: Cast) -> None:
    draft, an = empty_draft(committed), Sender(committed.an)
    content = picture("PNG", (30, 30))
    number = an.begin(draft, content)
    an.send_all(number, content)
    first, second, *_others = boxes_of(draft)
    sent = page(draft, {second.no: file()}) | {f"da-tai-{first.no}": number}
    with watched(draft) as told:
        assert an.client.post(f"/nhap/{draft.pk}/giay-to", sent).status_code == 302
    assert told == [FREE] * 2
    assert [no for no, _name in listed(draft)] == [first.no, second.no]


def asked_for_two(cast: Cast) -> tuple[Dossier, list[Component]]:
    """An's dossier of which two papers and a field are to be repaired."""
    sent = cast.an.submits("birth-registration")
    papers = boxes_of(sent)[:2]
    asked = cast.chi.asks_at_intake(sent, component_ids=[each.pk for each in papers])
    return asked, papers


def test_two_boxes_of_a_supplement_are_looked_into_first(committed: Cast) -> None:
    dossier, papers = asked_for_two(committed)
    sent = page(dossier, {each.no: file("rõ hơn.png") for each in papers})
    with watched(dossier) as told:
        answer = browser(committed.an).post(f"/ho-so/{dossier.code}/bo-sung", sent)
    assert answer.status_code == 302
    assert told == [FREE] * 2
    pending = dossier.attachments.filter(is_pending=True).order_by("pk")
    assert list(pending.values_list("component_id", flat=True)) == [each.pk for each in papers]


def test_a_programs_files_are_looked_into_first(committed: Cast) -> None:
    draft, an = empty_draft(committed), Caller(committed.an)
    body = {"component": boxes_of(draft)[0].no, "file": [file(), file("hai.png")]}
    with watched(draft) as told:
        answer = an.upload(f"{address_of(draft)}/attachments", body, key="k")
    assert answer.status_code == 201
    assert told == [FREE] * 2
    assert len(listed(draft)) == 2


def last_step(cast: Cast) -> tuple[Dossier, Person]:
    """Only the result is missing, and who issues it has claimed the step."""
    dossier = cast.walks(cast.chi.receives(cast.an.submits("extract-copy")))
    issuer = cast.issuer(dossier)
    issuer.claims(dossier)
    dossier.refresh_from_db()
    return dossier, issuer


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_result_is_looked_into_and_scanned_first(committed: Cast, way: str) -> None:
    dossier, issuer = last_step(committed)
    with watched(dossier) as told:
        if way == "page":
            sent = page(dossier, {}, is_granted="1") | {"file": file("kết quả.png")}
            address = f"/can-bo/ho-so/{dossier.code}/resolve"
            assert browser(issuer).post(address, sent).status_code == 302
        else:
            body = {"move": "resolve", "version": dossier.version, "file": file("kết quả.png")}
            told_back = Caller(issuer).upload(f"{address_of(dossier)}/moves", body, key="k")
            assert told_back.status_code == 200
    assert told == [FREE]
    dossier.refresh_from_db()
    assert dossier.result.file.original_name == "kết quả.png"
    assert dossier.result.file.scan_state == "clean"


def test_within_one_transaction_the_second_box_would_find_the_dossier_locked(
    committed: Cast,
) -> None:
    """The twin: as it was when looking was part of the answer kept under the form's key."""
    draft = empty_draft(committed)
    with watched(draft) as told, transaction.atomic():
        for box in boxes_of(draft):
            drafting.attach(draft.pk, committed.an.user, box, [file()])
    assert told == ["locked, in a transaction"] * 3


# ── What stays and what is said ────────────────────────────────────────────


def test_one_refused_file_is_named_and_keeps_no_other_out(committed: Cast) -> None:
    draft = empty_draft(committed)
    first, second, third = boxes_of(draft)
    files = {
        first.no: [file("một.png")],
        second.no: [file("hai.png"), file("không phải.pdf", b"no pdf"), file("ba.png")],
        third.no: [file("bốn.png")],
    }
    answer = browser(committed.an).post(f"/nhap/{draft.pk}/giay-to", page(draft, files))
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "Tệp “không phải.pdf” có nội dung không phải PDF (.pdf)." in told
    assert listed(draft) == [
        (first.no, "một.png"), (second.no, "hai.png"), (second.no, "ba.png"),
        (third.no, "bốn.png"),
    ]  # fmt: skip
    assert StoredFile.objects.count() == len(stored_bytes()) == 4


def test_pressed_twice_at_once_every_file_is_there_once(committed: Cast) -> None:
    draft = empty_draft(committed)
    contents = {box.no: picture("PNG", (30, 30)) for box in boxes_of(draft)}
    token = uuid4().hex

    def press() -> Any:
        sent = page(draft, {no: file(content=each) for no, each in contents.items()})
        sent["form_token"] = token
        return browser(committed.an).post(f"/nhap/{draft.pk}/giay-to", sent).status_code

    assert at_once(press, press) == [302, 302]
    assert listed(draft) == [(no, "ảnh.png") for no in contents]
    assert StoredFile.objects.count() == len(stored_bytes()) == 3


def test_sent_in_another_tab_meanwhile_nothing_slips_in_and_nothing_is_left_behind(
    committed: Cast,
) -> None:
    draft = committed.an.drafts("birth-registration")
    before, rows = listed(draft), StoredFile.objects.count()
    real = confinement.look

    def look(path: str, media_type: str) -> str:
        submission.submit(draft.pk, committed.an.user)
        return real(path, media_type)

    sent = page(draft, {boxes_of(draft)[0].no: file()})
    with mock.patch.object(confinement, "look", look):
        answer = browser(committed.an).post(f"/nhap/{draft.pk}/giay-to", sent)
    assert answer.status_code in {404, 409, 422}
    assert listed(draft) == before
    assert StoredFile.objects.count() == len(stored_bytes()) == rows


def test_a_stale_supplement_keeps_the_typed_text_and_no_file(committed: Cast) -> None:
    dossier, papers = asked_for_two(committed)
    rows = StoredFile.objects.count()
    request = dossier.supplement_requests.get()
    request.pointers = ["/con/ho_ten"]
    request.save()
    sent = page(dossier, {papers[0].no: file()}) | {"version": dossier.version - 1}
    answer = browser(committed.an).post(f"/ho-so/{dossier.code}/bo-sung", sent)
    assert answer.status_code == 409
    assert StoredFile.objects.count() == len(stored_bytes()) == rows


def test_a_refused_key_leaves_nothing_of_a_programs_file(committed: Cast) -> None:
    draft, an = empty_draft(committed), Caller(committed.an)
    where, number = f"{address_of(draft)}/attachments", boxes_of(draft)[0].no
    first = an.upload(where, {"component": number, "file": file("một.png")}, key="k")
    other = an.upload(where, {"component": number, "file": file("hai.png")}, key="k")
    assert (first.status_code, other.status_code) == (201, 409)
    assert listed(draft) == [(number, "một.png")]
    assert StoredFile.objects.count() == len(stored_bytes()) == 1


@pytest.fixture
def hanging(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A scanner that takes bytes and never answers; the portal's patience is shortened."""
    command = [sys.executable, "-m", "portal.integrations.scanner.sandbox", "--hang"]
    monkeypatch.setattr(scanner, "ANSWER_SECONDS", 2)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        settings.CLAMD_URL = f"tcp://127.0.0.1:{int(process.stdout.readline())}"
        yield
        process.terminate()


def test_a_hanging_scanner_costs_the_officer_no_database_session(
    committed: Cast, hanging: None
) -> None:
    """PostgreSQL ends a session that dawdles in a transaction; here none is open."""
    dossier, issuer = last_step(committed)
    officer = browser(issuer)
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '1s'")
    sent = page(dossier, {}, is_granted="1") | {"file": file("kết quả.png")}
    answer = officer.post(f"/can-bo/ho-so/{dossier.code}/resolve", sent)
    assert answer.status_code == 409
    assert "đang được quét mã độc nên chưa mở được" in answer.content.decode()
    dossier.refresh_from_db()
    assert dossier.state == "processing"
