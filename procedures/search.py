"""Finding procedures as people type them, narrowed by what they chose, with counts."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, reduce
from math import ceil
from operator import add, or_
from typing import Any

from django.db.models import Case, Count, F, Max, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Contains

from portal.accounts.models import Agency, AgencyKind
from portal.core.text import fold
from procedures import spelling
from procedures.models import Competence, Procedure, ProcedureVersion

Versions = QuerySet[ProcedureVersion]
# A text that holds this share of the typed words is near what was meant.
MOST_WORDS = 0.6
MOST_TYPED = 12
# Folded texts begin with the name, so that Đ stands beside D.
BY_NAME = ("search_text", "pk")
NEAREST_FIRST = (F("hits").desc(), F("is_phrase").desc(), Length("name"), "pk")
_WORD = re.compile(r"[a-z0-9.]+")


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; an empty part does not narrow."""

    q: str = ""
    field: str = ""
    level: str = ""
    audience: str = ""
    service_level: int | None = None
    essential: bool | None = None
    life_event: str = ""
    agency: Agency | None = None

    def conditions(self, day: date) -> dict[str, Q]:
        """One condition for every part that narrows, by the part's name."""
        chosen = {
            "field": Q(field=self.field) if self.field else None,
            "level": at_level(self.level, day) if self.level else None,
            "audience": for_audience(self.audience) if self.audience else None,
            "service_level": of_level(self.service_level) if self.service_level else None,
            "essential": is_essential(self.essential) if self.essential is not None else None,
            "life_event": in_life_event(self.life_event) if self.life_event else None,
            "agency": handled_by(self.agency, day) if self.agency else None,
        }
        return {part: condition for part, condition in chosen.items() if condition is not None}


@dataclass(frozen=True)
class Found:
    """The versions found, best first, and whether they are only near what was typed."""

    versions: Versions
    texts: Versions
    is_near: bool


def at_level(level: str, day: date) -> Q:
    """Handled at that level of government on that day."""
    competent = Competence.objects.valid_on(day).filter(levels__contains=[level])
    return Q(pk__in=competent.values("version_id"))


def handled_by(agency: Agency, day: date) -> Q:
    """In the competence of that agency on that day."""
    kinds = AgencyKind.objects.filter(Q(agencies=agency) | ~Q(kind="") & Q(kind=agency.kind))
    competent = Competence.objects.valid_on(day).filter(
        agency_kind__in=kinds.values("pk"), levels__contains=[agency.level]
    )
    return Q(pk__in=competent.values("version_id"))


def for_audience(audience: str) -> Q:
    """Meant for these people."""
    return Q(audience__contains=[audience])


def of_level(level: int) -> Q:
    """Offered online at this level (mức độ)."""
    return Q(service_level=level)


def is_essential(wanted: bool) -> Q:
    """Belongs, or does not belong, to an essential service of Đề án 06."""
    return Q(procedure__essential_no__isnull=not wanted)


def in_life_event(key: str) -> Q:
    """Needed at that moment in life or business."""
    needed = Procedure.objects.filter(life_events=key)
    return Q(procedure_id__in=needed.values("pk"))


def find(wish: Wish, day: date) -> Found:
    """Versions in force that day; near ones when no text holds every typed word."""
    everything = ProcedureVersion.objects.in_force(day)
    typed = " ".join(fold(wish.q).split())
    chosen = all_of(wish.conditions(day).values())
    texts: Versions = everything.matching(typed)
    if typed and not texts.exists():
        texts = _near(everything, typed.split()[:MOST_TYPED])
        versions = texts.filter(chosen).order_by(*NEAREST_FIRST)
        return Found(with_shown_parts(versions, day), texts, is_near=True)
    return Found(with_shown_parts(_ranked(texts.filter(chosen), typed), day), texts, is_near=False)


def _near(versions: Versions, words: list[str]) -> Versions:
    """Texts that hold most of the words, each read with one slip of the finger if need be."""
    vocabulary = _vocabulary(*_vocabulary_stamp())
    options = [found for word in words if (found := spelling.readings(word, vocabulary))]
    enough = max(1, ceil(len(words) * MOST_WORDS))
    if len(options) < enough:
        return versions.annotate(hits=Value(0), is_phrase=Value(0)).none()
    hits = [Case(When(_holds_any(words), then=1), default=0) for words in options]
    return versions.annotate(
        hits=reduce(add, hits),
        is_phrase=Case(When(_holds_any(spelling.phrases(options)), then=1), default=0),
    ).filter(hits__gte=enough)


def _holds_any(words: Iterable[str]) -> Q:
    return reduce(or_, (Q(search_text__contains=word) for word in words))


def _vocabulary_stamp() -> tuple[int, int]:
    """Changes when versions are added; texts are hardly ever rewritten without that."""
    stamp = ProcedureVersion.objects.aggregate(many=Count("pk"), last=Max("pk"))
    return stamp["many"], stamp["last"] or 0


@lru_cache(maxsize=1)
def _vocabulary(_many: int, _last: int) -> tuple[str, ...]:
    """Every word of the catalogue's texts, the most usual first; read once per catalogue."""
    texts = ProcedureVersion.objects.published().values_list("search_text", flat=True)
    return tuple(word for word, _n in Counter(_WORD.findall(" ".join(texts))).most_common())


def _ranked(versions: Versions, typed: str) -> Versions:
    """Names that begin with the phrase, names that hold it, other texts that do, then the rest.

    `search_text` begins with the folded name, so its first characters are the name.
    Among equals the plainer, shorter name comes first.
    """
    if not typed:
        return versions.order_by(F("procedure__essential_no").asc(nulls_last=True), *BY_NAME)
    name = Substr("search_text", 1, Length("name"))
    rank = Case(
        When(search_text__startswith=typed, then=Value(0)),
        When(Contains(name, Value(typed)), then=Value(1)),
        When(search_text__contains=typed, then=Value(2)),
        default=Value(3),
    )
    return versions.order_by(rank, Length("name"), *BY_NAME)


def all_of(conditions: Iterable[Q]) -> Q:
    """Every condition at once."""
    together = Q()
    for condition in conditions:
        together &= condition
    return together


def with_shown_parts(versions: Versions, day: date) -> Versions:
    """What a list shows of each version, without a query per row."""
    competent = Prefetch("competences", Competence.objects.valid_on(day))
    wide = ("record", "search_text", "guidance_steps", "requirements", "results", "keywords")
    return versions.select_related("procedure").prefetch_related(competent).defer(*wide)


def fields_on(day: date) -> list[str]:
    """The fields (lĩnh vực) that have procedures that day."""
    versions = ProcedureVersion.objects.in_force(day).order_by("field")
    return sorted(versions.values_list("field", flat=True).distinct(), key=fold)


def counts(found: Found, wish: Wish, day: date, choices: dict[str, dict[Any, Q]]) -> dict[str, Any]:
    """How many versions each further choice would leave, and how many are found: one query.

    A choice replaces the present one of its own part; the other parts stay.
    """
    chosen = wish.conditions(day)
    wanted = {"total": all_of(chosen.values())}
    for part, options in choices.items():
        others = all_of(condition for name, condition in chosen.items() if name != part)
        for number, condition in enumerate(options.values()):
            wanted[f"{part}_{number}"] = others & condition
    counted = found.texts.aggregate(
        **{name: Count("pk", filter=condition) if condition else Count("pk")
           for name, condition in wanted.items()}
    )  # fmt: skip
    per_part = {
        part: {key: counted[f"{part}_{number}"] for number, key in enumerate(options)}
        for part, options in choices.items()
    }
    return {"total": counted["total"], **per_part}


def field_counts(found: Found, wish: Wish, day: date) -> list[tuple[str, int]]:
    """How many of the found versions each field has, whatever field is chosen now."""
    others = all_of(replace(wish, field="").conditions(day).values())
    rows = found.texts.filter(others).values("field").annotate(many=Count("pk"))
    counted: list[tuple[str, int]] = list(rows.order_by("field").values_list("field", "many"))
    return sorted(counted, key=lambda row: fold(row[0]))
