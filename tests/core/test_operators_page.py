"""Hoa, who administers the system, sees what the portal still owes, and decides about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.core import clock, operating, outbox
from portal.core.models import Effect, EffectAct
from tests.cast import Cast
from tests.journeys.browsing import page_of, words_of

BOARD = "/van-hanh/"


def effect(key: str, **facts: Any) -> Effect:
    """One effect of the outbox."""
    return Effect.objects.create(
        **{"key": key, "task": "notifications.deliver", "arguments": [0], **facts}
    )


def dead(key: str = "dead", **facts: Any) -> Effect:
    """An effect that was given up."""
    reason = "SMTPServerDisconnected: Connection unexpectedly closed (smtplib.py:405)"
    return effect(key, state=Effect.State.DEAD, attempts=12, last_error=reason, **facts)


def numbers_on(page: Any) -> list[str]:
    """The numbers in the boxes at the head of the page."""
    return [box.text_content() for box in page_of(page).iter("dd") if box.get("class") == "big"]


@pytest.fixture
def hoa(cast: Cast, client: Client) -> Client:
    """Hoa, signed in."""
    client.force_login(cast.hoa.again())
    return client


def test_hoa_sees_how_much_waits_fails_and_is_dead(hoa: Client) -> None:
    effect("new", created_at=clock.now() - timedelta(hours=2))
    effect("failing", attempts=2, last_error="ConnectionRefusedError: [Errno 111]")
    dead("dead 1")
    dead("dead 2")
    effect("dropped", state=Effect.State.DROPPED)
    effect("done", state=Effect.State.DONE)
    page = hoa.get(BOARD)
    assert numbers_on(page) == ["1", "1", "2", "1"]
    assert "cũ nhất: 2 giờ" in words_of(page)


def test_each_list_shows_its_own_with_the_reason(hoa: Client) -> None:
    failing = effect("failing", attempts=2, last_error="ConnectionRefusedError: [Errno 111]")
    lost = effect("lost", attempts=1, last_error=outbox.BEGUN)
    given_up = dead()
    words = words_of(hoa.get(f"{BOARD}?xem=loi"))
    assert f"#{failing.pk}" in words
    assert "ConnectionRefusedError: [Errno 111]" in words
    assert f"#{lost.pk}" in words
    assert "đang làm, hoặc tiến trình đã dừng giữa chừng" in words
    assert f"#{given_up.pk}" not in words
    assert f"#{given_up.pk}" in words_of(hoa.get(f"{BOARD}?xem=hong"))


def test_long_lists_come_page_by_page(hoa: Client) -> None:
    Effect.objects.bulk_create(
        Effect(key=f"e{n}", task="tests.any", state=Effect.State.DEAD) for n in range(120)
    )
    seen, address = [], f"{BOARD}?xem=hong"
    for length in (50, 50, 20):
        page = page_of(hoa.get(address))
        found = [box.get("value") for box in page.iter("input") if box.get("name") == "viec"]
        assert len(found) == length
        seen += found
        following = page.xpath('//a[@rel="next"]/@href')
        address = following[0] if following else ""
    assert address == ""
    assert seen == [str(pk) for pk in Effect.objects.order_by("pk").values_list("pk", flat=True)]


def test_hoa_lets_chosen_effects_be_tried_again(hoa: Client, cast: Cast) -> None:
    first, second, other = dead("1"), dead("2"), dead("3")
    answer = hoa.post("/van-hanh/thu-lai", {"viec": [first.pk, second.pk], "xem": "hong"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BOARD}?xem=hong")
    states = list(Effect.objects.order_by("pk").values_list("pk", "state", "attempts"))
    assert states == [(first.pk, "waiting", 0), (second.pk, "waiting", 0), (other.pk, "dead", 12)]
    acts = list(EffectAct.objects.order_by("pk").values_list("effect", "act", "actor", "reason"))
    why = first.last_error
    assert acts == [
        (first.pk, "retry", cast.hoa.pk, why),
        (second.pk, "retry", cast.hoa.pk, why),
    ]


def test_the_button_of_one_row_touches_that_row_only(hoa: Client) -> None:
    ticked, pressed = dead("1"), dead("2")
    hoa.post("/van-hanh/thu-lai", {"viec": [ticked.pk], "mot": pressed.pk})
    assert dict(Effect.objects.values_list("key", "state")) == {"1": "dead", "2": "waiting"}


def test_dropping_asks_for_a_reason_first(hoa: Client) -> None:
    chosen = dead()
    page = hoa.post("/van-hanh/bo", {"viec": [chosen.pk], "xem": "hong"})
    assert page.status_code == 200
    assert "Bỏ 1 việc?" in words_of(page)
    chosen.refresh_from_db()
    assert chosen.state == Effect.State.DEAD


@pytest.mark.parametrize("reason", ["", "   ", "vì", "x" * 301])
def test_a_missing_reason_changes_nothing(hoa: Client, reason: str) -> None:
    chosen = dead()
    page = hoa.post("/van-hanh/bo", {"viec": [chosen.pk], "ly_do": reason})
    assert page.status_code == 422
    chosen.refresh_from_db()
    assert (chosen.state, EffectAct.objects.count()) == (Effect.State.DEAD, 0)


def test_a_dropped_effect_says_who_dropped_it_when_and_why(hoa: Client, cast: Cast) -> None:
    chosen = dead()
    why = "Địa chỉ thư không còn dùng"
    hoa.post("/van-hanh/bo", {"viec": [chosen.pk], "ly_do": why, "xem": "hong"})
    chosen.refresh_from_db()
    assert chosen.state == Effect.State.DROPPED
    act = EffectAct.objects.get()
    assert (act.effect_id, act.act, act.actor_id, act.reason) == (
        chosen.pk, "drop", cast.hoa.pk, why,
    )  # fmt: skip
    words = words_of(hoa.get(f"{BOARD}?xem=bo"))
    assert f"Đặng Thị Hoa bỏ lúc {clock.local(act.acted_at):%H:%M %d/%m/%Y}: {why}" in words
    assert not outbox.finish(chosen.pk)


def test_a_dropped_effect_can_be_taken_back(hoa: Client) -> None:
    chosen = dead()
    hoa.post("/van-hanh/bo", {"viec": [chosen.pk], "ly_do": "Bấm nhầm việc"})
    hoa.post("/van-hanh/thu-lai", {"mot": chosen.pk, "xem": "bo"})
    chosen.refresh_from_db()
    assert chosen.state == Effect.State.WAITING
    assert list(EffectAct.objects.order_by("pk").values_list("act", flat=True)) == ["drop", "retry"]


def test_what_is_done_or_under_way_is_left_alone(hoa: Client, cast: Cast) -> None:
    done = effect("done", state=Effect.State.DONE)
    busy = effect(
        "busy", attempts=1, last_error=outbox.BEGUN,
        next_attempt_at=clock.now() + timedelta(minutes=2),
    )  # fmt: skip
    assert operating.retry([done.pk, busy.pk], cast.hoa.pk) == 0
    assert operating.drop([done.pk], cast.hoa.pk, "không cần nữa") == 0
    assert dict(Effect.objects.values_list("key", "state")) == {"done": "done", "busy": "waiting"}
    assert EffectAct.objects.count() == 0


@pytest.mark.parametrize("typed", [{}, {"viec": ["x"]}, {"viec": ["9" * 30]}, {"mot": "-1"}])
@pytest.mark.parametrize("door", ["thu-lai", "bo"])
def test_a_choice_that_cannot_be_read_changes_nothing(
    hoa: Client, door: str, typed: dict[str, Any]
) -> None:
    dead()
    answer = hoa.post(f"/van-hanh/{door}", typed, follow=True)
    assert "Chưa chọn việc nào" in words_of(answer)
    assert Effect.objects.get().state == Effect.State.DEAD


@pytest.mark.parametrize("name", ["an", "chi", "dung", "giang", "giamsat", "thutuc", "kiemtoan"])
def test_nobody_else_sees_or_touches_it(cast: Cast, client: Client, name: str) -> None:
    chosen = dead()
    client.force_login(getattr(cast, name).again())
    assert client.get(BOARD).status_code == 403
    for door in ("thu-lai", "bo"):
        typed = {"viec": [chosen.pk], "ly_do": "tôi muốn thế"}
        assert client.post(f"/van-hanh/{door}", typed).status_code == 403
    chosen.refresh_from_db()
    assert (chosen.state, EffectAct.objects.count()) == (Effect.State.DEAD, 0)


def test_a_stranger_is_asked_to_sign_in(cast: Cast, client: Client) -> None:
    answer = client.get(BOARD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/dang-nhap?next=/van-hanh/")


def test_the_lists_are_read_by_their_indexes(cast: Cast) -> None:
    states = [Effect.State.DONE] * 7 + [Effect.State.WAITING, Effect.State.DEAD]
    Effect.objects.bulk_create(
        Effect(key=f"e{n}", task="tests.any", state=states[n % 9], attempts=n // 9 % 2)
        for n in range(4500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_effect")
    for rows, index in (
        (Effect.objects.untried(), "effect_untried"),
        (Effect.objects.failing(), "effect_failing"),
        (Effect.objects.dead(), "effect_dead"),
        (Effect.objects.dropped(), "effect_dropped"),
    ):
        assert index in rows.filter(pk__gt=1).order_by("pk")[:51].explain()
