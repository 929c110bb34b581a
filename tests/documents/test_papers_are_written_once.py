"""A paper's words are fixed with the move that causes it; its PDF follows, once."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from portal.core import outbox
from portal.core.models import Effect
from portal.documents.form_sets import form_set_on
from portal.documents.models import Paper, StoredFile
from portal.documents.services import render, write_paper
from tests.documents.papers_of_binh_an import ACCEPTANCE

pytestmark = pytest.mark.django_db


def written(key: str = "acceptance_slip:H99:", facts: dict[str, Any] = ACCEPTANCE) -> Paper:
    with transaction.atomic():
        return write_paper(
            "acceptance_slip",
            key=key,
            reference=facts["code"],
            facts=facts,
            number="0042/TNHS",
            on=date(2026, 2, 5),
        )


def test_writing_a_paper_again_keeps_the_first_words() -> None:
    first = written()
    second = written(facts=ACCEPTANCE | {"owner_name": "Người khác"})
    assert second.pk == first.pk
    assert Paper.objects.get().facts["owner_name"] == "Nguyễn Thị Hạnh"
    assert Effect.objects.get().key == "paper:acceptance_slip:H99:"


def test_a_move_that_fails_leaves_no_paper_and_no_promise() -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            written()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert Paper.objects.count() == 0
    assert Effect.objects.count() == 0


def test_the_outbox_makes_the_pdf_and_a_repeat_makes_no_second() -> None:
    paper = written()
    assert outbox.finish(Effect.objects.get().pk)
    paper.refresh_from_db()
    assert (paper.state, paper.failure) == ("ready", "")
    assert paper.file is not None
    name = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả H99.15-261110-0042.pdf"
    assert paper.file.original_name == name
    pdf = Path(paper.file.content.path).read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert paper.file.size == len(pdf)
    assert paper.file.sha256 == hashlib.sha256(pdf).hexdigest()
    render(Paper.objects.get())
    stale = Paper(pk=paper.pk, kind=paper.kind, reference=paper.reference, facts=paper.facts)
    render(stale)  # a worker that loaded the paper before it had its file
    assert StoredFile.objects.count() == 1


def test_a_paper_that_cannot_be_made_says_so_until_it_can() -> None:
    paper = written(facts=ACCEPTANCE | {"due_at": "chưa rõ"})
    effect = Effect.objects.get()
    assert not outbox.finish(effect.pk)
    paper.refresh_from_db()
    effect.refresh_from_db()
    assert (paper.state, paper.failure, paper.file) == ("failed", "ValueError", None)
    assert (effect.state, effect.attempts) == ("waiting", 1)
    Paper.objects.update(facts=ACCEPTANCE)
    render(Paper.objects.get())
    paper.refresh_from_db()
    assert (paper.state, paper.failure) == ("ready", "")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 6, 30), "TT 01/2018"),
        (date(2025, 7, 1), "TT 03/2025"),
        (date(2026, 11, 23), "TT 03/2025"),
    ],
)
def test_the_forms_are_those_in_force_that_day(day: date, name: str) -> None:
    assert form_set_on(day) == name
