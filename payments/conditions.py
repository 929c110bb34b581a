"""When a rule holds: conditions over named facts, where a fact may be unknown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from payments.payer_facts import KNOWN

Fact = bool | int | float | str

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda fact, value: fact == value,
    "ne": lambda fact, value: fact != value,
    "lt": lambda fact, value: fact < value,
    "lte": lambda fact, value: fact <= value,
    "gt": lambda fact, value: fact > value,
    "gte": lambda fact, value: fact >= value,
    "in": lambda fact, value: any(_alike(fact, item) and fact == item for item in value),
}
ORDERING = frozenset({"lt", "lte", "gt", "gte"})
PAYER_FACTS = {fact.rule_key: fact.word for fact in KNOWN}
PLAIN_FACTS = {
    "case": "trường hợp",
    "channel": "cách nộp",
    "service_level": "mức độ dịch vụ",
}
MOST_DEPTH = 6


class ConditionError(ValueError):
    """A condition cannot be read; `place` says where in it."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds; None means that the `missing` facts would decide."""

    holds: bool | None
    missing: tuple[str, ...] = ()


def judge(condition: Mapping[str, Any], facts: Mapping[str, Fact]) -> Verdict:
    """Whether the condition holds for these facts; one true branch of `any` is enough."""
    if "all" in condition:
        return _combine([judge(part, facts) for part in condition["all"]], decisive=False)
    if "any" in condition:
        return _combine([judge(part, facts) for part in condition["any"]], decisive=True)
    name = condition["field"]
    if name not in facts:
        return Verdict(None, (name,))
    return Verdict(_compares(facts[name], condition["op"], condition["value"]))


def _combine(parts: list[Verdict], *, decisive: bool) -> Verdict:
    """Kleene's logic: a decisive part decides; else one unknown part leaves all unknown."""
    if any(part.holds is decisive for part in parts):
        return Verdict(decisive)
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing))
    return Verdict(None, missing) if missing else Verdict(not decisive)


def _compares(fact: Fact, op: str, value: object) -> bool:
    """A fact of another kind than the value never compares true, save that it differs."""
    if op != "in" and not _alike(fact, value):
        return op == "ne"
    return COMPARE[op](fact, value)


def _alike(fact: object, value: object) -> bool:
    # True == 1 in Python, but "hộ nghèo: 1" is not an answer we take for yes.
    if isinstance(fact, bool) or isinstance(value, bool):
        return isinstance(fact, bool) and isinstance(value, bool)
    return isinstance(fact, str) == isinstance(value, str)


def check(condition: object, place: str = "condition", depth: int = 0) -> None:
    """Raise ConditionError unless the condition is well formed and names known facts."""
    if not isinstance(condition, Mapping) or depth > MOST_DEPTH:
        raise ConditionError(place, "phải là một điều kiện, lồng nhau không quá sâu")
    for group in ("all", "any"):
        if group in condition:
            _check_group(condition, group, place, depth)
            return
    if set(condition) != {"field", "op", "value"}:
        raise ConditionError(place, "phải có đúng “field”, “op”, “value”, hoặc “all”, “any”")
    _check_comparison(condition, place)


def _check_group(condition: Mapping[str, Any], group: str, place: str, depth: int) -> None:
    parts = condition[group]
    if set(condition) != {group} or not isinstance(parts, list):
        raise ConditionError(f"{place}.{group}", "phải là một danh sách đứng riêng")
    if group == "any" and not parts:
        raise ConditionError(f"{place}.any", "phải có ít nhất một điều kiện")
    for number, part in enumerate(parts):
        check(part, f"{place}.{group}[{number}]", depth + 1)


def _check_comparison(condition: Mapping[str, Any], place: str) -> None:
    name, op, value = condition["field"], condition["op"], condition["value"]
    if not isinstance(name, str) or not _is_known(name):
        raise ConditionError(f"{place}.field", f"không có dữ kiện “{name}”")
    if not isinstance(op, str) or op not in COMPARE:
        raise ConditionError(f"{place}.op", f"phải là một trong: {', '.join(COMPARE)}")
    values = value if op == "in" else [value]
    if not isinstance(values, list) or not all(isinstance(v, (bool, int, str)) for v in values):
        raise ConditionError(f"{place}.value", "phải là đúng/sai, số nguyên hoặc chữ")
    if op in ORDERING and (isinstance(value, bool) or not isinstance(value, int)):
        raise ConditionError(f"{place}.value", "phép so sánh lớn, nhỏ cần một số nguyên")


def _is_known(name: str) -> bool:
    room, _, fact = name.partition(".")
    if room == "payer":
        return fact in PAYER_FACTS
    return name in PLAIN_FACTS or (room == "case_facts" and fact.isidentifier())


def comparisons(condition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every fact the condition asks for, with the value it is compared with."""
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from comparisons(part)
    if "field" in condition:
        yield condition["field"], condition["value"]


def name_of(fact: str) -> str:
    """How a fact is called on a screen."""
    room, _, key = fact.partition(".")
    if room == "payer":
        return PAYER_FACTS.get(key, key)
    return PLAIN_FACTS.get(fact) or key.replace("_", " ")
