"""A call sent twice, or by two at once: one effect, one answer; without the key, two."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from dossiers.models import Dossier
from notifications.models import Notice
from portal.core import idempotency_api
from portal.core.idempotency import Answer, Call
from portal.core.models import GivenAnswer, NumberCounter
from tests.cast import Cast, picture
from tests.dossiers.calling import ROOT, Caller, address_of
from tests.dossiers.test_races import at_once

NEW = {"procedure": "2.000635"}


def test_a_draft_begun_twice_under_one_key_is_one_draft(cast: Cast) -> None:
    an = Caller(cast.an)
    first, again = an.post(ROOT, NEW, key="k"), an.post(ROOT, NEW, key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Dossier.objects.count() == 1


def test_without_a_key_two_calls_are_two_drafts(cast: Cast) -> None:
    an = Caller(cast.an)
    an.post(ROOT, NEW)
    an.post(ROOT, NEW)
    assert Dossier.objects.count() == 2


def test_other_content_under_the_key_is_a_conflict(cast: Cast) -> None:
    an = Caller(cast.an)
    an.post(ROOT, NEW, key="k")
    other = an.post(ROOT, {**NEW, "return_method": "buu_chinh"}, key="k")
    assert other.status_code == 409
    assert other["Content-Type"] == "application/problem+json"
    assert other.json()["detail"].startswith("Khóa này đã dùng cho một nội dung khác.")
    assert Dossier.objects.count() == 1


def test_the_same_key_of_another_person_is_another_key(cast: Cast) -> None:
    assert Caller(cast.an).post(ROOT, NEW, key="k").status_code == 201
    assert Caller(cast.binh).post(ROOT, NEW, key="k").status_code == 201
    assert Dossier.objects.count() == 2


@pytest.mark.parametrize("key", ["", "có dấu".encode().decode("latin-1"), "x" * 201, "a b"])
def test_sending_needs_a_readable_key(cast: Cast, key: str) -> None:
    draft = cast.an.drafts("extract-copy")
    answer = Caller(cast.an).post(f"{address_of(draft)}/submit", {}, key=key)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_sending_twice_gives_the_same_dossier_and_another_draft_a_conflict(cast: Cast) -> None:
    an, draft, other = Caller(cast.an), cast.an.drafts("extract-copy"), cast.an.drafts()
    first, again = an.submit(draft, key="k"), an.submit(draft, key="k")
    assert (first.status_code, first.content) == (200, again.content)
    assert an.submit(draft, {"version": 1}, key="k").status_code == 409
    assert an.submit(other, key="k").status_code == 409
    assert an.submit(draft).json()["code"] == first.json()["code"]  # a new key, sent already
    assert Dossier.objects.submitted().count() == 1


def test_after_a_refusal_the_key_can_be_used_for_the_repaired_draft(cast: Cast) -> None:
    an = Caller(cast.an)
    draft = an.post(ROOT, NEW, key="k").json()
    stale = {"version": draft["version"] + 9, "owner": {"full_name": "Ân"}}
    assert an.patch(address_of(draft), stale, key="p").status_code == 409
    fresh = {**stale, "version": draft["version"]}
    assert an.patch(address_of(draft), fresh, key="p").status_code == 200
    assert GivenAnswer.objects.count() == 2


def test_a_file_uploaded_twice_under_one_key_is_attached_once(cast: Cast) -> None:
    an, draft = Caller(cast.an), cast.an.drafts()
    paper = draft.attachments.get().component

    def upload(name: str) -> Any:
        body = {"component": paper.no, "file": picture(name)}
        return an.upload(f"{address_of(draft)}/attachments", body, key="u")

    assert upload("một.png").content == upload("một.png").content
    assert upload("hai.png").status_code == 409
    assert draft.attachments.filter(file__original_name="một.png").count() == 1


def eight_send_at_once(committed: Cast) -> tuple[Dossier, list[Any]]:
    """Eight programs of An hand the same draft in under one key."""
    draft = committed.an.drafts("extract-copy")
    callers = [Caller(committed.an) for _each in range(8)]
    return draft, at_once(*[lambda c=c: c.submit(draft, key="k") for c in callers])


def test_eight_at_once_send_one_dossier_and_hear_the_same(committed: Cast) -> None:
    draft, answers = eight_send_at_once(committed)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 7
    assert draft.events.filter(kind="submit").count() == 1
    assert Notice.objects.filter(kind="dossier_submitted").count() == 1
    assert NumberCounter.objects.get(series__startswith="dossier:").last == 1


def test_eight_at_once_begin_one_draft(committed: Cast) -> None:
    callers = [Caller(committed.an) for _each in range(8)]
    answers = at_once(*[lambda c=c: c.post(ROOT, NEW, key="k") for c in callers])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Dossier.objects.count() == 1


@contextmanager
def without_keys() -> Iterator[None]:
    """Every call is done, whatever its key."""

    def just_do_it(call: Call, act: Any) -> Answer:
        answer: Answer = act()
        return answer

    with mock.patch.object(idempotency_api, "answer_once", just_do_it):
        yield


def test_without_the_key_two_at_once_would_begin_two_drafts(committed: Cast) -> None:
    callers = [Caller(committed.an) for _each in range(2)]
    with without_keys():
        at_once(*[lambda c=c: c.post(ROOT, NEW, key="k") for c in callers])
    assert Dossier.objects.count() == 2


def test_a_crash_after_the_effect_leaves_nothing_and_the_repeat_succeeds(committed: Cast) -> None:
    draft, an = committed.an.drafts("extract-copy"), Caller(committed.an)
    an.client.raise_request_exception = False
    with mock.patch.object(idempotency_api, "_kept", side_effect=RuntimeError("power cut")):
        assert an.submit(draft, key="k").status_code == 500
    assert Dossier.objects.submitted().count() == GivenAnswer.objects.count() == 0
    assert an.submit(draft, key="k").status_code == 200
    assert Dossier.objects.submitted().count() == 1
