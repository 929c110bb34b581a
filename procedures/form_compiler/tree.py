"""The small tree a schema becomes: fields, groups and repeated rows, compiled once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any

ROW_LIMIT = 20
DEPTH_LIMIT = 10
FIELD_LIMIT = 1_000
LINE_LENGTH = 500
TEXT_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of an `if`: the answer at `path` is (or is not) one of `values`.

    `values` None means "has been filled in". `path` starts `up` groups above the node's own group.
    """

    path: tuple[str, ...]
    values: tuple[Json, ...] | None
    negated: bool = False
    up: int = 0


#: Clauses that must all hold; an empty one stands for an `if` that cannot be put into words.
Condition: TypeAlias = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enum: what the browser sends, the value itself, what people read."""

    token: str
    value: Json
    label: str


@dataclass(frozen=True, slots=True)
class Node:
    """What every part of a form has."""

    key: str
    title: str
    description: str
    required: bool
    conditions: tuple[Condition, ...]
    keywords: dict[str, Json]


@dataclass(frozen=True, slots=True)
class FieldNode(Node):
    """One answer. `default` is what the input shows before anybody typed, already as text."""

    kind: str
    choices: tuple[Choice, ...] = ()
    default: str = ""
    max_length: int = LINE_LENGTH
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class GroupNode(Node):
    """An object: a fieldset with a legend."""

    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class RowsNode(Node):
    """An array whose rows all look like `item`."""

    item: Node | None = None
    fewest: int = 0
    most: int = ROW_LIMIT

    @property
    def rows_at_first(self) -> int:
        """How many empty rows a blank form shows."""
        return max(1, self.fewest) if self.required else 0


def every_node(node: Node) -> Iterator[Node]:
    """The node and all below it, in reading order."""
    yield node
    below = node.children if isinstance(node, GroupNode) else ()
    if isinstance(node, RowsNode) and node.item is not None:
        below = (node.item,)
    for child in below:
        yield from every_node(child)


def safe_part(key: str) -> str:
    """A property name as a part of an input name: letters, digits and underscores only."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"_{ord(found[0]):x}_", key) or "_0_"


def escaped(key: str) -> str:
    """A property name as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
