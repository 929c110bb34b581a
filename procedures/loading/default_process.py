"""Derives the steps of a process for procedures whose internal process nobody has written."""

from collections.abc import Iterable, Mapping
from typing import Any

MINUTES_PER_HOUR = 60
ROUND_TO = 5


def working_minutes(value: float, unit: str, hours_per_day: float) -> int:
    """The working minutes of a legal time; a day of either kind counts as one working day."""
    hours = value if unit == "gio" else value * hours_per_day
    return round(hours * MINUTES_PER_HOUR)


def proposed_steps(pattern: Iterable[Mapping[str, Any]], minutes: int) -> list[dict[str, Any]]:
    """Steps in the pattern's order whose minutes add up to the legal time.

    A step with a share takes that share, at most its limit; the step without one takes the rest.
    """
    steps = [dict(step) for step in pattern]
    for step in steps:
        if step["share"] is not None:
            share = int(minutes * step["share"]) // ROUND_TO * ROUND_TO
            step["minutes"] = max(1, min(share, step["at_most_minutes"]))
    given = sum(step.get("minutes", 0) for step in steps)
    rest = minutes - given
    return [
        {"name": step["name"], "role": step["role"], "minutes": step.get("minutes", rest)}
        for step in steps
    ]
