"""Says at the end how much of the matrix was tried, and how much rubbish was thrown."""

from typing import Any

from portal.policy import row_of
from tests.access.world import routes


def lines_about(reporter: Any) -> list[str]:
    """A line each: cells tried and leaking, routes nobody wrote a row for; bad inputs thrown."""
    told = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in reporter.stats.get(outcome, [])
        if report.when == "call" and report.user_properties
    ]
    cells, leaks, thrown = (
        sum(each.get(name, 0) for each in told) for name in ("cells", "leaks", "thrown")
    )
    lines = []
    if cells:
        rowless = [r.address for r in routes() if row_of(r.address, r.name) is None]
        lines.append(
            f"access matrix: {cells} cells tried, {leaks} leaks, "
            f"{len(rowless)} routes without a row"
        )
    if thrown:
        lines.append(f"bad input: {thrown} thrown at every door that takes some")
    return lines
