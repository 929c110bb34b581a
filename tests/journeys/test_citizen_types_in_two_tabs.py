"""Two tabs, or a session that ends while An types: nothing typed is lost or overwritten."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import Session
from tests.cast import Cast
from tests.journeys.browsing import form_on, press, words_of


@pytest.fixture
def draft(client: Client, cast: Cast) -> Dossier:
    """An's draft, An signed in."""
    client.force_login(cast.an.user)
    return cast.an.drafts()


def test_the_second_tab_keeps_its_text_and_overwrites_nothing(
    client: Client, draft: Dossier
) -> None:
    address = f"/nhap/{draft.pk}/nguoi-nop"
    first, second = client.get(address), client.get(address)
    press(client, first, full_name="Từ thẻ một")
    answer = press(client, second, full_name="Từ thẻ hai")
    assert answer.status_code == 409
    assert "Bản nháp vừa được lưu ở một thẻ hoặc máy khác" in words_of(answer)
    assert form_on(answer)["full_name"] == ["Từ thẻ hai"]
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Từ thẻ một"

    assert press(client, answer).status_code == 302  # An reads the notice and saves again
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Từ thẻ hai"


@pytest.mark.parametrize("page", ["to-khai", "phi"])
def test_the_other_steps_notice_it_too(client: Client, draft: Dossier, page: str) -> None:
    address = f"/nhap/{draft.pk}/{page}"
    first, second = client.get(address), client.get(address)
    press(client, client.get(f"/nhap/{draft.pk}/nguoi-nop"), full_name="Nguyễn Văn Ân")
    answer = press(client, first)
    assert answer.status_code == 409
    kept, opened = form_on(answer), form_on(second)
    for new_each_time in ("csrfmiddlewaretoken", "version"):
        del kept[new_each_time], opened[new_each_time]
    assert kept == opened


def test_autosave_in_the_second_tab_stops_with_a_sentence(client: Client, draft: Dossier) -> None:
    page = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    press(client, page, full_name="Từ thẻ một")
    answer = client.post(
        f"/nhap/{draft.pk}/tu-luu/nguoi-nop", {**form_on(page), "full_name": "Từ thẻ hai"}
    )
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Hồ sơ vừa có thay đổi từ nơi khác.")
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Từ thẻ một"


def sign_in_again(client: Client, address: str) -> str:
    """Sign in where the portal asks to; where the person arrives."""
    page = client.get(address)
    answer = press(client, page, username="an", password=DEMO_PASSWORD)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_text_typed_after_the_session_ended_waits_for_the_sign_in(
    client: Client, draft: Dossier
) -> None:
    page = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    Session.objects.all().delete()
    refused = press(client, page, full_name="Gõ khi đã hết phiên", address="Ấp Tân Lộc")
    assert refused["Location"].startswith("/dang-nhap?next=/nhap/")
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Nguyễn Văn An"

    back = client.get(sign_in_again(client, refused["Location"]))
    assert "Chữ bạn gõ trước khi đăng nhập lại còn nguyên đây" in words_of(back)
    assert form_on(back)["full_name"] == ["Gõ khi đã hết phiên"]
    assert form_on(back)["address"] == ["Ấp Tân Lộc"]
    assert press(client, back).status_code == 302
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Gõ khi đã hết phiên"


def test_each_tab_finds_its_own_text_and_the_second_is_warned(
    client: Client, draft: Dossier
) -> None:
    address = f"/nhap/{draft.pk}/nguoi-nop"
    one, two = client.get(address), client.get(address)
    Session.objects.all().delete()
    first = press(client, one, full_name="Thẻ một")
    second = press(client, two, full_name="Thẻ hai")
    back = client.get(sign_in_again(client, first["Location"]))
    assert form_on(back)["full_name"] == ["Thẻ một"]
    assert press(client, back).status_code == 302

    other = client.get(second["Location"], follow=True)
    assert form_on(other)["full_name"] == ["Thẻ hai"]
    assert "Bản nháp vừa được lưu ở một thẻ hoặc máy khác" in words_of(other)
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Thẻ một"


def test_binh_signing_in_on_ans_machine_never_sees_ans_text(client: Client, draft: Dossier) -> None:
    page = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    Session.objects.all().delete()
    refused = press(client, page, full_name="Chuyện riêng của An")
    sign_in = client.get(refused["Location"])
    answer = press(client, sign_in, username="binh", password=DEMO_PASSWORD)
    arrived = client.get(answer["Location"])
    assert arrived.status_code == 404
    assert "Chuyện riêng" not in arrived.content.decode()


def test_pages_with_personal_data_are_never_kept_by_the_browser(
    client: Client, draft: Dossier
) -> None:
    for page in ("nguoi-nop", "to-khai", "giay-to", "phi", "xem-lai"):
        assert "no-store" in client.get(f"/nhap/{draft.pk}/{page}")["Cache-Control"], page
    assert "no-store" in client.get("/ho-so-cua-toi")["Cache-Control"]
