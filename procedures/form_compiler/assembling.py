"""From the live tree back to JSON: the clean value, the draft, and what a browser would post."""

from procedures.form_compiler.live import (
    Live,
    LiveField,
    LiveGroup,
    LiveRows,
    below,
    every_live,
)
from procedures.form_compiler.text import storable, tidy
from procedures.form_compiler.tree import GroupNode, Json, RowsNode


def value_of(live: Live) -> Json:
    """The clean answer of this place; None when there is none.

    Blank rows and untouched optional groups are left out. Remembers in `kept` which rows stayed,
    so that a complaint about the value finds its row again.
    """
    if isinstance(live, LiveField):
        return live.value
    if isinstance(live, LiveRows):
        return _rows_value(live)
    found = {child.node.key: value_of(child) for child in below(live)}
    answer = {key: value for key, value in found.items() if value is not None}
    if _is_untouched(live) and (not answer or _misses_required(live)):
        return None
    return answer


def _rows_value(live: LiveRows) -> Json:
    if not live.editable and not any(place.editable for place in every_live(live)):
        live.kept = list(range(len(live.rows)))
        return live.initial if isinstance(live.initial, list) else None
    live.kept, answer = [], []
    for number, row in enumerate(live.rows):
        value = value_of(row)
        if value is None and isinstance(row, LiveField) and row.unread:
            continue  # its own complaint is shown already
        if value is not None:
            live.kept.append(number)
            answer.append(value)
    return answer or None


def _is_untouched(live: Live) -> bool:
    """Nobody answered anything below, and nothing stored and locked stands there."""
    for place in every_live(live):
        if isinstance(place, LiveField):
            if place.editable and (place.is_touched or place.unread):
                return False
            if not place.editable and place.initial is not None:
                return False
    return True


def _misses_required(live: Live) -> bool:
    for child in below(live):
        if not child.node.required:
            continue
        if isinstance(child, LiveGroup):
            if _misses_required(child):
                return True
        elif value_of(child) is None:
            return True
    return False


def filled_up(node: GroupNode, value: dict[str, Json]) -> dict[str, Json]:
    """Empty objects and lists where the schema requires the group but no answer inside.

    So a complaint names the missing answer in the group rather than the group.
    """
    for child in node.children:
        if child.required and child.key not in value:
            if isinstance(child, GroupNode):
                value[child.key] = {}
            elif isinstance(child, RowsNode):
                value[child.key] = []
        inner = value.get(child.key)
        if isinstance(child, GroupNode) and isinstance(inner, dict):
            filled_up(child, inner)
        elif isinstance(child, RowsNode) and isinstance(inner, list):
            for row in inner:
                if isinstance(child.item, GroupNode) and isinstance(row, dict):
                    filled_up(child.item, row)
    return value


def draft_of(live: Live) -> Json:
    """What was typed, valid or not, in the shape of the value; rows stay where they are."""
    if isinstance(live, LiveField):
        return _draft_answer(live)
    if isinstance(live, LiveRows):
        if not live.editable and not live.rows:
            return live.initial
        blank: Json = {} if isinstance(live.node.item, GroupNode) else ""
        rows = [draft_of(row) for row in live.rows]
        return [blank if row is None else row for row in rows] or None
    found = {child.node.key: draft_of(child) for child in below(live)}
    answer = {key: value for key, value in found.items() if value is not None}
    if _shows_only_defaults(live) and _misses_required(live):
        return None  # a group nobody touched; its defaults will be shown again
    return answer or None


def _shows_only_defaults(live: Live) -> bool:
    fields = [place for place in every_live(live) if isinstance(place, LiveField)]
    return all(f.editable and not f.unread and f.raw in (f.node.default, []) for f in fields)


def _draft_answer(live: LiveField) -> Json:
    if not live.editable:
        return live.initial
    if live.value is not None:
        return live.value
    if isinstance(live.raw, list):
        return [storable(text) for text in live.raw[:100]] or None
    kept = storable(live.raw)
    if tidy(kept):
        return kept
    return "" if live.node.default else None


def posted_from(live: Live) -> dict[str, str | list[str]]:
    """The names and texts a browser would send for this tree as it stands."""
    posted: dict[str, str | list[str]] = {}
    for place in every_live(live):
        if isinstance(place, LiveRows):
            posted[f"{place.name}.count"] = str(len(place.rows))
        elif isinstance(place, LiveField) and place.raw not in ("", []):
            posted[place.name] = place.raw
    return posted
