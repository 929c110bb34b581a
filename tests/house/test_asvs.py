"""The table of ASVS requirements: each one once, and every test that it names exists."""

import re
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

TABLE = Path(".docs/asvs.md")
HEAD = "| item | level | what it asks, in our own words | how the portal meets it | test |\n|"
ROW = re.compile(r"\| (v5\.0\.0-\d+\.\d+\.\d+) \| [12] \| [^|]+ \| [^|]+ \| ([^|]+) \|")
NAMED = re.compile(r"`(tests/\w+/\w+\.py)::(test_\w+)`")
A_TEST = "`tests/house/test_asvs.py::test_every_row_names_tests_that_exist`"


def rows_of(text: str) -> list[str]:
    """The lines below the head of the table."""
    below = text.partition(HEAD)[2].splitlines()[1:]
    return [line for line in below if line]


def faults(text: str) -> list[str]:
    """What is wrong with the table, row by row; nothing when it is right."""
    found: list[str] = []
    seen: set[str] = set()
    for line in rows_of(text):
        row = ROW.fullmatch(line)
        if row is None:
            found.append(f"{line[:40]}: is no row")
            continue
        item, tests = row.groups()
        if item in seen:
            found.append(f"{item}: is there twice")
        seen.add(item)
        found += [f"{item}: {name} does not exist" for name in tests.split("<br>") if is_lost(name)]
    return found


def is_lost(name: str) -> bool:
    """Whether the name, as the table writes it, leads to no test."""
    named = NAMED.fullmatch(name)
    if named is None:
        return True
    path, function = ROOT / named[1], named[2]
    return not path.is_file() or f"\ndef {function}(" not in path.read_text()


def with_rows(*rows: str) -> str:
    """A table of these rows."""
    return "\n".join((f"{HEAD}---|---|---|---|---|", *rows))


def test_the_table_holds_at_least_sixty_requirements() -> None:
    assert len(rows_of((ROOT / TABLE).read_text())) >= 60


def test_every_row_names_tests_that_exist() -> None:
    assert faults((ROOT / TABLE).read_text()) == []


def test_a_right_row_has_no_fault() -> None:
    assert faults(with_rows(f"| v5.0.0-1.2.3 | 2 | a | b | {A_TEST}<br>{A_TEST} |")) == []


@pytest.mark.parametrize(
    "test",
    [
        "`tests/house/test_asvs.py::test_that_nobody_has_written`",
        "`tests/house/test_asvs.py::test_every_row`",
        "`tests/house/test_nowhere.py::test_every_row_names_tests_that_exist`",
        f"{A_TEST}<br>`tests/nowhere/test_asvs.py::test_every_row_names_tests_that_exist`",
        "somebody has looked at it",
    ],
)
def test_a_row_whose_test_does_not_exist_would_be_noticed(test: str) -> None:
    [fault] = faults(with_rows(f"| v5.0.0-1.2.3 | 1 | a | b | {test} |"))
    assert fault.startswith("v5.0.0-1.2.3: ")
    assert fault.endswith(" does not exist")


@pytest.mark.parametrize(
    "row",
    [
        f"| v4.0.3-1.2.3 | 1 | a | b | {A_TEST} |",
        f"| v5.0.0-1.2 | 1 | a | b | {A_TEST} |",
        f"| v5.0.0-1.2.3 | 3 | a | b | {A_TEST} |",
        f"| v5.0.0-1.2.3 | 1 | a | {A_TEST} |",
        "and so on",
    ],
)
def test_a_line_that_is_no_row_would_be_noticed(row: str) -> None:
    assert faults(with_rows(row)) == [f"{row[:40]}: is no row"]


def test_a_requirement_told_twice_would_be_noticed() -> None:
    row = f"| v5.0.0-1.2.3 | 1 | a | b | {A_TEST} |"
    assert faults(with_rows(row, row)) == ["v5.0.0-1.2.3: is there twice"]
