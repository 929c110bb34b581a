"""What a person owes for a dossier: fee rows and rules in, a reasoned quote out; no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from payments import reasons
from payments.conditions import Fact, judge
from payments.payer_facts import KNOWN
from payments.tariffs import Pages, PageTariff

ANY_CHANNEL = "tat_ca"
ORDINARY_CASE = "mac_dinh"
EVERY_KIND = "*"
WHOLE_COUNTRY = "VN"
ONLY_IF_ASKED = "nếu yêu cầu"
# What callers tell about the payer, and the catalogue's name for each.
PAYER_KEYS = {fact.key: fact.rule_key for fact in KNOWN}


class FeeError(ValueError):
    """A quote cannot be computed from what was given."""


class Effect(StrEnum):
    """What a rule does to a fee."""

    EXEMPT = "exempt"
    REDUCE = "reduce"
    FIXED = "fixed_amount"


@dataclass(frozen=True)
class FeeLine:
    """One fee row (phí, lệ phí) of a procedure; no amount means: not set yet."""

    item: str
    kind: str
    amount: int | None
    case: str = ORDINARY_CASE
    channel: str = ANY_CHANNEL
    unit: str = ""
    tariff: PageTariff | None = None
    legal_basis: str = ""
    is_confirmed: bool = True

    @property
    def is_only_if_asked(self) -> bool:
        """Whether nothing is due unless the person asks for it."""
        return ONLY_IF_ASKED in self.unit.lower()

    def usual(self) -> int | Pages:
        """The quantity when the person states none."""
        if self.tariff is not None:
            return Pages(copies=0 if self.is_only_if_asked else 1)
        return 0 if self.is_only_if_asked else 1

    def base(self, quantity: int | Pages) -> int | None:
        """What is due before any rule; None while the amount is not set."""
        if self.tariff is not None:
            return self.tariff.due(_as_pages(self, quantity))
        units = units_of(self, quantity)
        if self.amount is None:
            return 0 if self.is_only_if_asked and not units else None
        return self.amount * units


@dataclass(frozen=True)
class RuleValue:
    """A rule about fees (miễn, giảm, mức riêng) as the law states it."""

    id: str
    effect: Effect
    value: Decimal
    valid_from: date
    legal_basis: str
    valid_to: date | None = None
    title: str = ""
    fee_kind: str = EVERY_KIND
    channel: str = ANY_CHANNEL
    territory: str = WHOLE_COUNTRY
    condition: Mapping[str, Any] = field(default_factory=lambda: {"all": []})
    is_stackable: bool = False
    is_enabled: bool = True
    is_in_base_fee: bool = False
    is_verified: bool = True
    round_to: int | None = None


@dataclass(frozen=True)
class PayerFacts:
    """What is known about the person who pays; None means: not told."""

    age: int | None = None
    birth_date: date | None = None
    poor_household: bool | None = None
    disabled: bool | None = None
    meritorious: bool | None = None
    meritorious_family: bool | None = None
    martyr_relative: bool | None = None
    ethnic_minority: bool | None = None
    extremely_difficult_commune: bool | None = None
    student: bool | None = None

    @classmethod
    def told(cls, facts: Mapping[str, Any]) -> "PayerFacts":
        """The facts as callers and drafts keep them, the birth date as YYYY-MM-DD."""
        if strange := set(facts) - {*PAYER_KEYS, "birth_date"}:
            raise FeeError(f"không có dữ kiện {min(strange)}")
        born = facts.get("birth_date")
        known = {**facts, "birth_date": date.fromisoformat(born) if isinstance(born, str) else born}
        return cls(**known)

    def on(self, day: date) -> dict[str, Fact]:
        """The known facts under the catalogue's names, with the age of that day."""
        age = self.age if self.birth_date is None else full_years(self.birth_date, day)
        told = {"age": age} | {name: getattr(self, name) for name in PAYER_KEYS if name != "age"}
        return {
            f"payer.{PAYER_KEYS[name]}": value for name, value in told.items() if value is not None
        }


@dataclass(frozen=True)
class Considered:
    """One rule that was looked at for one line, and why it was not applied."""

    rule: RuleValue
    payable: int | None
    applied: bool
    why_not: str | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuotedLine:
    """One fee item of a quote: before, after, by which rule."""

    fee: FeeLine
    quantity: int | Pages
    base: int | None
    payable: int | None
    rule: RuleValue | None
    considered: tuple[Considered, ...]
    explained_by: tuple[RuleValue, ...]

    @property
    def legal_basis(self) -> str:
        """The text the payable amount rests on: that of the rules applied, else the fee's."""
        applied = [each.rule.legal_basis for each in self.considered if each.applied]
        return "; ".join(dict.fromkeys(applied)) or self.fee.legal_basis


@dataclass(frozen=True)
class Quote:
    """All lines of a dossier; the total is None while a line cannot be priced."""

    lines: tuple[QuotedLine, ...]

    @property
    def complete(self) -> bool:
        """Whether every line has an amount."""
        return all(line.payable is not None for line in self.lines)

    @property
    def total(self) -> int | None:
        """What is due in all, in whole đồng."""
        return sum(line.payable or 0 for line in self.lines) if self.complete else None


@dataclass(frozen=True)
class Circumstances:
    """All that a rule may depend on besides the fee itself."""

    day: date
    channel: str
    territories: frozenset[str]
    facts: Mapping[str, Fact]


def quote(
    lines: Iterable[FeeLine],
    rules: Iterable[RuleValue],
    *,
    channel: str,
    case: str,
    submitted_on: date,
    payer: PayerFacts | None = None,
    case_facts: Mapping[str, Fact] | None = None,
    quantities: Mapping[str, int | Pages] | None = None,
    territories: frozenset[str] = frozenset({WHOLE_COUNTRY}),
    service_level: int | None = None,
) -> Quote:
    """What is due for a dossier sent on that local day; the same facts give the same quote."""
    day = submitted_on.date() if isinstance(submitted_on, datetime) else submitted_on
    facts: dict[str, Fact] = {"channel": channel, "case": case, **(payer or PayerFacts()).on(day)}
    facts.update({f"case_facts.{name}": value for name, value in (case_facts or {}).items()})
    if service_level is not None:
        facts["service_level"] = service_level
    around = Circumstances(day, channel, territories | {WHOLE_COUNTRY}, facts)
    ordered = sorted(rules, key=_preference)
    asked = quantities or {}
    return Quote(
        tuple(
            _quote_line(fee, ordered, around, asked.get(fee.item, fee.usual()))
            for fee in rows_for(lines, case, channel)
        )
    )


def rows_for(lines: Iterable[FeeLine], case: str, channel: str) -> list[FeeLine]:
    """One row per item: the case's own before the ordinary case, the channel before all channels.

    An item that has rows for other channels only is unset here, never free.
    """
    found: dict[str, FeeLine] = {}
    ranks: dict[str, tuple[bool, bool, bool]] = {}
    for line in lines:
        if line.case not in (case, ORDINARY_CASE):
            continue
        fits = line.channel in (channel, ANY_CHANNEL)
        rank = (not fits, line.case != case, line.channel != channel)
        if line.item not in ranks or rank < ranks[line.item]:
            ranks[line.item] = rank
            found[line.item] = line if fits else _unset(line, channel)
    return list(found.values())


def _unset(line: FeeLine, channel: str) -> FeeLine:
    return FeeLine(line.item, line.kind, None, line.case, channel, line.unit, is_confirmed=False)


def full_years(born: date, day: date) -> int:
    """Full years of age on that day."""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)


def units_of(fee: FeeLine, quantity: int | Pages) -> int:
    """How many times a fixed amount is due: copies of a page tariff, else the quantity."""
    if fee.tariff is not None:
        return _as_pages(fee, quantity).copies
    if isinstance(quantity, Pages):
        raise FeeError(f"{fee.item}: số lượng phải là một số nguyên")
    return quantity


def _as_pages(fee: FeeLine, quantity: int | Pages) -> Pages:
    if not isinstance(quantity, Pages):
        raise FeeError(f"{fee.item}: cần số trang và số bản")
    return quantity


def _preference(rule: RuleValue) -> tuple[int, str]:
    """Ties go to the later basis, then to the id."""
    return -rule.valid_from.toordinal(), rule.id


def _quote_line(
    fee: FeeLine, rules: Sequence[RuleValue], around: Circumstances, quantity: int | Pages
) -> QuotedLine:
    base, units = fee.base(quantity), units_of(fee, quantity)
    candidates = [rule for rule in rules if rule.fee_kind in (EVERY_KIND, fee.kind)]
    refused: dict[str, tuple[str, tuple[str, ...]]] = {}
    for rule in candidates:
        if obstacle := _obstacle(rule, around):
            refused[rule.id] = obstacle
    fitting = [rule for rule in candidates if rule.id not in refused]
    usable = [rule for rule in fitting if rule.is_enabled and not rule.is_in_base_fee]
    applied, payable = _decide(usable, base, units)
    considered = tuple(
        _account(rule, base, units, refused.get(rule.id), applied)
        for rule in candidates
        if rule.is_enabled
    )
    explained_by = tuple(rule for rule in fitting if rule.is_in_base_fee)
    winner = applied[0] if applied else None
    return QuotedLine(fee, quantity, base, payable, winner, considered, explained_by)


def _obstacle(rule: RuleValue, around: Circumstances) -> tuple[str, tuple[str, ...]] | None:
    """Why the rule does not fit these circumstances, and which facts would tell."""
    if around.day < rule.valid_from or (rule.valid_to and around.day > rule.valid_to):
        return reasons.outside(rule.valid_from, rule.valid_to), ()
    if rule.territory not in around.territories:
        return reasons.elsewhere(rule.territory), ()
    if rule.channel not in (ANY_CHANNEL, around.channel):
        return reasons.other_channel(rule.channel), ()
    verdict = judge(rule.condition, around.facts)
    if verdict.holds is None:
        return reasons.missing(verdict.missing), verdict.missing
    return None if verdict.holds else (reasons.NOT_IN_GROUP, ())


def _decide(
    rules: Sequence[RuleValue], base: int | None, units: int
) -> tuple[tuple[RuleValue, ...], int | None]:
    """The rules that apply, the preferred first, and what is then due."""
    for rule in rules:
        if rule.effect is Effect.EXEMPT:
            return (rule,), 0
    if base is None or not rules:
        return (), base
    best = min(rules, key=lambda rule: (due_under([rule], base, units), _preference(rule)))
    chosen: tuple[RuleValue, ...] = (best,)
    stack = tuple(rule for rule in rules if rule.is_stackable)
    if stack and due_under(stack, base, units) < due_under(chosen, base, units):
        chosen = stack
    payable = due_under(chosen, base, units)
    return (chosen, payable) if payable < base else ((), base)


def due_under(rules: Sequence[RuleValue], base: int, units: int = 1) -> int:
    """What is due when all these rules apply: set amounts first, then percents multiplied.

    A rule never raises the amount, not even by rounding to its own unit.
    """
    due = Fraction(base)
    for rule in sorted(rules, key=_turn):
        due = min(due, _after(rule, due, units))
    return max(0, round_half_up(due, 1))


def _turn(rule: RuleValue) -> tuple[bool, bool, int, str]:
    # Rules that round take their turn last, so that the rest multiply exactly in any order.
    return rule.effect is not Effect.FIXED, rule.round_to is not None, rule.round_to or 0, rule.id


def _after(rule: RuleValue, due: Fraction, units: int) -> Fraction:
    if rule.effect is Effect.EXEMPT:
        return Fraction(0)
    if rule.effect is Effect.FIXED:
        changed = Fraction(rule.value) * units
    else:
        changed = due * (100 - Fraction(rule.value)) / 100
    return Fraction(round_half_up(changed, rule.round_to)) if rule.round_to else changed


def round_half_up(amount: Fraction, unit: int) -> int:
    """The multiple of `unit` nearest to an amount; from the half on, upwards."""
    return int((amount / unit + Fraction(1, 2)) // 1) * unit


def _account(
    rule: RuleValue,
    base: int | None,
    units: int,
    refused: tuple[str, tuple[str, ...]] | None,
    applied: tuple[RuleValue, ...],
) -> Considered:
    """What this rule alone would have left to pay, and why it was not applied."""
    if refused:
        return Considered(rule, None, False, *refused)
    if rule.is_in_base_fee:
        return Considered(rule, None, False, reasons.IN_BASE_FEE)
    exempt = rule.effect is Effect.EXEMPT
    alone = 0 if exempt else None if base is None else due_under([rule], base, units)
    if rule in applied:
        return Considered(rule, alone, True, None)
    return Considered(rule, alone, False, _why_it_lost(rule, alone, base, applied))


def _why_it_lost(
    rule: RuleValue, alone: int | None, base: int | None, applied: tuple[RuleValue, ...]
) -> str:
    if not applied:
        return reasons.NO_BASE if base is None else reasons.NOT_LOWER
    basis = "; ".join(dict.fromkeys(each.legal_basis for each in applied))
    if applied[0].effect is Effect.EXEMPT and rule.effect is not Effect.EXEMPT:
        return reasons.exempted(basis)
    return reasons.better(basis)
