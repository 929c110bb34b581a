"""Scenario S5: sixteen send at once at two agencies; no number is missing or used twice."""

from dossiers.services import drafting, submission
from portal.core import clock
from portal.reports.demo.cast import communes
from portal.reports.invariants import broken
from tests.cast import Cast
from tests.dossiers.test_races import at_once

EIGHT = [f"{number:04d}" for number in range(1, 9)]


def test_sixteen_at_two_agencies_get_one_to_eight_each(committed: Cast) -> None:
    here, there = communes(2)
    people = (committed.an, committed.binh)
    drafts = [
        (person.drafts("extract-copy", agency), person.again())
        for agency in (here, there)
        for person in people
        for _each in range(4)
    ]
    sent = at_once(*[lambda d=d, p=p: submission.submit(d.pk, p) for d, p in drafts])
    codes = sorted(dossier.code for dossier in sent)
    day = f"{clock.today():%y%m%d}"
    assert codes == sorted(
        f"{agency.org_code}-{day}-{number}" for agency in (here, there) for number in EIGHT
    )
    assert broken() == {}


def test_neither_a_thrown_away_draft_nor_a_withdrawn_dossier_gives_a_number_back(
    committed: Cast,
) -> None:
    first = committed.an.submits("extract-copy")
    drafting.discard(committed.an.drafts("extract-copy").pk, committed.an.user)
    committed.an.asks_withdrawal(first)
    committed.chi.confirms_withdrawal(first)
    second = committed.an.submits("extract-copy")
    assert [str(first.code)[-4:], str(second.code)[-4:]] == ["0001", "0002"]
    assert broken() == {}
