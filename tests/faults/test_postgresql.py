"""PostgreSQL is restarted, crashes, is locked up or has no connection left."""

import os
import signal
import time
from collections.abc import Callable

import pytest
import requests
from django.db import connection

from dossiers.models import Dossier
from tests.cast import Cast
from tests.faults.house import House
from tests.faults.sending import (
    code_of,
    in_background,
    locked_rows,
    review_of,
    sent_codes,
    until_held,
)
from tests.faults.truths import everything_holds
from tests.faults.visiting import Answer, Visitor, at_once, words_of

Visit = Callable[[str], Visitor]


def patiently(visitor: Visitor, draft: Dossier, seen: list[int]) -> str:
    """Send until the portal says that it was sent, as a person would; the code."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            page = visitor.get(review_of(draft))
            answer = visitor.press(page) if page.status_code == 200 else page
        except requests.ConnectionError:
            time.sleep(0.2)
            continue
        seen.append(answer.status_code)
        if answer.status_code == 302:
            return code_of(answer)
        time.sleep(0.2)
    raise AssertionError(f"never sent: {seen}")


def while_it_happens(house: House, people: Cast, visit: Visit, fault: Callable[[], None]) -> None:
    """Four citizens send on and on while it happens; all they were told is true afterwards."""
    names = [f"dan{n}" for n in range(1, 5)]
    drafts = {name: [getattr(people, name).drafts("extract-copy") for _ in "123"] for name in names}
    visitors = {name: visit(name) for name in names}
    connection.close()
    seen: list[int] = []
    told: list[str] = []

    def sends_all(name: str) -> Answer:
        told.extend(patiently(visitors[name], draft, seen) for draft in drafts[name])
        return visitors[name].get("/healthz")

    everybody = [in_background(lambda name=name: sends_all(name)) for name in names]  # type: ignore[misc]
    fault()
    back = time.monotonic()
    for each in everybody:
        each.result(timeout=90)
    assert time.monotonic() - back < 30
    assert set(seen) <= {302, 503}
    assert sent_codes() == sorted(told)
    assert len(told) == 12
    # As after a killed worker: a letter that left while its row could not be stamped leaves again
    # under the same Message-ID; bytes written before a row that never came are swept away later.
    everything_holds(house, patience=90, repeated_letters=True, bytes_left=True)


def test_restarted_while_people_send_it_is_back_within_thirty_seconds(
    house: House, people: Cast, visit: Visit
) -> None:
    def restart() -> None:
        time.sleep(0.3)
        house.stop("postgresql")
        time.sleep(1)
        house.start("postgresql")

    while_it_happens(house, people, visit, restart)


@pytest.mark.slow
def test_crashed_while_people_send_what_was_told_is_there(
    house: House, people: Cast, visit: Visit
) -> None:
    def crash() -> None:
        time.sleep(0.3)
        server = house.children["postgresql"]
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGQUIT)  # immediate: no checkpoint, no goodbye
        server.process.wait()
        house.start("postgresql")

    while_it_happens(house, people, visit, crash)


def test_away_every_page_says_when_to_come_back(house: House, an: Visitor, draft: Dossier) -> None:
    page = an.get(review_of(draft))
    connection.close()
    house.stop("postgresql")
    answer = an.press(page)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) <= 30
    assert "Dữ liệu đã lưu vẫn còn nguyên" in words_of(answer)
    assert an.get("/readyz").status_code == 503
    assert an.get("/healthz").status_code == 200
    house.start("postgresql")
    code = code_of(an.press(page))
    assert sent_codes() == [code]
    everything_holds(house)


@pytest.mark.slow
def test_every_session_cut_off_the_next_click_works(
    house: House, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    connection.close()
    house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'")
    code_of(an.press(page))
    everything_holds(house)


@pytest.mark.slow
def test_a_row_somebody_holds_too_long_is_a_503_and_then_works(
    house: House, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    row = "SELECT 1 FROM dossiers_dossier WHERE id = %s FOR UPDATE"
    with locked_rows(house, row, draft.pk):
        answer = in_background(lambda: an.press(page))
        until_held(house)
        refused = answer.result(timeout=20)
        assert refused.status_code == 503
        assert "Retry-After" in refused.headers
    assert sent_codes() == []
    code_of(an.press(page))
    everything_holds(house)


@pytest.mark.slow
def test_more_requests_than_connections_are_503_and_nothing_worse(
    house: House, people: Cast, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    connection.close()
    house.sql("ALTER ROLE portal CONNECTION LIMIT 2")
    house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'")
    try:
        copies = [Visitor(house.url) for _each in range(40)]
        for each in copies:
            each.session.cookies.update(an.session.cookies)
        answers = at_once([lambda v=v: v.get("/ho-so-cua-toi") for v in copies])  # type: ignore[misc]
        assert {each.status_code for each in answers} <= {200, 503}
        assert 503 in {each.status_code for each in answers}
    finally:
        house.sql("ALTER ROLE portal CONNECTION LIMIT -1")
    assert code_of(an.press(page)) == sent_codes()[0]
    everything_holds(house, patience=90)
