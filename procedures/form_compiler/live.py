"""The tree of one visit: the compiled fields, each with its input name and what was typed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from procedures.form_compiler.answers import typed
from procedures.form_compiler.text import tidy
from procedures.form_compiler.tree import (
    DEPTH_LIMIT,
    FieldNode,
    GroupNode,
    Json,
    Node,
    RowsNode,
    escaped,
    safe_part,
)

Posted: TypeAlias = MultiValueDict[str, str]
#: Longer row numbers are no row numbers.
ROW_DIGITS = 4
LIVE_LIMIT = 5_000
#: No input of ours has a longer name, or one of more parts: a key and a row number for each level.
LONGEST_NAME = 1_000
MOST_PARTS = 2 * DEPTH_LIMIT + 2


@dataclass(slots=True, eq=False)
class Live:
    """One place of the form in one visit. `initial` is the stored answer of this place."""

    node: Node
    name: str
    pointer: str
    parent: "Live | None"
    initial: Json
    editable: bool

    @property
    def anchor(self) -> str:
        """An id that CSS and links can use without escaping."""
        return self.name.replace(".", "-")


@dataclass(slots=True, eq=False)
class LiveField(Live):
    """An answer: `raw` as typed, `value` once read, `unread` when it made no sense."""

    node: FieldNode
    raw: str | list[str] = ""
    value: Json = None
    unread: bool = False

    @property
    def is_touched(self) -> bool:
        """Whether somebody answered here, rather than leaving what the form showed."""
        if isinstance(self.raw, list):
            return bool(self.raw)
        return tidy(self.raw) not in ("", self.node.default)


@dataclass(slots=True, eq=False)
class LiveGroup(Live):
    """An object with its children."""

    node: GroupNode
    children: list[Live] = field(default_factory=list)

    def child(self, key: str) -> Live | None:
        """The child that holds this property."""
        return next((child for child in self.children if child.node.key == key), None)


@dataclass(slots=True, eq=False)
class LiveRows(Live):
    """An array; `kept` says which rows went into the value, `claimed` how many were sent."""

    node: RowsNode
    rows: list[Live] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    claimed: int = 0


def every_live(live: Live) -> Iterator[Live]:
    """The place and all below it, in reading order."""
    yield live
    for child in below(live):
        yield from every_live(child)


def below(live: Live) -> list[Live]:
    """The places directly below."""
    if isinstance(live, LiveGroup):
        return live.children
    return live.rows if isinstance(live, LiveRows) else []


def as_posted(data: object) -> Posted:
    """Any mapping of names to text, as a browser would have sent it."""
    if isinstance(data, QueryDict):
        return data
    posted: Posted = MultiValueDict()
    for name, value in dict(data).items():  # type: ignore[call-overload]  # any mapping may come
        values = value if isinstance(value, list | tuple) else [value]
        posted.setlist(str(name), ["" if v is None else str(v) for v in values])
    return posted


def row_number(text: object) -> int | None:
    """A row number sent by a browser; None for anything else."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= ROW_DIGITS:
        return int(text)
    return None


def rows_seen(posted: Posted) -> dict[str, int]:
    """For each name that has numbered parts below it, how many rows that makes."""
    seen: dict[str, int] = {}
    for name in posted:
        parts = name[: LONGEST_NAME + 1].split(".")
        if len(name) > LONGEST_NAME or len(parts) > MOST_PARTS:
            continue  # made up: it would be cut into as many names as it has parts
        for place, part in enumerate(parts[1:], start=1):
            number = row_number(part)
            if number is not None:
                above = ".".join(parts[:place])
                seen[above] = max(seen.get(above, 0), number + 1)
    return seen


@dataclass(slots=True)
class Grower:
    """Grows the live tree from what was posted, or from stored answers."""

    posted: Posted | None
    may_edit: Callable[[str], bool]
    is_fresh: bool
    seen: dict[str, int] = field(init=False)
    left: int = LIVE_LIMIT

    def __post_init__(self) -> None:
        self.seen = rows_seen(self.posted) if self.posted is not None else {}

    def tree(self, node: GroupNode, prefix: str, initial: Json) -> LiveGroup:
        """The whole form."""
        return self._group(LiveGroup(node, prefix, "", None, initial, self.may_edit("")))

    def grow(self, node: Node, name: str, pointer: str, parent: Live | None, initial: Json) -> Live:
        """The place and everything below it."""
        self.left -= 1
        place = (node, name, pointer, parent, initial, self.may_edit(pointer))
        if isinstance(node, GroupNode):
            return self._group(LiveGroup(*place))  # type: ignore[arg-type]  # node just checked
        if isinstance(node, RowsNode):
            return self._rows(LiveRows(*place))  # type: ignore[arg-type]
        live = LiveField(*place)  # type: ignore[arg-type]
        live.raw = self._raw(live)
        return live

    def _group(self, live: LiveGroup) -> LiveGroup:
        stored = live.initial if isinstance(live.initial, dict) else {}
        for child in live.node.children:
            name = f"{live.name}.{safe_part(child.key)}"
            pointer = f"{live.pointer}/{escaped(child.key)}"
            live.children.append(self.grow(child, name, pointer, live, stored.get(child.key)))
        return live

    def _rows(self, live: LiveRows) -> LiveRows:
        stored = live.initial if isinstance(live.initial, list) else []
        live.claimed = self._row_count(live, stored)
        item = live.node.item
        for number in range(min(live.claimed, max(live.node.most, len(stored)))):
            if item is None or self.left <= 0:
                break
            row = stored[number] if number < len(stored) else None
            place = (f"{live.name}.{number}", f"{live.pointer}/{number}")
            live.rows.append(self.grow(item, *place, live, row))
        return live

    def _row_count(self, live: LiveRows, stored: list[Json]) -> int:
        if self.posted is None:
            return len(stored) or (live.node.rows_at_first if live.editable else 0)
        if not live.editable:
            return len(stored)
        told = row_number(self.posted.get(f"{live.name}.count", "")) or 0
        return max(told, self.seen.get(live.name, 0))

    def _raw(self, live: LiveField) -> str | list[str]:
        """What stands in the input: posted text, else the stored answer, else the default."""
        if self.posted is not None and live.editable:
            if live.node.kind == "choices":
                return [str(text) for text in self.posted.getlist(live.name)]
            return str(self.posted.get(live.name, ""))
        if live.initial is None and self.is_fresh and live.editable:
            return live.node.default
        return typed(live.node, live.initial)
