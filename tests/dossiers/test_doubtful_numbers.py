"""An odd identity number is told where it was typed and after saving; it never stops anybody."""

from datetime import date

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.cast import Cast
from tests.journeys.browsing import press, words_of

AGAIN = "Hãy xem lại số định danh."
ABROAD = "Ba chữ số đầu không phải mã tỉnh, thành trong nước (001 đến 096)."
YOUNG = "Năm sinh đọc từ số này khác với ngày sinh trong tài khoản."
UNBORN = "Năm sinh đọc từ số này chưa tới."


def step_one(draft: Dossier) -> str:
    return f"/nhap/{draft.pk}/nguoi-nop"


def test_ans_own_number_raises_no_doubt(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    assert AGAIN not in words_of(client.get(step_one(cast.an.drafts())))


@pytest.mark.parametrize(
    ("typed", "name", "told"),
    [
        ("097 090 000 001", "Nguyễn Văn An", [ABROAD]),
        ("086085000001", "NGUYỄN VĂN AN", [YOUNG]),
        ("086085000001", "Trần Thị Bình", []),  # whose date of birth the account does not know
        ("099390000001", "Trần Thị Bình", [ABROAD, UNBORN]),
        ("331234567", "Nguyễn Văn An", []),
        ("", "Nguyễn Văn An", []),
    ],
)
def test_a_doubt_is_told_and_the_step_goes_on(
    client: Client, cast: Cast, typed: str, name: str, told: list[str]
) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    page = client.get(step_one(draft))
    answer = press(client, page, identity_number=typed, full_name=name)
    assert answer["Location"] == f"/nhap/{draft.pk}/giay-to"
    followed = words_of(client.get(answer["Location"]))
    back = words_of(client.get(step_one(draft)))
    for sentence in (ABROAD, YOUNG, UNBORN):
        assert (sentence in followed, sentence in back) == (sentence in told, sentence in told)
    assert (AGAIN in back) is bool(told)
    assert Dossier.objects.get(pk=draft.pk).owner["identity_number"] == typed.replace(" ", "")


def test_a_doubt_is_told_beside_an_error(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    page = client.get(step_one(draft))
    answer = press(client, page, identity_number="000090000001", phone="12")
    assert answer.status_code == 422
    assert ABROAD in words_of(answer)


def test_a_doubt_does_not_stop_the_sending(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    press(client, client.get(step_one(draft)), identity_number="999999999999")
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    assert review.context["gaps"] == []
    assert press(client, review).status_code == 302
    assert Dossier.objects.get(pk=draft.pk).code


def test_an_account_without_a_date_of_birth_raises_no_doubt_about_it(
    client: Client, cast: Cast
) -> None:
    draft = cast.an.drafts()
    cast.an.user.birth_date = None
    cast.an.user.save(update_fields=["birth_date"])
    client.force_login(cast.an.user)
    press(client, client.get(step_one(draft)), identity_number="086085000001")
    assert YOUNG not in words_of(client.get(step_one(draft)))
    cast.an.user.birth_date = date(1990, 2, 2)
    cast.an.user.save(update_fields=["birth_date"])
    assert YOUNG in words_of(client.get(step_one(draft)))
