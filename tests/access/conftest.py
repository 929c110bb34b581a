"""Says at the end how much of the matrix was tried."""

from typing import Any

from portal.policy import row_of
from tests.access.world import routes


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line: cells tried, cells that leaked, routes nobody wrote a row for."""
    tried = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if "test_every_cell" in report.nodeid and report.when == "call"
    ]
    if not tried:
        return
    without = [route.address for route in routes() if row_of(route.address, route.name) is None]
    cells, leaks = (sum(each.get(name, 0) for each in tried) for name in ("cells", "leaks"))
    terminalreporter.write_line(
        f"access matrix: {cells} cells tried, {leaks} leaks, {len(without)} routes without a row"
    )
