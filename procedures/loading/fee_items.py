"""Gives each fee of a procedure the slug that quotes and quantities call it by."""

from collections.abc import Mapping, Sequence
from typing import Any

from procedures.models import ORDINARY_CASE


def fee_items(fees: Sequence[Mapping[str, Any]]) -> list[str]:
    """The item of each row, in the order of the rows.

    An item is what is paid for: rows of one item differ by case and channel only, so that a
    case or a channel can replace the ordinary amount. Rows of the same case and kind with
    different units are different items. The first item of a kind is called by the kind itself
    (`le_phi`), further ones get a number (`le_phi-2`). A case calls a unit as the ordinary case
    does; a unit of its own takes the first of its kind's items that the case has not used.
    """
    named: dict[tuple[str, str, str], str] = {}
    ordinary_first = sorted(fees, key=lambda fee: fee["case"] != ORDINARY_CASE)
    for fee in ordinary_first:
        key = (fee["case"], fee["kind"], fee["unit"])
        if key not in named:
            named[key] = _item_for(fee, fees, named)
    return [named[fee["case"], fee["kind"], fee["unit"]] for fee in fees]


def _item_for(
    fee: Mapping[str, Any],
    fees: Sequence[Mapping[str, Any]],
    named: Mapping[tuple[str, str, str], str],
) -> str:
    case, kind, unit = fee["case"], fee["kind"], fee["unit"]
    if same_unit := named.get((ORDINARY_CASE, kind, unit)):
        return same_unit
    units = {row["unit"] for row in fees if row["case"] == case and row["kind"] == kind}
    used = {named.get((owner, kind, name)) for owner in (case, ORDINARY_CASE) for name in units}
    slugs = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(fees) + 2))
    return next(slug for slug in slugs if slug not in used)
