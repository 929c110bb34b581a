"""What was typed on one page of a draft: as the draft would keep it, and where it differs."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from dossiers.forms import ReturnForm, StepForm, WhoForm
from dossiers.models import Dossier
from dossiers.reviewing import review_of
from dossiers.serving import agencies_for
from procedures.form_compiler import compile_form

Key = tuple[str, str, int]


@dataclass(frozen=True)
class Difference:
    """One answer that reads differently: in what the portal keeps, and as typed here."""

    label: str
    kept: str
    typed: str


def step_form(draft: Dossier, page: str, posted: Any) -> StepForm | None:
    """The plain form of step 1 (`who`) or 3 (`receiving`); None for every other page."""
    if page == "who":
        return WhoForm(draft, agencies_for(draft.procedure_version), posted)
    return ReturnForm(draft, posted) if page == "receiving" else None


def facts_typed(draft: Dossier, page: str, posted: Any) -> dict[str, Any]:
    """What the draft would keep of that page, complete or not; nothing of a page without text."""
    if page == "form" and draft.form_version is not None:
        bound = compile_form(draft.form_version.schema).bind(posted, draft.form_data)
        return {"form_data": bound.draft_value()}
    if (step := step_form(draft, page, posted)) is None:
        return {}
    step.is_valid()
    return step.facts()


def differences(dossier: Dossier, facts: dict[str, Any]) -> list[Difference]:
    """Every answer that would read differently with these facts, in the order of the steps."""
    typed = copy(dossier)
    for name, value in facts.items():
        setattr(typed, name, value)
    here, there = dict(_answers(typed)), dict(_answers(dossier))
    return [
        Difference(_label(key), there.get(key, ""), here.get(key, ""))
        for key in dict.fromkeys([*here, *there])
        if here.get(key, "") != there.get(key, "")
    ]


def blank(dossier: Dossier) -> Dossier:
    """The dossier as if nothing had been typed in it yet."""
    empty = copy(dossier)
    empty.owner, empty.contact, empty.form_data = {}, {}, {}
    empty.payer_facts, empty.quantities, empty.return_address = {}, {}, ""
    return empty


def _answers(dossier: Dossier) -> Iterator[tuple[Key, str]]:
    """Each answer under its section and label; the third of them tells rows apart."""
    seen: dict[tuple[str, str], int] = {}
    for section in review_of(dossier):
        for row in section["rows"]:
            place = (str(section["title"]), str(row["label"]))
            seen[place] = seen.get(place, 0) + 1
            yield (*place, seen[place]), str(row["shown"])


def _label(key: Key) -> str:
    section, label, number = key
    return f"{section}: {label}" + (f" ({number})" if number > 1 else "")
