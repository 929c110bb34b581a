"""What certified copies cost: a price for the first pages, another for the rest, a cap a copy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# How the catalogue words it: "trang (từ trang thứ 3: 1.000 đồng/trang, tối đa 200.000 đồng/bản)".
IN_WORDS = re.compile(
    r"trang \(từ trang thứ (?P<later>\d{1,4}): (?P<next>[\d.]{1,15}) đồng/trang"
    r"(?:, tối đa (?P<cap>[\d.]{1,15}) đồng/bản)?\)",
    re.IGNORECASE | re.ASCII,
)


class TariffError(ValueError):
    """A tariff row cannot be computed with."""


@dataclass(frozen=True)
class Pages:
    """How many pages one copy has, and how many copies are made of it."""

    pages: int = 1
    copies: int = 1


@dataclass(frozen=True)
class PageTariff:
    """A tariff by pages, in whole đồng; no cap means that a long copy costs what it costs."""

    first_pages: int
    first_amount: int
    next_amount: int
    cap: int | None = None

    def due(self, wanted: Pages) -> int:
        """What that many copies of that many pages cost."""
        first = min(wanted.pages, self.first_pages) * self.first_amount
        rest = max(0, wanted.pages - self.first_pages) * self.next_amount
        one = first + rest if self.cap is None else min(first + rest, self.cap)
        return one * wanted.copies


def read_tariff(data: object) -> PageTariff:
    """The tariff a fee row holds as JSON; raises TariffError naming the key that is wrong."""
    if not isinstance(data, Mapping):
        raise TariffError("biểu mức thu phải là một đối tượng JSON")
    return PageTariff(
        _whole(data, "first_pages"),
        _whole(data, "first_amount"),
        _whole(data, "next_amount"),
        None if data.get("cap") is None else _whole(data, "cap"),
    )


def tariff_in_words(unit: str, amount: int | None) -> PageTariff | None:
    """The tariff that a unit spells out, the row's amount being the price of the first pages."""
    said = IN_WORDS.fullmatch(unit.strip())
    if said is None or amount is None:
        return None
    cap = said["cap"]
    return PageTariff(
        int(said["later"]) - 1, amount, _dong(said["next"]), _dong(cap) if cap else None
    )


def _dong(grouped: str) -> int:
    return int(grouped.replace(".", ""))


def _whole(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise TariffError(f"{key}: phải là số nguyên không âm")
    return value
