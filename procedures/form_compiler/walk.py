"""From schema to tree: every property becomes a field, a group or rows, or is refused."""

from dataclasses import dataclass, field, replace

from procedures.form_compiler.answers import token_of, typed
from procedures.form_compiler.conditions import Overlay, overlays_of, spread
from procedures.form_compiler.labels import choice_label, humanised
from procedures.form_compiler.references import Shape, shape_of
from procedures.form_compiler.tree import (
    DEPTH_LIMIT,
    FIELD_LIMIT,
    LINE_LENGTH,
    ROW_LIMIT,
    TEXT_LENGTH,
    Choice,
    Clause,
    Condition,
    FieldNode,
    GroupNode,
    Json,
    Node,
    RowsNode,
    escaped,
    every_node,
    safe_part,
)
from procedures.form_compiler.unsupported import UnsupportedSchema
from procedures.form_compiler.vocabulary import labelled_constant

_SKELETON = frozenset({"properties", "items", "$defs", "definitions", "$schema", "$id"})
_BY_FORMAT = {"date": "date", "time": "time", "date-time": "date-time", "email": "email"}
LONG_TEXT = 300
_INFERRED = {
    "properties": "object",
    "items": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the schema the walk stands, and what the group above says about it."""

    key: str
    pointer: str
    required: bool = False
    conditions: tuple[Condition, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    depth: int = 0

    def item(self) -> "Place":
        """The place of a row below these rows."""
        return Place(self.key, f"{self.pointer}/items", required=True, depth=self.depth + 1)


@dataclass(slots=True)
class Walker:
    """One walk over one schema; `fields` counts what has been made so far."""

    root: dict[str, Json]
    multiline: frozenset[str]
    fields: int = field(default=0)

    def tree(self) -> GroupNode:
        """The whole form."""
        top = self.node(self.root, Place("", "", required=True))
        if not isinstance(top, GroupNode):
            raise UnsupportedSchema("", "type", "the root must be an object")
        _check_names(top)
        return _settled_group(top, inherited=True)

    def node(self, schema: Json, place: Place) -> Node:
        """What stands at one place."""
        if place.depth > DEPTH_LIMIT:
            raise UnsupportedSchema(place.pointer, "depth", f"more than {DEPTH_LIMIT} levels")
        self.fields += 1
        if self.fields > FIELD_LIMIT:
            raise UnsupportedSchema(place.pointer, "properties", f"more than {FIELD_LIMIT}")
        shape = shape_of(self.root, schema, place.pointer)
        if not shape.has_substance:
            shape, place = self._from_branch(place)
        kind = _kind(shape.words, place.pointer)
        if kind == "object":
            return self._group(shape, place)
        if kind == "array":
            return self._array(shape, place)
        return self._field(shape.words, kind, place)

    def _from_branch(self, place: Place) -> tuple[Shape, Place]:
        """A property that only a `then` or `else` describes."""
        for overlay in place.overlays:
            shape = shape_of(self.root, overlay.schema, place.pointer)
            if shape.has_substance:
                rest = tuple(o for o in place.overlays if o is not overlay)
                return shape, replace(place, overlays=rest)
        raise UnsupportedSchema(place.pointer, "type", "missing")

    def _group(self, shape: Shape, place: Place) -> GroupNode:
        words = shape.words
        overlays = overlays_of(self.root, shape.conditionals, place.pointer)
        for above in place.overlays:
            overlays += spread(self.root, above.schema, above.condition, place.pointer)
        for key, asked in words.get("dependentRequired", {}).items():
            overlays.append(Overlay((Clause((key,), None),), {"required": asked}))
        names = _ordered_names(words, overlays)
        self._check_closed(words, names, place)
        return GroupNode(
            **_basics(words, place),
            children=tuple(
                self.node(words.get("properties", {}).get(name, True), below)
                for name, below in ((n, _below(n, words, overlays, place)) for n in names)
            ),
        )

    def _check_closed(self, words: dict[str, Json], names: list[str], place: Place) -> None:
        """A property that only a branch knows can never be valid in a closed group."""
        if words.get("additionalProperties", True) is False:
            for name in names:
                if name not in words.get("properties", {}):
                    raise UnsupportedSchema(
                        place.pointer, "additionalProperties", f"would always refuse {name}"
                    )

    def _array(self, shape: Shape, place: Place) -> Node:
        words = shape.words
        items = words.get("items")
        if not isinstance(items, dict):
            raise UnsupportedSchema(place.pointer, "items", "missing")
        item = self.node(items, place.item())
        if isinstance(item, FieldNode) and item.choices and words.get("uniqueItems"):
            basics = _basics(words, place)
            return FieldNode(**basics, kind="choices", choices=item.choices)
        most = min(words.get("maxItems", ROW_LIMIT), 5 * ROW_LIMIT)
        fewest = words.get("minItems", 0)
        if fewest > most:
            raise UnsupportedSchema(place.pointer, "minItems", f"more than {most}")
        return RowsNode(**_basics(words, place), item=item, fewest=fewest, most=most)

    def _field(self, words: dict[str, Json], kind: str, place: Place) -> FieldNode:
        limit = words.get("maxLength")
        multiline = kind == "text" and (
            words.get("x-multiline", place.key in self.multiline or (limit or 0) >= LONG_TEXT)
            is True
        )
        node = FieldNode(
            **_basics(words, place),
            kind=kind,
            choices=_choices(words, kind, place),
            max_length=limit or (TEXT_LENGTH if multiline else LINE_LENGTH),
            multiline=multiline,
        )
        return replace(node, default=_default(node))


def _basics(words: dict[str, Json], place: Place) -> dict[str, Json]:
    return {
        "key": place.key,
        "title": words.get("title") or humanised(place.key),
        "description": words.get("description", ""),
        "required": place.required,
        "conditions": () if place.required else place.conditions,
        "keywords": {k: v for k, v in words.items() if k not in _SKELETON},
    }


def _kind(words: dict[str, Json], pointer: str) -> str:
    """object, array, or the kind of a field."""
    name = words.get("type") or _inferred_type(words)
    if name in ("object", "array"):
        return str(name)
    if name == "boolean":
        return "tick" if words.get("const", words.get("enum")) in (True, [True]) else "yes_no"
    if "enum" in words or "const" in words or _labelled(words):
        return "choice"
    if name == "string":
        return _BY_FORMAT.get(words.get("format", ""), "text")
    if name in ("integer", "number"):
        return str(name)
    raise UnsupportedSchema(pointer, "type", "missing")


def _inferred_type(words: dict[str, Json]) -> str:
    values = _values(words)
    if values:
        return "boolean" if all(isinstance(v, bool) for v in values) else "string"
    return next((name for word, name in _INFERRED.items() if word in words), "")


def _labelled(words: dict[str, Json]) -> list[dict[str, Json]]:
    members = words.get("oneOf") or words.get("anyOf") or []
    return members if all(labelled_constant(m) for m in members) else []


def _values(words: dict[str, Json]) -> list[Json]:
    if "enum" in words:
        return list(words["enum"])
    if "const" in words:
        return [words["const"]]
    return [member["const"] for member in _labelled(words)]


def _choices(words: dict[str, Json], kind: str, place: Place) -> tuple[Choice, ...]:
    if kind in ("yes_no", "tick"):
        values: list[Json] = [True, False] if kind == "yes_no" else [True]
    elif kind == "choice":
        values = _values(words)
    else:
        return ()
    if any(v is None or v == "" or isinstance(v, dict | list) for v in values):
        raise UnsupportedSchema(place.pointer, "enum", "null, empty or nested value")
    labels = {token_of(m["const"]): m.get("title") for m in _labelled(words)}
    labels |= words.get("x-labels", {})
    choices = tuple(
        Choice(t, v, labels.get(t) or choice_label(place.key, v))
        for t, v in ((token_of(v), v) for v in values)
    )
    if len({choice.token for choice in choices}) < len(choices):
        raise UnsupportedSchema(place.pointer, "enum", "values look alike")
    return choices


def _default(node: FieldNode) -> str:
    """What the input shows at first: the schema's default, or the only choice there is."""
    value = node.keywords.get("default")
    if node.kind == "tick":
        return ""
    if node.kind == "choice" and node.required and len(node.choices) == 1:
        return node.choices[0].token
    text = typed(node, value)
    if not isinstance(text, str) or (node.choices and text not in {c.token for c in node.choices}):
        return ""
    return text


def _ordered_names(words: dict[str, Json], overlays: list[Overlay]) -> list[str]:
    """`x-order` first (a database may forget the order of keys), then as written."""
    known = dict.fromkeys(words.get("properties", {}))
    for overlay in overlays:
        known |= dict.fromkeys(overlay.schema.get("properties", {}))
    told = [name for name in words.get("x-order", []) if name in known]
    return list(dict.fromkeys([*told, *known]))


def _below(name: str, words: dict[str, Json], overlays: list[Overlay], place: Place) -> Place:
    base = words.get("properties", {}).get(name, True)
    describing = [o for o in overlays if name in o.schema.get("properties", {})]
    asking = [o for o in overlays if name in o.schema.get("required", [])]
    hanging = asking if base not in (True, {}) else asking + describing
    return Place(
        key=name,
        pointer=f"{place.pointer}/properties/{escaped(name)}",
        required=name in words.get("required", []),
        conditions=tuple(dict.fromkeys(o.condition for o in hanging)),
        overlays=tuple(o.below(name, o.schema["properties"][name]) for o in describing),
        depth=place.depth + 1,
    )


def _check_names(top: GroupNode) -> None:
    """Two properties may not end up with one input name."""
    for node in every_node(top):
        if isinstance(node, GroupNode):
            parts = [safe_part(child.key) for child in node.children]
            if len(set(parts)) < len(parts):
                raise UnsupportedSchema(node.key, "properties", "names look alike")


def asks_for_typing(node: Node) -> bool:
    """Whether a required answer below has no default, so that an untouched group is not filled."""
    if isinstance(node, GroupNode):
        return any(child.required and asks_for_typing(child) for child in node.children)
    return not isinstance(node, FieldNode) or not node.default


def _with_settled_defaults(node: Node, *, inherited: bool) -> Node:
    """Leave out defaults where they alone would look like a filled-in optional group."""
    if isinstance(node, GroupNode):
        return _settled_group(node, inherited=inherited)
    if isinstance(node, RowsNode) and node.item is not None:
        return replace(node, item=_with_settled_defaults(node.item, inherited=False))
    if isinstance(node, FieldNode) and not inherited:
        return replace(node, default="")
    return node


def _settled_group(node: GroupNode, *, inherited: bool) -> GroupNode:
    keeps = (node.required and inherited) or asks_for_typing(node)
    children = tuple(_with_settled_defaults(c, inherited=keeps) for c in node.children)
    return replace(node, children=children)
