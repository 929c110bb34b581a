"""Writes how each fault ended into the last column of the README's table."""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

README = Path(__file__).with_name("README.md")
ROW = re.compile(r"^(?P<row>\|.*\| `(?P<test>test_\w+\.py::\w+)` \|)[^|]*\|$", re.MULTILINE)

Outcomes = dict[str, list[tuple[str, float]]]


def gathered(reports: list[tuple[str, str, float]]) -> Outcomes:
    """Outcomes by `file.py::test`, the cases of a parametrised test together."""
    found: Outcomes = defaultdict(list)
    for node, outcome, seconds in reports:
        found[node.partition("[")[0].rpartition("/")[2]].append((outcome, seconds))
    return found


def in_words(outcomes: list[tuple[str, float]], on: date) -> str:
    """One cell: the worst outcome, the longest time, the day."""
    names = {outcome for outcome, _seconds in outcomes}
    worst = next(each for each in ("failed", "skipped", "passed") if each in names)
    longest = max(seconds for _outcome, seconds in outcomes)
    return f"{worst}, {longest:.0f} s, {on.isoformat()}"


def with_results(text: str, outcomes: Outcomes, on: date) -> str:
    """The README with the rows of the tests that ran brought up to date."""

    def row(match: re.Match[str]) -> str:
        if match["test"] not in outcomes:
            return match[0]
        return f"{match['row']} {in_words(outcomes[match['test']], on)} |"

    return ROW.sub(row, text)
