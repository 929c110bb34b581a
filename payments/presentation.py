"""A quote as others read it: the API's JSON, and the sum on the procedure page."""

from typing import Any

from payments.fees import PAYER_KEYS, Considered, Effect, Quote, QuotedLine, RuleValue
from payments.tariffs import Pages

_TOLD_AS = {f"payer.{key}": f"payer.{name}" for name, key in PAYER_KEYS.items()}


def as_json(priced: Quote) -> dict[str, Any]:
    """The quote in the shape of `POST quotes`."""
    return {
        "lines": [_line(line) for line in priced.lines],
        "total": priced.total,
        "complete": priced.complete,
    }


def _line(line: QuotedLine) -> dict[str, Any]:
    rule = line.rule
    return {
        "item": line.fee.item,
        "kind": line.fee.kind,
        "unit": line.fee.unit,
        "quantity": _quantity(line.quantity),
        "base": line.base,
        "base_confirmed": line.fee.is_confirmed,
        "payable": line.payable,
        "rule": rule.id if rule else None,
        "rule_verified": rule.is_verified if rule else None,
        "legal_basis": line.legal_basis,
        "considered": [_considered(each) for each in line.considered],
        "explained_by": [_named(each) for each in line.explained_by],
    }


def _quantity(quantity: int | Pages) -> int | dict[str, int]:
    if isinstance(quantity, Pages):
        return {"pages": quantity.pages, "copies": quantity.copies}
    return quantity


def _considered(each: Considered) -> dict[str, Any]:
    return {
        **_named(each.rule),
        "payable": each.payable,
        "applied": each.applied,
        "why_not": each.why_not,
        "missing": [_TOLD_AS.get(name, name) for name in each.missing],
    }


def _named(rule: RuleValue) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "legal_basis": rule.legal_basis,
        "verified": rule.is_verified,
    }


def as_sum(priced: Quote) -> dict[str, Any]:
    """The quote as a page shows it; items asked for separately stand beside the total."""
    return {
        "lines": [_shown(line) for line in priced.lines],
        "total": priced.total,
        "complete": priced.complete,
        "is_confirmed": all(_is_confirmed(line) for line in priced.lines),
    }


def _shown(line: QuotedLine) -> dict[str, Any]:
    """One line of the sum; an item that is due only if asked for shows its unit price."""
    optional = line.fee.is_only_if_asked
    base = line.fee.amount if optional else line.base
    payable = base if optional else line.payable
    reduction = base - payable if base is not None and payable is not None else 0
    return {
        "item": line.fee.item,
        "kind": line.fee.kind,
        "unit": line.fee.unit,
        "is_optional": optional,
        "base": base,
        "payable": payable,
        "is_reduced": payable != base,
        "reduction": reduction or None,
        "is_exempt": line.rule is not None and line.rule.effect is Effect.EXEMPT,
        "rule": _named(line.rule) if line.rule else None,
        "legal_basis": line.legal_basis,
        "is_confirmed": _is_confirmed(line),
        "explained_by": [_named(rule) for rule in line.explained_by],
        "may_apply": [_named(each.rule) for each in line.considered if each.missing],
    }


def _is_confirmed(line: QuotedLine) -> bool:
    return line.fee.is_confirmed and (line.rule is None or line.rule.is_verified)
