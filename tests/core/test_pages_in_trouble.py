"""When the machine fails the answer stays calm: in Vietnamese, with advice, nothing changed."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from portal.core.models import NumberCounter
from portal.policy import PUBLIC, ROUTES
from tests.cast import Cast
from tests.journeys.browsing import words_of


def query(sql: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view that asks PostgreSQL for trouble."""

    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return HttpResponse("ok")

    return view


def fills_the_disk(request: HttpRequest) -> HttpResponse:
    Path("/dev/full").write_bytes(b"x" * 10_000)
    return HttpResponse("ok")


def locks(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        NumberCounter.objects.select_for_update().get(series="held")
    return HttpResponse("ok")


def stumbles(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of ours")


def breaks_after_the_view(request: HttpRequest) -> HttpResponse:
    """The session is written after the view; its connection is gone by then."""
    request.session["x"] = 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    end_backend(pid)
    return HttpResponse("ok")


def end_backend(pid: int) -> None:
    """End one PostgreSQL session from another."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


VIEWS = {
    "ended": query("SELECT pg_terminate_backend(pg_backend_pid())"),
    "slow": query("SET statement_timeout = '100ms'; SELECT pg_sleep(5)"),
    "full": fills_the_disk,
    "locks": locks,
    "stumbles": stumbles,
    "session": breaks_after_the_view,
}
urlpatterns = [
    *(path(name, view) for name, view in VIEWS.items()),
    *(path(f"api/v1/{name}", view) for name, view in VIEWS.items()),
]
handler500 = "portal.core.troubles.failed"


@pytest.fixture
def visitor(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Somebody whose pages run into trouble; the policy knows these routes too."""
    for pattern in urlpatterns:
        monkeypatch.setitem(ROUTES, str(pattern.pattern), PUBLIC)
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)
    connection.close()


@pytest.fixture
def held_row(committed: Cast) -> Iterator[None]:
    """A row that somebody else holds."""
    NumberCounter.objects.create(series="held", last=0)
    taken, over = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            NumberCounter.objects.select_for_update().get(series="held")
            taken.set()
            over.wait(20)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    yield
    over.set()
    holder.join()


@pytest.mark.parametrize(
    ("name", "status", "wait", "sentence"),
    [
        ("ended", 503, "10", "Dữ liệu đã lưu vẫn còn nguyên."),
        ("slow", 503, "5", "lần này chưa lưu được"),
        ("session", 503, "10", "Dữ liệu đã lưu vẫn còn nguyên."),
        ("full", 507, "300", "Tệp vừa gửi chưa được lưu"),
        ("stumbles", 500, None, "Lỗi ở phía chúng tôi"),
    ],
)
def test_the_page_is_calm_and_the_next_one_works(
    visitor: Client, name: str, status: int, wait: str | None, sentence: str
) -> None:
    page: Any = visitor.get(f"/{name}")
    assert (page.status_code, page.get("Retry-After")) == (status, wait)
    assert sentence in words_of(page)
    problem: Any = visitor.get(f"/api/v1/{name}")
    assert problem["Content-Type"] == "application/problem+json"
    assert (problem.status_code, problem.get("Retry-After")) == (status, wait)
    assert problem.json()["status"] == status
    assert sentence in problem.json()["detail"]
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:  # as the next request does: a new connection
        cursor.execute("SELECT 1")


def test_a_row_held_too_long_is_a_503_that_says_so(visitor: Client, held_row: None) -> None:
    page: Any = visitor.post("/locks", {"ho_ten": "Nguyễn Văn An"})
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Đang có thao tác khác trên cùng dữ liệu" in words_of(page)
    assert "bấm nút quay lại của trình duyệt" in words_of(page)
    assert NumberCounter.objects.get(series="held").last == 0


def test_the_real_page_answers_503_while_postgresql_is_away(committed: Cast) -> None:
    with socket.socket(socket.AF_INET) as closed:
        closed.bind(("127.0.0.1", 0))  # bound, not listening: refused
        away = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": closed.getsockname()[1]}
        known = connection.settings_dict
        connection.close()
        connection.settings_dict = away
        try:
            page: Any = Client(raise_request_exception=False).get("/")
            health: Any = Client().get("/readyz")
        finally:
            connection.close()
            connection.settings_dict = known
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert (health.status_code, health.json()["checks"]["postgresql"]) == (503, "unavailable")
    again: Any = Client().get("/")
    assert again.status_code == 200
