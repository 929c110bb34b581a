"""A disk that is full, an upload that is cut: the citizen is told, and nothing half is kept."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from dossiers.models import Dossier
from portal.documents.models import StoredFile
from tests.cast import Cast
from tests.faults.handing_in import attach, box_of, digest, kept, noise, papers_of
from tests.faults.house import House, until
from tests.faults.sending import code_of, send
from tests.faults.truths import everything_holds, files_on_disk, known_files
from tests.faults.visiting import Visitor, at_once, fields_of, form_on, words_of

BIG = 700  # pixels a side: some 1.4 MB of noise


@pytest.fixture
def begun(people: Cast) -> Dossier:
    """An's draft of a birth registration with every paper it needs."""
    return people.an.drafts("birth-registration")


@contextmanager
def small_disk(house: House, megabytes: int) -> Iterator[None]:
    """The files lie on a disk of their own that is soon full (needs root)."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs"]
    if subprocess.run([*command, str(house.media)], capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(house.media)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_nothing_half_is_kept(
    house: House, people: Cast, an: Visitor
) -> None:
    with small_disk(house, 1):
        draft = people.an.drafts("birth-registration")
        before, rows = kept(draft), StoredFile.objects.count()
        content = noise(BIG)
        refused = attach(an, draft, content)
        assert refused.status_code in {422, 503, 507}, refused.status_code
        assert words_of(refused)
        assert (kept(draft), StoredFile.objects.count()) == (before, rows)
        remount = ["mount", "-o", "remount,size=40m", str(house.media)]
        subprocess.run(remount, check=True)
        assert attach(an, draft, content).status_code == 302
        assert digest(content) in kept(draft)
        code_of(send(an, draft))
        everything_holds(house, patience=90)


def half_an_upload(an: Visitor, draft: Dossier) -> None:
    """The line breaks when half of the form is through."""
    page = an.get(papers_of(draft))
    form = fields_of(form_on(page))
    files = {box_of(draft): ("ảnh.png", noise(BIG), "image/png")}
    whole = an.session.prepare_request(
        requests.Request("POST", an.url + papers_of(draft), data=form, files=files)
    )
    assert isinstance(whole.body, bytes)
    to = urlsplit(an.url)
    with socket.create_connection((to.hostname, to.port)) as line:
        head = f"POST {papers_of(draft)} HTTP/1.1\r\nHost: {to.netloc}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in whole.headers.items())
        line.sendall(head.encode() + b"\r\n" + whole.body[: len(whole.body) // 2])


def test_an_upload_that_is_cut_leaves_nothing_and_works_again(
    house: House, an: Visitor, begun: Dossier
) -> None:
    """Scenario S7: interrupted in the middle; the officer sees exactly the final set."""
    before = kept(begun)
    for _cut in range(3):
        half_an_upload(an, begun)
    until(lambda: an.get("/healthz").status_code == 200, 30, "the web")
    assert kept(begun) == before
    # Meanwhile the worker may draw the pictures of what was there before.
    until(lambda: files_on_disk(house) == known_files(), 20, "a disk with known files only")
    content = noise(BIG)
    assert attach(an, begun, content, "giấy chứng sinh số 1 (bản đẹp).png").status_code == 302
    code = code_of(send(an, begun))
    dossier = Dossier.objects.get(code=code)
    assert kept(dossier) == sorted([*before, digest(content)])
    everything_holds(house)


@pytest.mark.slow
def test_a_file_taken_out_is_never_sent(house: House, an: Visitor, begun: Dossier) -> None:
    """Scenario S7: replaced and removed files stay away from the officer."""
    wrong, right = noise(), noise()
    attach(an, begun, wrong, "nhầm.png")
    page = an.get(papers_of(begun))
    row = begun.attachments.get(file__sha256=digest(wrong))
    form = fields_of(form_on(page)) | {"xoa": str(row.pk)}
    assert an.post(papers_of(begun), form).status_code == 302
    assert attach(an, begun, right, "đúng.png").status_code == 302
    dossier = Dossier.objects.get(code=code_of(send(an, begun)))
    assert digest(right) in kept(dossier)
    assert digest(wrong) not in kept(dossier)
    everything_holds(house)


@pytest.mark.slow
def test_the_same_page_of_files_sent_by_two_tabs_at_once_keeps_both(
    house: House, an: Visitor, begun: Dossier
) -> None:
    tabs = [Visitor(an.url), Visitor(an.url)]
    contents = [noise(), noise()]
    for tab in tabs:
        tab.session.cookies.update(an.session.cookies)
    answers = at_once(
        [lambda t=t, c=c: attach(t, begun, c) for t, c in zip(tabs, contents, strict=True)]  # type: ignore[misc]
    )
    assert [each.status_code for each in answers] == [302, 302]
    assert {digest(each) for each in contents} <= set(kept(begun))
    code_of(send(an, begun))
    everything_holds(house)
