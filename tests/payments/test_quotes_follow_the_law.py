"""What people owe: the worked examples of the trade, one after the other."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from payments.fees import Effect, FeeError, FeeLine, PayerFacts, Quote, RuleValue, quote
from payments.tariffs import Pages, PageTariff, tariff_in_words
from portal.core.clock import ZONE

TODAY = date(2026, 11, 23)
ONLINE = {"all": [{"field": "channel", "op": "eq", "value": "truc_tuyen"}]}
POOR = {"all": [{"field": "payer.ho_ngheo", "op": "eq", "value": True}]}
DISABLED = {"all": [{"field": "payer.nguoi_khuyet_tat", "op": "eq", "value": True}]}
ELDERLY = {"all": [{"field": "payer.tuoi", "op": "gte", "value": 60}]}
COPIES = FeeLine(
    "phi",
    "phi",
    2000,
    unit="trang",
    tariff=PageTariff(first_pages=2, first_amount=2000, next_amount=1000, cap=200_000),
)


def charge(amount: int | None, **more: object) -> FeeLine:
    return FeeLine("le_phi", "le_phi", amount, **more)  # type: ignore[arg-type]


def rule(key: str, effect: Effect, value: int = 0, **more: object) -> RuleValue:
    more.setdefault("valid_from", date(2020, 1, 1))
    more.setdefault("legal_basis", f"Nghị quyết {key}")
    return RuleValue(key, effect, Decimal(value), **more)  # type: ignore[arg-type]


def priced(lines: list[FeeLine], rules: list[RuleValue], **more: object) -> Quote:
    asked = {"channel": "truc_tuyen", "case": "mac_dinh", "submitted_on": TODAY, **more}
    return quote(lines, rules, **asked)  # type: ignore[arg-type]


def test_a_disabled_person_online_pays_half_the_fee_and_no_charge() -> None:
    lines = [charge(50_000), FeeLine("phi", "phi", 300_000)]
    rules = [
        rule("online", Effect.FIXED, 0, fee_kind="le_phi", condition=ONLINE),
        rule("disabled", Effect.REDUCE, 50, fee_kind="phi", condition=DISABLED),
    ]
    found = priced(lines, rules, payer=PayerFacts(disabled=True))
    assert [line.payable for line in found.lines] == [0, 150_000]
    assert found.total == 150_000


def test_a_poor_household_online_pays_nothing_because_exemption_wins() -> None:
    rules = [
        rule("online", Effect.REDUCE, 50, condition=ONLINE),
        rule("poor", Effect.EXEMPT, 100, condition=POOR),
    ]
    line = priced([charge(100_000)], rules, payer=PayerFacts(poor_household=True)).lines[0]
    assert (line.payable, line.rule.id) == (0, "poor")  # type: ignore[union-attr]
    lost = next(each for each in line.considered if not each.applied)
    assert (lost.rule.id, lost.payable) == ("online", 50_000)
    assert lost.why_not == "Khoản này đã được miễn theo Nghị quyết poor."


@pytest.mark.parametrize(("stackable", "payable"), [(False, 50_000), (True, 25_000)])
def test_an_elderly_person_online_adds_up_only_stackable_reductions(
    stackable: bool, payable: int
) -> None:
    rules = [
        rule("online", Effect.REDUCE, 50, condition=ONLINE, is_stackable=stackable),
        rule("elderly", Effect.REDUCE, 50, condition=ELDERLY, is_stackable=stackable),
    ]
    found = priced([charge(100_000)], rules, payer=PayerFacts(age=70))
    assert found.total == payable
    assert [each.applied for each in found.lines[0].considered] == [True, stackable]


@pytest.mark.parametrize(
    ("pages", "copies", "due"),
    [(5, 3, 21_000), (250, 1, 200_000), (2, 1, 4_000), (1, 1, 2_000), (198, 1, 200_000)],
)
def test_certified_copies_cost_by_the_page_up_to_a_cap(pages: int, copies: int, due: int) -> None:
    assert priced([COPIES], [], quantities={"phi": Pages(pages, copies)}).total == due


def test_certified_copies_are_one_page_once_unless_told_otherwise() -> None:
    assert priced([COPIES], []).total == 2_000


@pytest.mark.parametrize(
    ("unit", "tariff"),
    [
        (
            "trang (từ trang thứ 3: 1.000 đồng/trang, tối đa 200.000 đồng/bản)",
            PageTariff(first_pages=2, first_amount=2000, next_amount=1000, cap=200_000),
        ),
        (
            "trang (từ trang thứ 5: 500 đồng/trang)",
            PageTariff(first_pages=4, first_amount=2000, next_amount=500),
        ),
        ("trang", None),
        ("lần", None),
    ],
)
def test_a_tariff_spelled_out_in_the_unit_is_read(unit: str, tariff: PageTariff | None) -> None:
    assert tariff_in_words(unit, 2000) == tariff


def test_a_number_alone_does_not_price_pages() -> None:
    with pytest.raises(FeeError):
        priced([COPIES], [], quantities={"phi": 3})
    with pytest.raises(FeeError):
        priced([charge(1_000)], [], quantities={"le_phi": Pages(3)})


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (datetime(2026, 8, 7, 23, 59, tzinfo=ZONE), 25_000),
        (datetime(2026, 8, 8, 0, 0, tzinfo=ZONE), 0),
    ],
)
def test_the_rule_of_the_day_of_sending_counts(sent: datetime, due: int) -> None:
    rules = [
        rule("old", Effect.REDUCE, 50, valid_to=date(2026, 8, 7)),
        rule("new", Effect.EXEMPT, 100, valid_from=date(2026, 8, 8)),
    ]
    line = priced([charge(50_000)], rules, submitted_on=sent).lines[0]
    assert line.payable == due
    late = {each.rule.id: each.why_not for each in line.considered}
    if due:
        assert late["new"] == "Chỉ áp dụng cho hồ sơ nộp từ ngày 08/08/2026."
    else:
        assert late["old"] == (
            "Chỉ áp dụng cho hồ sơ nộp từ ngày 01/01/2020 đến hết ngày 07/08/2026."
        )


def test_half_a_dong_is_rounded_up() -> None:
    assert priced([charge(12_345)], [rule("half", Effect.REDUCE, 50)]).total == 6_173


def test_a_rule_may_round_to_its_own_unit_but_never_above_the_fee() -> None:
    half = rule("half", Effect.REDUCE, 50, round_to=1000)
    assert priced([charge(12_345)], [half]).total == 6_000
    assert priced([charge(13_000)], [half]).total == 7_000
    tenth = rule("tenth", Effect.REDUCE, 10, round_to=1000)
    assert priced([charge(700)], [tenth]).total == 700


def test_an_identity_card_in_august_2025_is_halved_once_by_the_later_basis() -> None:
    rules = [
        rule(
            "can-cuoc-truc-tuyen-2025",
            Effect.REDUCE,
            50,
            channel="truc_tuyen",
            valid_from=date(2025, 1, 1),
            valid_to=date(2025, 12, 31),
            condition=ONLINE,
        ),
        rule(
            "can-cuoc-2025-2026",
            Effect.REDUCE,
            50,
            valid_from=date(2025, 7, 1),
            valid_to=date(2026, 12, 31),
        ),
    ]
    line = priced([charge(70_000)], rules, submitted_on=date(2025, 8, 10)).lines[0]
    assert (line.base, line.payable) == (70_000, 35_000)
    assert line.rule is not None
    assert line.rule.id == "can-cuoc-2025-2026"
    lost = line.considered[1]
    assert (lost.payable, lost.applied) == (35_000, False)
    assert lost.why_not is not None
    assert "không cộng dồn" in lost.why_not


def test_equal_rules_of_one_day_go_by_their_id() -> None:
    line = priced([charge(100)], [rule("b", Effect.REDUCE, 50), rule("a", Effect.REDUCE, 50)])
    assert [each.rule.id for each in line.lines[0].considered if each.applied] == ["a"]


def test_a_set_amount_comes_before_percents_when_rules_add_up() -> None:
    rules = [
        rule("half", Effect.REDUCE, 50, is_stackable=True),
        rule("set", Effect.FIXED, 115_000, is_stackable=True),
    ]
    assert priced([charge(135_000)], rules).total == 57_500


def test_a_single_rule_better_than_all_stackable_ones_wins_alone() -> None:
    rules = [
        rule("tenth", Effect.REDUCE, 10, is_stackable=True),
        rule("fifth", Effect.REDUCE, 20, is_stackable=True),
        rule("half", Effect.REDUCE, 50),
    ]
    line = priced([charge(100_000)], rules).lines[0]
    assert (line.payable, line.rule.id) == (50_000, "half")  # type: ignore[union-attr]


def test_a_set_amount_never_raises_a_fee() -> None:
    line = priced([charge(10_000)], [rule("set", Effect.FIXED, 115_000)]).lines[0]
    assert (line.payable, line.rule) == (10_000, None)
    assert line.considered[0].why_not == "Không làm mức thu thấp hơn."


def test_a_set_amount_is_due_for_each_passport() -> None:
    found = priced(
        [charge(200_000)], [rule("set", Effect.FIXED, 160_000)], quantities={"le_phi": 2}
    )
    assert (found.lines[0].base, found.total) == (400_000, 320_000)


def test_what_is_already_in_the_amount_explains_and_is_not_taken_off_again() -> None:
    inside = rule("inside", Effect.REDUCE, 50, is_in_base_fee=True)
    line = priced([charge(10_000)], [inside]).lines[0]
    assert (line.payable, line.rule) == (10_000, None)
    assert line.considered[0].why_not == "Mức thu đã tính theo quy định này, không giảm lần nữa."
    assert [each.id for each in line.explained_by] == ["inside"]


def test_a_rule_that_is_switched_off_is_not_even_considered() -> None:
    line = priced([charge(10_000)], [rule("off", Effect.EXEMPT, is_enabled=False)]).lines[0]
    assert (line.payable, line.considered) == (10_000, ())


def test_a_fee_the_province_has_not_set_stays_unset() -> None:
    found = priced([charge(None), FeeLine("phi", "phi", 5_000)], [rule("half", Effect.REDUCE, 50)])
    assert [line.payable for line in found.lines] == [None, 2_500]
    assert (found.total, found.complete) == (None, False)
    assert found.lines[0].considered[0].why_not == (
        "Mức thu chưa được quy định nên chưa tính giảm được."
    )


def test_an_exemption_makes_even_an_unset_fee_nothing() -> None:
    poor = rule("poor", Effect.EXEMPT, 100, condition=POOR)
    found = priced([charge(None)], [poor], payer=PayerFacts(poor_household=True))
    assert (found.lines[0].base, found.total, found.complete) == (None, 0, True)


def test_copies_offered_on_request_cost_nothing_until_asked_for() -> None:
    copies = FeeLine("phi", "phi", 8_000, unit="bản sao trích lục (nếu yêu cầu)")
    assert priced([copies], []).total == 0
    assert priced([copies], [], quantities={"phi": 3}).total == 24_000


def test_a_fact_nobody_told_leaves_the_rule_out_and_is_named() -> None:
    poor = rule("poor", Effect.EXEMPT, 100, condition=POOR)
    line = priced([charge(8_000)], [poor]).lines[0]
    assert (line.payable, line.considered[0].payable) == (8_000, None)
    assert line.considered[0].why_not == "Chưa có thông tin: hộ nghèo."
    assert line.considered[0].missing == ("payer.ho_ngheo",)


def test_one_true_group_is_enough_though_the_age_is_unknown() -> None:
    either = {"any": [*ELDERLY["all"], *DISABLED["all"]]}
    groups = rule("groups", Effect.EXEMPT, 100, condition=either)
    assert priced([charge(8_000)], [groups], payer=PayerFacts(disabled=True)).total == 0
    told = priced([charge(8_000)], [groups], payer=PayerFacts(disabled=False)).lines[0]
    assert (told.payable, told.considered[0].missing) == (8_000, ("payer.tuoi",))


@pytest.mark.parametrize(("day", "due"), [(date(2026, 11, 22), 8_000), (date(2026, 11, 23), 0)])
def test_the_sixtieth_birthday_decides_on_the_day_of_sending(day: date, due: int) -> None:
    payer = PayerFacts(birth_date=date(1966, 11, 23))
    elderly = rule("elderly", Effect.EXEMPT, 100, condition=ELDERLY)
    assert priced([charge(8_000)], [elderly], payer=payer, submitted_on=day).total == due


def test_a_rule_of_another_province_does_not_reach_us() -> None:
    far = rule("far", Effect.EXEMPT, 100, territory="Nghệ An")
    line = priced([charge(8_000)], [far]).lines[0]
    assert (line.payable, line.considered[0].why_not) == (8_000, "Chỉ áp dụng tại Nghệ An.")
    near = priced([charge(8_000)], [far], territories=frozenset({"Nghệ An"}))
    assert near.total == 0


def test_a_rule_for_online_sending_does_not_help_at_the_counter() -> None:
    online = rule("online", Effect.EXEMPT, 100, channel="truc_tuyen")
    line = priced([charge(8_000)], [online], channel="truc_tiep").lines[0]
    assert (line.payable, line.considered[0].why_not) == (8_000, "Chỉ áp dụng khi nộp trực tuyến.")


def test_rows_go_by_case_first_then_by_channel() -> None:
    lines = [
        charge(20_000),
        charge(10_000, channel="truc_tuyen"),
        charge(0, case="ho_kinh_doanh"),
        FeeLine("phi", "phi", 100_000),
    ]
    assert priced(lines, []).total == 110_000
    assert priced(lines, [], channel="truc_tiep").total == 120_000
    assert priced(lines, [], case="ho_kinh_doanh").total == 100_000
    assert priced(lines, [], case="can_xac_minh").total == 110_000


def test_an_item_without_a_row_for_this_channel_is_unset_and_never_free() -> None:
    found = priced([charge(20_000, channel="truc_tiep")], [])
    assert (found.lines[0].base, found.total) == (None, None)
