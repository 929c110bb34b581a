"""The catalogue API answers strangers, and says which field is wrong."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.models import ProcedureVersion

pytestmark = pytest.mark.django_db
LIST = "/api/v1/procedures"


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer.json()["results"]]


def test_an_integrator_finds_by_words_without_diacritics(client: Client) -> None:
    answer = client.get(LIST, {"q": "dang ky khai sinh"})
    assert answer.json()["count"] == 5
    assert answer.json()["results"][0] == {
        "code": "1.001193",
        "name": "Đăng ký khai sinh",
        "field": "Hộ tịch",
        "levels": ["xa"],
        "audience": ["cong_dan"],
        "service_level": 4,
        "service_mode": "toan_trinh",
        "essential": True,
    }
    assert codes(client.get(LIST, {"q": "dang ky khia sinh"}))[0] == "1.001193"


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ({}, 77),
        ({"field": "Hộ tịch"}, 15),
        ({"service_level": 3}, 19),
        ({"essential": "true"}, 24),
        ({"essential": "false"}, 53),
        ({"field": "Không có"}, 0),
        ({"q": ""}, 77),
        ({"q": "zzzzqqqq"}, 0),
    ],
)
def test_a_filter_narrows_and_the_count_is_always_there(
    client: Client, asked: dict[str, Any], many: int
) -> None:
    assert client.get(LIST, asked).json()["count"] == many


def test_levels_audience_and_agency_narrow_too(client: Client) -> None:
    for name, value in (("level", "xa"), ("audience", "doanh_nghiep")):
        rows = client.get(LIST, {name: value, "page_size": 100}).json()["results"]
        kept = {"level": "levels", "audience": "audience"}[name]
        assert rows
        assert all(value in row[kept] for row in rows)
    birth = codes(client.get(LIST, {"agency": "vl-so-xay-dung", "page_size": 100}))
    assert "1.001193" not in birth
    assert birth


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "trung-uong"), ("service_level", "9"), ("service_level", "x"),
        ("audience", "robot"), ("agency", "khong-co"), ("essential", "perhaps"),
        ("page", "x"), ("page", "0"), ("page_size", "-1"), ("q", "x" * 201),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: Client, name: str, value: str) -> None:
    answer = client.get(LIST, {name: value})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [name]


def test_pages_hold_at_most_a_hundred_and_do_not_overlap(client: Client) -> None:
    assert len(codes(client.get(LIST))) == 20
    assert len(codes(client.get(LIST, {"page_size": 5000}))) == 77
    seen = [code for n in (1, 2, 3, 4) for code in codes(client.get(LIST, {"page": n}))]
    assert len(seen) == len(set(seen)) == 77
    assert client.get(LIST, {"page": 5}).status_code == 404


def test_the_detail_tells_times_and_fees_of_every_case_and_channel(client: Client) -> None:
    told = client.get(f"{LIST}/1.013225").json()
    assert [case["key"] for case in told["cases"]] == ["mac_dinh", "nha_o_rieng_le"]
    assert told["channels"] == ["online", "direct", "postal"]
    times = {(row["case"], row["channel"]): (row["amount"], row["unit"]) for row in told["times"]}
    assert times == {
        (case, channel): (amount, "calendar_day")
        for case, amount in (("mac_dinh", 20.0), ("nha_o_rieng_le", 15.0))
        for channel in ("online", "direct", "postal")
    }
    assert len(told["fees"]) == 6
    assert {row["amount"] for row in told["fees"]} == {None}
    assert told["form"]["schema"]["type"] == "object"
    assert told["agency_kinds"] == ["ubnd_xa"]
    assert told["steps"][0].startswith("Người nộp gửi hồ sơ")


def test_a_case_without_its_own_rows_gets_the_ordinary_ones(client: Client) -> None:
    told = client.get(f"{LIST}/1.001193").json()
    late = [row for row in told["times"] if row["case"] == "qua_han"]
    assert {(row["unit"], row["cutoff"]) for row in late} == {("same_day", "15:00")}
    amounts = {row["case"]: row["amount"] for row in told["fees"] if row["kind"] == "le_phi"}
    assert amounts == {"mac_dinh": 0, "qua_han": None, "can_xac_minh": 0}


def test_the_detail_is_that_of_the_day_asked_for(client: Client) -> None:
    then = client.get(f"{LIST}/1.013225?on=2024-05-04").json()
    assert (then["on"], then["levels"]) == ("2024-05-04", ["huyen"])
    assert client.get(f"{LIST}/1.013225?on=2001-01-01").status_code == 404
    wrong = client.get(f"{LIST}/1.013225?on=2024-02-30")
    assert wrong.status_code == 400
    assert list(wrong.json()["errors"]) == ["on"]


def test_an_unknown_procedure_is_a_problem_in_vietnamese(client: Client) -> None:
    answer = client.get(f"{LIST}/khong-co")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Không tìm thấy"


def test_a_draft_version_is_not_told(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__code="1.001193").update(state="draft")
    assert client.get(f"{LIST}/1.001193").status_code == 404
    assert client.get(LIST).json()["count"] == 76


def test_strangers_may_keep_the_answer_and_get_no_cookie(client: Client) -> None:
    answer = client.get(LIST)
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    again = client.get(LIST, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_list_costs_the_same_queries_for_one_row_and_for_all(client: Client) -> None:
    with CaptureQueriesContext(connection) as one:
        assert client.get(LIST, {"field": "Du lịch"}).json()["count"] == 1
    with CaptureQueriesContext(connection) as all_rows:
        assert len(codes(client.get(LIST, {"page_size": 100}))) == 77
    assert len(one) == len(all_rows) == 4  # the call is counted, then three reads
