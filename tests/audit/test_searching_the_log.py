"""Who may read how much of the log; and what was searched for is in it too."""

import pytest
from django.test import Client

from portal.audit.models import Entry
from portal.audit.recording import record
from portal.views.log_pages import PAGE
from tests.cast import Cast

K = Entry.Kind


@pytest.fixture
def lines(cast: Cast) -> dict[str, Entry]:
    """A line of each sort, from two agencies."""
    here = cast.chi.again().current_postings[0].agency
    there = cast.chi2.again().current_postings[0].agency
    return {
        "here": record(K.READ, cast.chi.user, cast.an.user, agency=here, reason="Tại đây"),
        "there": record(K.READ, cast.chi2.user, cast.an.user, agency=there, reason="Ở nơi khác"),
        "login": record(K.SIGN_IN_FAILED, None, reason="Sai mật khẩu"),
        "configured": record(K.CONFIGURED, cast.thutuc.user, reason="Đổi mức phí"),
    }


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("kiemtoan", {"here", "there", "login", "configured"}),
        ("giamsat", {"here", "there", "login", "configured"}),
        ("giang", {"here"}),
        ("giang2", {"there"}),
        ("chi", {"here"}),
        ("dung", set()),
        ("thutuc", {"configured"}),
        ("hoa", {"login"}),
    ],
)
def test_each_sees_their_part(
    client: Client, cast: Cast, lines: dict[str, Entry], name: str, seen: set[str]
) -> None:
    client.force_login(getattr(cast, name).user)
    page = client.get("/nhat-ky").content.decode()
    assert {key for key, line in lines.items() if line.reason in page} == seen


@pytest.mark.parametrize("name", ["an", "binh"])
def test_citizens_have_no_door_to_it(
    client: Client, cast: Cast, lines: dict[str, Entry], name: str
) -> None:
    client.force_login(getattr(cast, name).user)
    assert client.get("/nhat-ky").status_code == 403


def test_strangers_sign_in_first(client: Client, cast: Cast) -> None:
    assert client.get("/nhat-ky")["Location"].startswith("/dang-nhap?next=/nhat-ky")
    assert client.get("/ai-da-xem")["Location"].startswith("/dang-nhap?next=/ai-da-xem")


def test_a_search_narrows_and_is_written_down(
    client: Client, cast: Cast, lines: dict[str, Entry]
) -> None:
    client.force_login(cast.kiemtoan.user)
    page = client.get("/nhat-ky", {"viec": "read", "nguoi": "chi2"}).content.decode()
    assert [line.reason in page for line in lines.values()] == [False, True, False, False]
    line = Entry.objects.get(kind="searched")
    assert (line.actor_id, line.details) == (cast.kiemtoan.pk, {"boxes": ["nguoi", "viec"]})


def test_a_date_that_is_none_is_said_and_nothing_is_shown(
    client: Client, cast: Cast, lines: dict[str, Entry]
) -> None:
    client.force_login(cast.kiemtoan.user)
    answer = client.get("/nhat-ky", {"tu": "31/02/2026"})
    assert answer.status_code == 422
    assert 'value="31/02/2026"' in answer.content.decode()
    assert "Tại đây" not in answer.content.decode()


def test_pages_go_on_where_the_last_one_ended(client: Client, cast: Cast) -> None:
    made = [record(K.READ, cast.chi.user, reason=f"Dòng {number:03d}.") for number in range(70)]
    client.force_login(cast.chi.user)
    first = client.get("/nhat-ky")
    second = client.get(first.context["next_url"])
    shown = [row.pk for answer in (first, second) for row in answer.context["rows"]]
    assert len(first.context["rows"]) == PAGE
    assert shown == [line.pk for line in reversed(made)]
    assert second.context["next_url"] == ""
