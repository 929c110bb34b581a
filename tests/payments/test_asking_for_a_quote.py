"""Khách asks what a dossier would cost, without an account."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from payments.models import FeeReduction
from payments.services import channel_sums, quote_for
from portal.accounts.models import Agency
from portal.core.models import Province
from procedures.models import ProcedureVersion

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.payments.doors")]
ASKED: dict[str, Any] = {
    "procedure": "1.014064",
    "case": "mac_dinh",
    "channel": "online",
    "submitted_at": "2025-08-10T09:00:00+07:00",
    "agency": None,
    "payer": {},
    "case_facts": {},
    "quantities": {},
}


def ask(**changes: Any) -> Any:
    stranger = Client(enforce_csrf_checks=True)
    return stranger.post("/api/v1/quotes", {**ASKED, **changes}, content_type="application/json")


def test_an_identity_card_in_august_2025_costs_half_once(
    versions: dict[str, ProcedureVersion],
) -> None:
    answer = ask()
    assert answer.status_code == 200
    quote = answer.json()
    line = quote["lines"][0]
    assert (line["item"], line["kind"], line["base"], line["payable"]) == (
        "le_phi",
        "le_phi",
        70_000,
        35_000,
    )
    assert (line["rule"], line["legal_basis"]) == ("can-cuoc-2025-2026", "Thông tư 64/2025/TT-BTC")
    assert [(each["rule"], each["payable"], each["applied"]) for each in line["considered"]] == [
        ("can-cuoc-2025-2026", 35_000, True),
        ("can-cuoc-truc-tuyen-2025", 35_000, False),
    ]
    assert (quote["total"], quote["complete"]) == (35_000, True)


@pytest.mark.parametrize(
    ("sent", "total"),
    [
        ("2026-12-31T16:59:59Z", 35_000),
        ("2026-12-31T17:00:00Z", 70_000),
        ("2025-06-30T23:59:59+07:00", 35_000),
    ],
)
def test_the_local_date_of_sending_counts(
    versions: dict[str, ProcedureVersion], sent: str, total: int
) -> None:
    assert ask(submitted_at=sent).json()["total"] == total


def test_a_building_permit_has_no_price_until_the_province_sets_one(
    versions: dict[str, ProcedureVersion],
) -> None:
    answer = ask(procedure="1.013225")
    assert answer.status_code == 200
    quote = answer.json()
    assert (quote["lines"][0]["base"], quote["lines"][0]["payable"]) == (None, None)
    assert (quote["total"], quote["complete"]) == (None, False)


def test_a_late_birth_registration_is_free_for_a_poor_household_though_unset(
    versions: dict[str, ProcedureVersion],
) -> None:
    late = {"procedure": "1.001193", "case": "qua_han"}
    assert ask(**late).json()["complete"] is False
    quote = ask(**late, payer={"poor_household": True}).json()
    assert (quote["total"], quote["complete"]) == (0, True)
    assert quote["lines"][0]["rule"] == "ht-ngheo"


def test_certified_copies_are_priced_by_pages_and_copies(
    versions: dict[str, ProcedureVersion],
) -> None:
    def due(pages: int, copies: int) -> int:
        wanted = {"phi": {"pages": pages, "copies": copies}}
        return int(ask(procedure="2.000815", quantities=wanted).json()["total"])

    assert (due(5, 3), due(250, 1)) == (21_000, 200_000)


def test_a_student_gets_the_record_certificate_for_less_and_sees_it_is_unverified(
    versions: dict[str, ProcedureVersion],
) -> None:
    line = ask(procedure="2.000488", payer={"student": True}).json()["lines"][0]
    assert (line["payable"], line["rule"], line["rule_verified"]) == (
        100_000,
        "lltp-giam-50",
        False,
    )
    other = next(each for each in line["considered"] if each["rule"] == "lltp-mien")
    assert (other["payable"], other["verified"]) == (None, False)
    assert other["missing"] == ["payer.age", "payer.disabled", "payer.poor_household"]
    assert other["why_not"] == "Chưa có thông tin: tuổi, người khuyết tật, hộ nghèo."


def test_a_child_is_exempt_by_birth_date_on_the_day_of_sending(
    versions: dict[str, ProcedureVersion],
) -> None:
    child = {"birth_date": "2009-08-11"}
    assert ask(procedure="2.000488", payer=child).json()["total"] == 0
    older = {"birth_date": "2009-08-10"}
    assert ask(procedure="2.000488", payer=older).json()["total"] == 200_000


def test_a_stepfather_adopts_free_of_charge(versions: dict[str, ProcedureVersion]) -> None:
    quote = ask(procedure="2.001263", case_facts={"cha_duong_me_ke": True}).json()
    assert (quote["lines"][0]["rule"], quote["total"]) == ("nuoi-con-nuoi-mien", 0)


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"procedure": "9.999999"}, ["procedure"]),
    ({"procedure": 1}, ["procedure"]),
    ({"case": "khac"}, ["case"]),
    ({"agency": "khong-co"}, ["agency"]),
    ({"channel": "truc_tuyen"}, ["channel"]),
    ({"channel": ["online"]}, ["channel"]),
    ({"submitted_at": "2025-08-10T09:00:00"}, ["submitted_at"]),
    ({"submitted_at": "2025-08-10"}, ["submitted_at"]),
    ({"submitted_at": "2025-02-30T09:00:00+07:00"}, ["submitted_at"]),
    ({"submitted_at": "0001-01-01T00:00:00+07:00"}, ["submitted_at"]),
    ({"submitted_at": "2001-01-01T00:00:00+07:00"}, ["submitted_at"]),
    ({"submitted_at": 1754791200}, ["submitted_at"]),
    ({"payer": {"poor_household": "true"}}, ["payer", "poor_household"]),
    ({"payer": {"disabled": 1}}, ["payer", "disabled"]),
    ({"payer": {"student": None}}, ["payer", "student"]),
    ({"payer": {"rich": True}}, ["payer", "rich"]),
    ({"payer": {"age": -1}}, ["payer", "age"]),
    ({"payer": {"age": True}}, ["payer", "age"]),
    ({"payer": {"age": "60"}}, ["payer", "age"]),
    ({"payer": {"birth_date": "2030-01-01"}}, ["payer", "birth_date"]),
    ({"payer": {"age": 20, "birth_date": "1950-01-01"}}, ["payer", "age"]),
    ({"payer": []}, ["payer"]),
    ({"case_facts": {"giau_co": True}}, ["case_facts", "giau_co"]),
    ({"case_facts": {"cha_duong_me_ke": "co"}}, ["case_facts", "cha_duong_me_ke"]),
    ({"quantities": {"le_phi": -1}}, ["quantities", "le_phi"]),
    ({"quantities": {"le_phi": 10**9}}, ["quantities", "le_phi"]),
    ({"quantities": {"le_phi": 1.5}}, ["quantities", "le_phi"]),
    ({"quantities": {"le_phi": True}}, ["quantities", "le_phi"]),
    ({"quantities": {"le_phi": {"pages": 2}}}, ["quantities", "le_phi"]),
    ({"quantities": {"khac": 1}}, ["quantities", "khac"]),
    ({"procedure": "2.000815", "quantities": {"phi": 2}}, ["quantities", "phi"]),
    ({"procedure": "2.000815", "quantities": {"phi": {"pages": 0}}}, ["quantities", "phi"]),
    ({"quantitys": {}}, ["quantitys"]),
]


@pytest.mark.parametrize(("changes", "path"), WRONG)
def test_a_question_that_makes_no_sense_is_refused_by_name(
    versions: dict[str, ProcedureVersion], changes: dict[str, Any], path: list[str]
) -> None:
    answer = ask(**changes)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    for name in path:
        assert list(errors) == [name]
        errors = errors[name]


def test_a_rule_of_a_former_province_holds_only_at_its_agencies(
    versions: dict[str, ProcedureVersion],
) -> None:
    FeeReduction.objects.create(
        key="old",
        title="Miễn",
        scope="provincial",
        territory="Tỉnh cũ",
        fee_kind="le_phi",
        procedures=["1.014064"],
        kind="exempt",
        legal_basis="Nghị quyết cũ",
        valid_from=date(2025, 1, 1),
        is_enabled=True,
    )
    Agency.objects.create(
        code="xa-a",
        name="Xã A",
        level="xa",
        kind="ubnd_xa",
        org_code="H00.1",
        valid_from=date(2025, 7, 1),
        former_province="Tỉnh cũ",
    )
    assert ask().json()["total"] == 35_000
    assert ask(agency="xa-a").json()["total"] == 0
    assert ask(agency="H00.1").json()["total"] == 0


def test_a_rule_of_the_province_holds_everywhere_in_it(
    versions: dict[str, ProcedureVersion],
) -> None:
    Province.objects.create(
        name="Sông Tiền", code="H00", admin_code="00", portal_name="Cổng", authority_name="UBND"
    )
    rule = FeeReduction.objects.get(key="vinh-long-truc-tuyen-mau")
    rule.territory, rule.procedures = "Sông Tiền", ["1.014064"]
    rule.value, rule.is_enabled = 60, True
    rule.save()
    assert ask().json()["total"] == 28_000


def test_a_quote_takes_three_queries_however_many_rules(
    versions: dict[str, ProcedureVersion], django_assert_max_num_queries: Any
) -> None:
    version = ProcedureVersion.objects.get(pk=versions["1.014064"].pk)
    with django_assert_max_num_queries(3):
        quote = quote_for(
            version,
            case="mac_dinh",
            channel="truc_tuyen",
            submitted_at=version.published_at,
            payer={"birth_date": "1990-01-01"},
        )
    assert quote["total"] == 35_000


def test_the_procedure_page_shows_a_sum_for_each_way_of_sending(
    versions: dict[str, ProcedureVersion], django_assert_max_num_queries: Any
) -> None:
    version = ProcedureVersion.objects.get(pk=versions["1.001456"].pk)
    with django_assert_max_num_queries(3):
        sums = channel_sums(version, "mac_dinh", date(2023, 8, 1))
    assert [(each["channel"], each["total"]) for each in sums] == [
        ("truc_tuyen", 160_000),
        ("truc_tiep", 200_000),
        ("buu_chinh", 200_000),
    ]
    line = sums[0]["lines"][0]
    assert (line["base"], line["payable"], line["reduction"]) == (200_000, 160_000, 40_000)
    assert line["rule"]["legal_basis"] == "Thông tư 44/2023/TT-BTC"
    assert (line["is_reduced"], sums[1]["lines"][0]["is_reduced"]) == (True, False)


def test_a_copy_on_request_shows_its_price_beside_the_total(
    versions: dict[str, ProcedureVersion],
) -> None:
    sums = channel_sums(versions["1.001193"], "mac_dinh", date(2026, 11, 23))
    charge, copies = sums[0]["lines"]
    assert (charge["payable"], sums[0]["total"]) == (0, 0)
    assert (copies["payable"], copies["is_optional"]) == (8_000, True)
    assert "ht-ngheo" in [each["rule"] for each in charge["may_apply"]]


def test_a_rule_already_in_the_amount_is_given_as_its_reason(
    versions: dict[str, ProcedureVersion],
) -> None:
    quote = ask(procedure="1.004194").json()
    line = quote["lines"][0]
    assert (line["payable"], line["rule"]) == (7_000, None)
    assert [each["rule"] for each in line["explained_by"]] == ["tam-tru-truc-tuyen"]
    assert "tam-tru-truc-tuyen" not in [each["rule"] for each in line["considered"]]
