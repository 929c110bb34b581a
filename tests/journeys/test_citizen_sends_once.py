"""However often An presses, reloads or comes back, one dossier has been sent."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from notifications.models import Notice
from portal.core.models import Effect, NumberCounter
from portal.documents.models import Paper
from tests.cast import Cast
from tests.journeys.browsing import press, words_of


@pytest.fixture
def review(client: Client, cast: Cast) -> Any:
    """The page with the button, opened once."""
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    return client.get(f"/nhap/{draft.pk}/xem-lai")


def counted() -> dict[str, int]:
    """Everything a sending may leave behind."""
    return {
        "dossiers": Dossier.objects.submitted().count(),
        "numbers": sum(NumberCounter.objects.values_list("last", flat=True)),
        "papers": Paper.objects.count(),
        "notices": Notice.objects.count(),
        "effects": Effect.objects.exclude(task="documents.scan").count(),
    }


ONCE = {"dossiers": 1, "numbers": 1, "papers": 1, "notices": 1, "effects": 2}


def test_pressing_ten_times_sends_once(client: Client, review: Any) -> None:
    answers = [press(client, review) for _press in range(10)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert counted() == ONCE


def test_reloading_the_confirmation_sends_nothing(client: Client, review: Any) -> None:
    confirmation = press(client, review)["Location"]
    first, again = client.get(confirmation), client.get(confirmation)
    assert words_of(first) == words_of(again)
    assert counted() == ONCE


@pytest.mark.parametrize("page", ["nguoi-nop", "giay-to", "to-khai", "phi", "xem-lai", "xoa"])
def test_going_back_to_any_step_leads_to_the_dossier(
    client: Client, review: Any, page: str
) -> None:
    sent = press(client, review)["Location"]
    draft = Dossier.objects.get()
    for answer in (client.get(f"/nhap/{draft.pk}/{page}"), client.post(f"/nhap/{draft.pk}/{page}")):
        assert (answer.status_code, answer["Location"]) == (302, sent)
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert counted() == ONCE


def test_trying_again_after_a_timeout_shows_the_same_dossier(
    client: Client, cast: Cast, review: Any
) -> None:
    press(client, review)  # the answer is lost on the way
    other = Client()
    other.force_login(cast.an.user)
    again = press(other, review)
    assert again["Location"] == f"/ho-so/{Dossier.objects.get().code}/da-gui"
    assert counted() == ONCE


def test_autosave_after_sending_changes_nothing(client: Client, review: Any) -> None:
    press(client, review)
    draft = Dossier.objects.get()
    late = client.post(f"/nhap/{draft.pk}/tu-luu/nguoi-nop", {"full_name": "Ai đó"})
    assert late.status_code == 409
    assert late.json()["detail"].startswith("Bản nháp này đã được gửi")
    assert Dossier.objects.get().owner == draft.owner


def test_sending_what_has_changed_since_asks_to_read_it_again(
    client: Client, cast: Cast, review: Any
) -> None:
    draft = Dossier.objects.get()
    press(client, client.get(f"/nhap/{draft.pk}/nguoi-nop"), full_name="Nguyễn Văn Ân")
    answer = press(client, review)
    assert answer.status_code == 409
    assert "Nguyễn Văn Ân" in words_of(answer)
    assert "chưa gửi" in words_of(answer)
    assert Dossier.objects.submitted().count() == 0
    assert press(client, answer).status_code == 302
    assert counted() == ONCE


def test_a_second_dossier_has_the_next_number(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    for draft in (cast.an.drafts(), cast.an.drafts()):
        press(client, client.get(f"/nhap/{draft.pk}/xem-lai"))
    codes = Dossier.objects.order_by("submitted_at").values_list("code", flat=True)
    assert [code[-4:] for code in codes] == ["0001", "0002"]
