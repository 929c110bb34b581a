"""Text made to be slow to read, or never to be seen, holds nobody up and is no answer."""

import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from dossiers.forms import ReasonForm
from portal.core.text import clean, composed, has_forbidden_characters, without_forbidden
from portal.documents.inspection import tidy_name
from procedures.form_compiler import compile_form
from procedures.form_compiler.live import as_posted, rows_seen
from procedures.form_compiler.text import storable, tidy

PATIENCE = 2.0
# Composing such a heap letter by letter took 20 seconds.
HEAP = "a" + "\u0301\u0323" * 40_000
LAYERS = " \u200b" * 10_000 + "x" + "\u200b " * 10_000


@contextmanager
def soon() -> Iterator[None]:
    """The block is done before somebody notices."""
    began = time.process_time()
    yield
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize("address", ["/api/v1/lookup", "/api/v1/deadlines", "/api/v1/quotes"])
def test_a_stranger_cannot_hold_up_the_api_with_a_heap_of_marks(
    db: None, client: Client, address: str
) -> None:
    with soon():
        told = client.post(address, f'{{"code": "{HEAP}"}}', "application/json")
    assert told.status_code == 400
    assert "ký tự không đọc được" in str(told.json()["errors"])


def test_nor_the_page_of_the_look_up(db: None, client: Client) -> None:
    with soon():
        page = client.post("/tra-cuu", {"code": HEAP, "secret": HEAP})
    assert page.status_code == 422
    assert "Có ký tự không đọc được, hãy gõ lại." in page.content.decode()


def test_every_way_of_reading_text_takes_heaps_and_layers_in_its_stride() -> None:
    for text in (HEAP, HEAP * 5, LAYERS, "\u0f73" * 40_000, ("a" + "\u0301\u0323" * 15) * 2000):
        with soon():
            clean(text), without_forbidden(text), tidy(text), storable(text), tidy_name(text)
            has_forbidden_characters(text)


def test_the_electronic_form_reads_a_heap_at_once() -> None:
    form = compile_form({"type": "object", "properties": {"o": {"type": "string"}}})
    with soon():
        bound = form.bind({"f.o": HEAP}, {})
        assert not bound.is_valid()
        assert bound.draft_value() == {"o": "a"}


def test_a_name_of_ten_thousand_parts_is_not_cut_into_them() -> None:
    """It made ten thousand names of all lengths, 100 MB; ten times as many made 10 GB."""
    posted = as_posted({"f" + ".0" * 10_000: "1", "f.con.2.ten": "Hạnh"})
    with soon():
        assert rows_seen(posted) == {"f.con": 3}


def test_a_heap_is_refused_with_a_sentence() -> None:
    form = ReasonForm({"reason": "Rút " + "\u0301" * 31})
    assert form.errors["reason"] == ["Có ký tự không đọc được, hãy gõ lại."]


def test_no_mark_of_any_script_is_forgotten() -> None:
    """Whatever composing sorts is seen in a heap, in however few code points it is written."""
    everything = map(chr, range(sys.maxunicode + 1))
    sorted_ones = (
        c for c in everything if unicodedata.combining(unicodedata.normalize("NFD", c)[0])
    )
    assert [f"{ord(c):x}" for c in sorted_ones if not has_forbidden_characters(c * 31)] == []


@pytest.mark.parametrize(
    "name",
    ["Nguyễn Thị Ưởng", "Đặng Hữu Phước", "Y Blô Niê Kđăm", "Sơn Thị Sà Phol", "ស្រីនាង", "กุ้ง", "김"],
)
def test_a_name_is_kept_however_it_was_typed(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert (clean(decomposed), tidy(decomposed), composed(decomposed)) == (name, name, name)
    assert not has_forbidden_characters(decomposed)


@pytest.mark.parametrize("blank", ["\u200b", "\u200d\u200c", "\u00ad", "\u3164", " \u2060\u200f "])
def test_what_nobody_sees_is_no_answer(blank: str) -> None:
    assert (clean(blank), tidy(blank)) == ("", "")
    assert clean(f"Ng{blank.strip()}uyễn") == "Nguyễn"
    assert ReasonForm({"reason": blank}).errors["reason"] == ["Ghi lý do để người nhận hiểu rõ."]
