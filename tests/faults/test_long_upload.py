"""Thirty megabytes in pieces over a line that breaks: every byte arrives, once."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dossiers.models import Dossier
from portal.documents.models import StoredFile, Upload
from procedures.models import Component
from tests.cast import Cast
from tests.faults.handing_in import (
    address_of,
    digest,
    first_paper,
    kept,
    noise,
    papers_of,
)
from tests.faults.house import House, until
from tests.faults.lines import BadLine
from tests.faults.sending import code_of, send
from tests.faults.truths import everything_holds
from tests.faults.visiting import Visitor
from tests.phones import seed_of

MEGABYTE = 1024 * 1024
SIDE = 3250  # pixels: 30.2 MB when nothing is compressed
PIECE = 2 * MEGABYTE
CUTS = [5 * MEGABYTE, 13 * MEGABYTE, 27 * MEGABYTE]
MOST_TRIES = 60


@pytest.fixture
def begun(people: Cast) -> Iterator[Dossier]:
    """An's draft, whose first paper takes 40 MB as the administrator has set it."""
    draft = people.an.drafts("birth-registration")
    paper = Component.objects.filter(pk=first_paper(draft).pk)
    [usual] = paper.values_list("max_bytes", flat=True)
    paper.update(max_bytes=40 * MEGABYTE)
    yield draft
    paper.update(max_bytes=usual)


class Uploader:
    """What the page's script does: announce, send pieces, after a cut ask where to go on."""

    def __init__(self, line: BadLine, an: Visitor) -> None:
        self.url = line.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.update(an.session.cookies)
        self.token = an.session.cookies["csrftoken"]
        self.cuts, self.offsets = 0, [0]

    def ask(self, method: str, path: str, **what: Any) -> requests.Response:
        """One call; each has a connection of its own, as after a cut."""
        headers = {"X-CSRFToken": self.token, "Connection": "close"}
        headers |= what.pop("headers", {})
        return self.session.request(
            method, self.url + path, headers=headers, timeout=30, **what
        )  # fmt: skip

    def announce(self, draft: Dossier, content: bytes, name: str) -> str:
        """The number under which the pieces go."""
        facts = {
            "dossier": draft.pk, "paper": first_paper(draft).no, "name": name,
            "length": len(content), "sha256": digest(content),
        }  # fmt: skip
        answer = self.ask("POST", "/tai-len", data=facts)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def send_all(self, number: str, content: bytes) -> None:
        """Piece after piece; whenever the line breaks, ask how far it came."""
        offset = 0
        for _try in range(MOST_TRIES):
            if offset == len(content):
                return
            piece = content[offset : offset + PIECE]
            sums = {"Upload-Offset": str(offset), "Piece-Sha256": digest(piece)}
            try:
                answer = self.ask("PUT", f"/tai-len/{number}", data=piece, headers=sums)
            except requests.RequestException:
                self.cuts += 1
                answer = self.ask("GET", f"/tai-len/{number}")
            # 409: the piece had come, only the answer was lost; the portal says where to go on.
            assert answer.status_code in {200, 409}, answer.text
            offset = answer.json()["offset"]
            self.offsets.append(offset)
        raise AssertionError(f"never whole: {self.offsets}")


@pytest.mark.slow
def test_thirty_megabytes_over_a_line_cut_three_times_arrive_with_their_hash(
    house: House, an: Visitor, begun: Dossier
) -> None:
    """Scenario S7: interrupted again and again, and still the same bytes at the officer's."""
    content = noise(SIDE, compress_level=0)
    assert len(content) > 30 * MEGABYTE
    name = "giấy chứng sinh – bản quét (màu).png"
    line = BadLine(house.port, CUTS)
    through = Uploader(line, an)
    number = through.announce(begun, content, name)
    through.send_all(number, content)
    line.close()
    assert (line.times_cut, through.cuts) == (3, 3)
    assert through.offsets == sorted(through.offsets)

    page = an.get(papers_of(begun))
    taken = an.press(page, **{f"da-tai-{first_paper(begun).no}": number})
    assert taken.status_code == 302
    assert kept(begun).count(digest(content)) == 1
    stored = StoredFile.objects.get(sha256=digest(content))
    assert (stored.original_name, stored.size) == (name, len(content))
    code = code_of(send(an, begun))
    everything_holds(house, patience=180)
    until(lambda: an.get(address_of(begun, content)).status_code == 200, 60, "the scanner")
    chi = Visitor(house.url, "chi", seed_of("chi"))
    assert digest(chi.get(address_of(begun, content)).content) == digest(content)
    assert Upload.objects.get(public_id=number).file == stored
    assert Dossier.objects.get(code=code).pk == begun.pk


@pytest.mark.slow
def test_the_web_killed_between_two_pieces_an_goes_on_where_it_stood(
    house: House, an: Visitor, begun: Dossier
) -> None:
    content = noise(900, compress_level=0)  # 2.4 MB
    line = BadLine(house.port, [])
    through = Uploader(line, an)
    number = through.announce(begun, content, "ảnh.png")
    half = content[:MEGABYTE]
    sums = {"Upload-Offset": "0", "Piece-Sha256": digest(half)}
    assert through.ask("PUT", f"/tai-len/{number}", data=half, headers=sums).status_code == 200
    house.kill("web")
    house.start("web")
    told = through.ask("GET", f"/tai-len/{number}").json()
    assert told["offset"] == MEGABYTE
    again = through.ask("PUT", f"/tai-len/{number}", data=half, headers=sums)
    assert (again.status_code, again.json()["offset"]) == (409, MEGABYTE)  # sent twice, taken once
    rest = content[MEGABYTE:]
    sums = {"Upload-Offset": str(MEGABYTE), "Piece-Sha256": digest(rest)}
    assert through.ask("PUT", f"/tai-len/{number}", data=rest, headers=sums).status_code == 200
    line.close()
    page = an.get(papers_of(begun))
    assert an.press(page, **{f"da-tai-{first_paper(begun).no}": number}).status_code == 302
    assert digest(content) in kept(begun)
    code_of(send(an, begun))
    everything_holds(house)
