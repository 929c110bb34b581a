"""Loads what groups procedures: essential services and life events."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from portal.core.catalogue_files import Tally
from procedures.models import EssentialService, LifeEvent, Procedure


def write_essential_services(
    records: Iterable[dict[str, Any]], procedures: Mapping[str, Procedure]
) -> Tally:
    """Bring the essential services, and the procedures behind them, to what the file says."""
    return _tally(
        _write(
            EssentialService,
            record["no"],
            {
                "name": record["name"],
                "is_handled_here": record["handled_in_province"],
                "is_verified": record["verified"],
                "unverified": record["unverified"],
                "source": record["source"],
                "note": record["note"] or "",
            },
            [procedures[code].pk for code in record["procedure_codes"]],
        )
        for record in records
    )


def write_life_events(
    records: Iterable[dict[str, Any]], procedures: Mapping[str, Procedure]
) -> Tally:
    """Bring the life events, and the procedures behind them, to what the file says."""
    return _tally(
        _write(
            LifeEvent,
            record["key"],
            {
                "position": position,
                **{name: record[name] for name in ("title", "line", "icon", "audience")},
            },
            [procedures[code].pk for code in record["procedure_codes"]],
        )
        for position, record in enumerate(records)
    )


def _write(
    model: type[Model], key: int | str, fields: dict[str, Any], procedures: list[int]
) -> str:
    """Create or correct one group; answers what it came to."""
    group = model._default_manager.filter(pk=key).first()
    outcome = "unchanged" if group else "created"
    if group is None:
        group = model._default_manager.create(pk=key, **fields)
    elif any(getattr(group, name) != value for name, value in fields.items()):
        model._default_manager.filter(pk=key).update(**fields)
        outcome = "changed"
    members = group.procedures  # type: ignore[attr-defined]  # both models have them
    if set(members.values_list("pk", flat=True)) != set(procedures):
        members.set(procedures)
        outcome = "changed" if outcome == "unchanged" else outcome
    return outcome


def _tally(outcomes: Iterable[str]) -> Tally:
    tally = Tally()
    for outcome in outcomes:
        setattr(tally, outcome, getattr(tally, outcome) + 1)
    return tally
