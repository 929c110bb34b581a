"""The list of procedures narrows by what is chosen, and everything stands in its address."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.models import Procedure
from tests.procedures.pages import text_of

pytestmark = pytest.mark.django_db


def test_a_stranger_sees_twenty_of_all_procedures_and_the_next_page(client: Client) -> None:
    first = client.get("/thu-tuc")
    assert len(first.context["rows"]) == 20
    assert first.context["total"] == 77
    assert "77 thủ tục" in text_of(first)
    last = client.get("/thu-tuc?trang=4")
    assert len(last.context["rows"]) == 17
    assert last.context["next_url"] == ""
    codes = [client.get(f"/thu-tuc?trang={n}").context["rows"] for n in (1, 2, 3, 4)]
    assert len({row["code"] for page in codes for row in page}) == 77


@pytest.mark.parametrize(
    ("address", "many"),
    [
        ("linh_vuc=H%E1%BB%99+t%E1%BB%8Bch", 15),
        ("muc_do=3", 19),
        ("muc_do=4", 58),
        ("thiet_yeu=1", 24),
        ("linh_vuc=H%E1%BB%99+t%E1%BB%8Bch&thiet_yeu=1", 5),
        ("linh_vuc=khong-co", 0),
        ("cap=trung-uong", 77),
        ("trang=0", 77),
        ("viec=khong-co-viec-nay", 77),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(client: Client, address: str, many: int) -> None:
    page = client.get(f"/thu-tuc?{address}")
    assert page.status_code == 200
    assert page.context["total"] == many


@pytest.mark.heavy
def test_the_count_beside_a_choice_is_what_the_choice_then_shows(client: Client) -> None:
    page = client.get("/thu-tuc?linh_vuc=H%E1%BB%99+t%E1%BB%8Bch")
    for choice in page.context["filters"]:
        for option in choice["options"]:
            asked = {"linh_vuc": "Hộ tịch", choice["name"]: option["value"]}
            shown = client.get("/thu-tuc", asked).context["total"]
            assert (choice["name"], option["value"], shown) == (
                choice["name"], option["value"], option["many"],
            )  # fmt: skip


def test_a_commune_shows_only_what_it_handles(client: Client) -> None:
    page = client.get("/thu-tuc", {"co_quan": "phu thuan", "q": "1.001193"})
    assert page.context["place"].agency.name == "Ủy ban nhân dân xã Phú Thuận"
    assert page.context["total"] == 1
    assert "co_quan=" in page.content.decode()
    department = client.get("/thu-tuc", {"co_quan": "so xay dung", "q": "1.001193"})
    assert department.context["place"].agency.name.startswith("Sở Xây dựng")
    assert department.context["total"] == 0


def test_a_place_nobody_knows_does_not_narrow_and_says_so(client: Client) -> None:
    page = client.get("/thu-tuc", {"co_quan": "zzzzqqqq"})
    assert page.context["total"] == 77
    assert "chưa lọc theo nơi" in text_of(page)


def test_an_empty_search_offers_fields_and_a_human(client: Client) -> None:
    page = client.get("/thu-tuc?q=zzzzqqqq")
    words = text_of(page)
    assert "Chưa tìm thấy thủ tục nào cho “zzzzqqqq”" in words
    assert len(page.context["fields"]) == 35
    assert "Cần người giúp?" in words


def test_a_slip_of_the_finger_is_told_and_forgiven(client: Client) -> None:
    words = text_of(client.get("/thu-tuc?q=kahi+sinh"))
    assert "Không có thủ tục nào ghi đúng “kahi sinh”" in words
    assert "Đăng ký khai sinh" in words


def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    page = client.get("/thu-tuc", {"q": "<script>alert(1)</script>", "co_quan": '"><b>'})
    assert b"<script>alert" not in page.content
    assert b'"><b>' not in page.content


def test_the_list_costs_the_same_queries_for_one_row_and_for_twenty(client: Client) -> None:
    client.get("/thu-tuc")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get("/thu-tuc?linh_vuc=Du+l%E1%BB%8Bch").context["total"] == 1
    with CaptureQueriesContext(connection) as many:
        assert client.get("/thu-tuc?doi_tuong=cong_dan").context["total"] > 20
    assert len(one) == len(many) <= 8


def test_a_stranger_gets_no_cookie_and_may_keep_the_page(client: Client) -> None:
    code = Procedure.objects.order_by("pk").first()
    for address in ("/", "/thu-tuc", f"/thu-tuc/{code}", "/tien-do"):
        page = client.get(address)
        assert not page.cookies, address
        assert page["Cache-Control"] == "public, max-age=60"
        again = client.get(address, headers={"If-None-Match": page["ETag"]})
        if address not in ("/",):  # the home page says to the minute when it was counted
            assert again.status_code == 304
        assert len(page.content) < 40_000
