"""What must hold for every fee and every set of rules."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from payments.fees import Effect, FeeLine, PayerFacts, Quote, RuleValue, quote

POOR = {"all": [{"field": "payer.ho_ngheo", "op": "eq", "value": True}]}
EVERYBODY: dict[str, list[object]] = {"all": []}


@st.composite
def rules(draw: st.DrawFn) -> RuleValue:
    effect = draw(st.sampled_from(Effect))
    most = 500_000 if effect is Effect.FIXED else 100
    return RuleValue(
        id=draw(st.uuids()).hex,
        effect=effect,
        value=Decimal(draw(st.integers(0, most * 100))) / 100
        if most == 100
        else Decimal(draw(st.integers(0, most))),
        valid_from=draw(st.dates(date(2025, 1, 1), date(2025, 3, 1))),
        legal_basis="Nghị quyết",
        condition=draw(st.sampled_from([POOR, EVERYBODY])),
        is_stackable=draw(st.booleans()),
        is_in_base_fee=draw(st.booleans()),
        round_to=draw(st.sampled_from([None, 1, 500, 1000])),
    )


amounts = st.integers(0, 500_000)
some_rules = st.lists(rules(), max_size=6)


def due(amount: int | None, with_rules: list[RuleValue], quantity: int = 1) -> Quote:
    return quote(
        [FeeLine("le_phi", "le_phi", amount)],
        with_rules,
        channel="truc_tuyen",
        case="mac_dinh",
        submitted_on=date(2025, 2, 1),
        payer=PayerFacts(poor_household=True),
        quantities={"le_phi": quantity},
    )


def total(amount: int, with_rules: list[RuleValue], quantity: int = 1) -> int:
    found = due(amount, with_rules, quantity).total
    assert found is not None
    return found


@given(amounts, some_rules, st.integers(0, 50))
def test_nobody_owes_less_than_nothing_or_more_than_the_fee(
    amount: int, with_rules: list[RuleValue], quantity: int
) -> None:
    assert 0 <= total(amount, with_rules, quantity) <= amount * quantity


@given(amounts, some_rules, rules())
def test_one_more_rule_never_costs_anybody_more(
    amount: int, with_rules: list[RuleValue], more: RuleValue
) -> None:
    assert total(amount, [*with_rules, more]) <= total(amount, with_rules)


@given(amounts, amounts, some_rules)
def test_a_smaller_fee_is_never_dearer(one: int, other: int, with_rules: list[RuleValue]) -> None:
    low, high = sorted((one, other))
    assert total(low, with_rules) <= total(high, with_rules)


@given(amounts, some_rules, st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(
    amount: int, with_rules: list[RuleValue], chance: object
) -> None:
    shuffled = list(with_rules)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert due(amount, shuffled) == due(amount, with_rules)


@given(st.one_of(st.none(), amounts), some_rules)
def test_what_is_applied_is_what_is_owed(amount: int | None, with_rules: list[RuleValue]) -> None:
    line = due(amount, with_rules).lines[0]
    applied = [each for each in line.considered if each.applied]
    assert bool(applied) == (line.rule is not None)
    assert all(each.why_not for each in line.considered if not each.applied)
    if len(applied) == 1:
        assert line.payable == applied[0].payable
    if not applied:
        assert line.payable == line.base
