"""The web processes die in the middle of a sending; An tries again and has one dossier."""

import os
import signal
import threading

import requests

from dossiers.models import Dossier
from tests.faults.house import House, until
from tests.faults.sending import (
    code_of,
    in_background,
    numbers_held,
    review_of,
    send,
    sent_codes,
    times_sent,
    until_held,
)
from tests.faults.truths import everything_holds
from tests.faults.visiting import Visitor


def test_killed_before_the_commit_nothing_was_sent_and_an_sends_again(
    house: House, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    with numbers_held(house):
        answer = in_background(lambda: an.press(page))
        until_held(house)
        house.kill("web")
        assert isinstance(answer.exception(timeout=30), requests.ConnectionError)
    assert sent_codes() == []
    house.start("web")
    code = code_of(an.press(page))
    assert sent_codes() == [code]
    assert times_sent(draft) == 1
    everything_holds(house)


def test_killed_after_the_commit_before_the_answer_an_finds_the_same_dossier(
    house: House, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    with house.frozen("redis"):  # the commit is done, the answer waits for the broker
        answer = in_background(lambda: an.press(page))
        until(sent_codes, 30, "the commit")
        house.kill("web")
        assert isinstance(answer.exception(timeout=30), requests.ConnectionError)
    [code] = sent_codes()
    house.start("web")
    assert code_of(an.press(page)) == code
    assert times_sent(draft) == 1
    everything_holds(house)


def test_told_to_end_it_answers_what_is_under_way(
    house: House, an: Visitor, draft: Dossier
) -> None:
    page = an.get(review_of(draft))
    web = house.children["web"]
    with numbers_held(house):
        answer = in_background(lambda: an.press(page))
        until_held(house)
        assert web.process is not None
        os.kill(web.process.pid, signal.SIGTERM)
        threading.Event().wait(1)
        assert web.runs
    code = code_of(answer.result(timeout=30))
    until(lambda: not web.runs, 40, "the web to end")
    assert sent_codes() == [code]
    house.start("web")
    assert code_of(send_again(an, draft)) == code
    everything_holds(house)


def send_again(visitor: Visitor, draft: Dossier) -> requests.Response:
    """An opens the page once more; the portal leads to what was sent."""
    answer = visitor.get(review_of(draft))
    return answer if answer.status_code == 302 else send(visitor, draft)
