"""Which row of a version holds for a case and a channel: values in, values out; no Django."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

ANY_CHANNEL = "tat_ca"
ORDINARY_CASE = "mac_dinh"


class CaseRow(Protocol):
    """A row that hangs on a case and a channel."""

    case: str
    channel: str


Row = TypeVar("Row", bound=CaseRow)


def row_for(rows: Iterable[Row], case: str, channel: str) -> Row | None:
    """The row that holds: the case's own before the ordinary one, the channel's before all's."""
    fitting = [
        row
        for row in rows
        if row.case in (case, ORDINARY_CASE) and row.channel in (channel, ANY_CHANNEL)
    ]
    return min(fitting, key=lambda row: (row.case != case, row.channel != channel), default=None)
