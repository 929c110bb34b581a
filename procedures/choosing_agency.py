"""From what somebody typed (a commune, an agency, an old name) to the agency that is meant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet

from portal.accounts.models import Agency
from portal.core.text import clean, fold

MOST_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    """The agency that is meant, or the ones that may be."""

    typed: str = ""
    agency: Agency | None = None
    candidates: list[Agency] = field(default_factory=list)
    by_old_name: bool = False
    is_former: bool = False

    @property
    def text(self) -> str:
        """What the input shows."""
        return place_name(self.agency) if self.agency else self.typed


def place_name(agency: Agency) -> str:
    """The commune's own name if the agency is a commune's, else the agency's name."""
    return agency.unit_name or agency.name


def choose(agencies: "QuerySet[Agency]", typed: str, day: date) -> Choice:
    """The agency among `agencies` with that code or name; diacritics do not matter.

    A name given up in a merger leads to its successors where they are known; a small typo to
    near names.
    """
    typed = clean(typed)[:100]
    if not typed:
        return Choice()
    exact = agencies.filter(code=typed).first()
    if exact:
        return Choice(typed, exact)
    named = _whole_words_first(agencies.filter(_named(typed)), typed)
    if not named:
        named = list(_after_mergers(agencies, typed, day))
        if named:
            return _choice(typed, named, by_old_name=True)
        is_former = Agency.objects.filter(_named(typed), valid_to__lt=day).exists()
        return Choice(typed, None, list(_nearly_named(agencies, typed)), is_former=is_former)
    return _choice(typed, named)


def _choice(typed: str, named: list[Agency], by_old_name: bool = False) -> Choice:
    same = [a for a in named if fold(typed) in (fold(a.unit_name), a.folded_name)]
    if len(same) == 1 or len(named) == 1:
        return Choice(typed, (same or named)[0], [], by_old_name)
    return Choice(typed, None, named[:MOST_CHOICES], by_old_name)


def _whole_words_first(agencies: Iterable[Agency], typed: str) -> list[Agency]:
    """Those that hold the typed words whole before those that hold them inside a word."""
    wanted = f" {fold(typed)} "
    folded = ((f" {each.folded_name} ", each) for each in agencies)
    ordered = sorted(folded, key=lambda pair: (wanted not in pair[0], fold(place_name(pair[1]))))
    return [agency for _name, agency in ordered]


def _named(typed: str) -> Q:
    return Q(folded_name__contains=" ".join(fold(typed).split()))


def _after_mergers(agencies: "QuerySet[Agency]", typed: str, day: date) -> "QuerySet[Agency]":
    former = Agency.objects.filter(_named(typed), valid_to__lt=day)
    return agencies.filter(replaces__in=former.values("pk")).distinct()[: MOST_CHOICES + 1]


def _nearly_named(agencies: "QuerySet[Agency]", typed: str) -> "QuerySet[Agency]":
    nearness = TrigramWordSimilarity(fold(typed), "folded_name")
    near = agencies.annotate(nearness=nearness).filter(nearness__gt=0.5)
    return near.order_by("-nearness", "name")[:6]
