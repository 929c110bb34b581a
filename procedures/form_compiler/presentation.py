"""What the templates show: sections, groups, rows and fields with every attribute worked out."""

from dataclasses import dataclass, field

from procedures.form_compiler.answers import shown
from procedures.form_compiler.conventions import autocomplete_of
from procedures.form_compiler.hints import hint_of
from procedures.form_compiler.live import Live, LiveField, LiveGroup, LiveRows, below, every_live
from procedures.form_compiler.tree import Json
from procedures.form_compiler.widgets import control_of, input_mode, width_class
from procedures.form_compiler.wording import shown_when, title_of


@dataclass(frozen=True, slots=True)
class OptionView:
    """One radio, checkbox or select entry."""

    id: str
    value: str
    label: str
    chosen: bool


@dataclass(slots=True)
class PlaceView:
    """What field, group and rows have in common."""

    template: str
    id: str
    name: str
    title: str
    hint: str
    error: str
    pointer: str
    optional: bool
    locked: bool
    show_when: str = ""
    show_values: str = ""
    level: int = 1
    folds: bool = False
    is_open: bool = True
    items: list["PlaceView"] = field(default_factory=list)

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for `aria-describedby`."""
        ids = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*ids, f"{self.id}-error"] if self.error else ids)


@dataclass(slots=True)
class FieldView(PlaceView):
    """One answer."""

    control: str = "input"
    type: str = "text"
    text: str = ""
    options: list[OptionView] = field(default_factory=list)
    autocomplete: str = ""
    inputmode: str = ""
    css: str = ""
    max_length: int = 0
    statement: str = ""


@dataclass(slots=True)
class RowsView(PlaceView):
    """Repeated rows with their buttons."""

    row_name: str = ""
    count: int = 0
    can_add: bool = False
    can_remove: bool = False
    new_anchor: str = ""


@dataclass(slots=True)
class SectionView:
    """A card of the page: one group, one repeated group, or loose fields in a row."""

    id: str
    pointer: str
    title: str
    items: list[PlaceView]
    is_plain: bool
    is_locked: bool


def error_anchor(live: Live) -> str:
    """Where the error summary leads: the input, the group, or the button that adds a row."""
    if isinstance(live, LiveRows) and live.editable and len(live.rows) < live.node.most:
        return f"{live.anchor}-add"
    return live.anchor


def sections(root: LiveGroup, said: dict[str, str]) -> list[SectionView]:
    """The cards of the form, in the order of the schema."""
    found: list[SectionView] = []
    for child in filter(_has_something_to_show, root.children):
        view = _view(child, said, 1)
        locked = not any(place.editable for place in every_live(child))
        plain = isinstance(child, LiveField)
        if plain and found and found[-1].is_plain and found[-1].is_locked == locked:
            found[-1].items.append(view)
            continue
        title = "" if plain else title_of(child)
        found.append(SectionView(child.anchor, child.pointer, title, [view], plain, locked))
    return found


def _view(live: Live, said: dict[str, str], level: int) -> PlaceView:
    if isinstance(live, LiveField):
        return _field_view(live, said, level)
    if isinstance(live, LiveRows):
        return _rows_view(live, said, level)
    view = PlaceView(template="ui/form/_group.html", **_basics(live, said, level))
    shown_below = filter(_has_something_to_show, below(live))
    view.items = [_view(child, said, level + 1) for child in shown_below]
    view.folds = level > 1 and view.optional and live.editable
    view.is_open = any(place.name in said or _is_filled(place) for place in every_live(live))
    return view


def _has_something_to_show(live: Live) -> bool:
    """Where nothing may be edited and nothing was answered, there is nothing to read either."""
    fields = (place for place in every_live(live) if isinstance(place, LiveField))
    return live.editable or any(f.editable or f.initial not in (None, "") for f in fields)


def _is_filled(live: Live) -> bool:
    return isinstance(live, LiveField) and live.raw not in ("", [], live.node.default)


def _basics(live: Live, said: dict[str, str], level: int) -> dict[str, Json]:
    error = said.get(live.name, "")
    name, values = ("", "") if error else shown_when(live)
    is_row = isinstance(live.parent, LiveRows)
    return {
        "id": live.anchor,
        "name": live.name,
        "title": title_of(live),
        "hint": "" if is_row and isinstance(live, LiveField) else hint_of(live),
        "error": error,
        "pointer": live.pointer,
        "optional": not live.node.required and not live.node.conditions,
        "locked": not live.editable,
        "show_when": name,
        "show_values": values,
        "level": level,
    }


def _rows_view(live: LiveRows, said: dict[str, str], level: int) -> RowsView:
    view = RowsView(template="ui/form/_rows.html", **_basics(live, said, level))
    view.items = [_view(row, said, level + 1) for row in live.rows]
    view.count = len(live.rows)
    item = live.node.item
    view.row_name = item.title if item else ""
    view.can_add = live.editable and view.count < live.node.most
    view.can_remove = live.editable and view.count > live.node.rows_at_first
    view.new_anchor = f"{live.anchor}-{view.count}"
    return view


def _field_view(live: LiveField, said: dict[str, str], level: int) -> FieldView:
    node = live.node
    view = FieldView(template="ui/form/_field.html", **_basics(live, said, level))
    if not live.editable:
        view.control, view.show_when, view.hint = "locked", "", ""
        view.text = shown(node, live.initial) if live.initial is not None else ""
        return view
    view.control = control_of(node)
    view.type = "email" if node.kind == "email" else "text"
    view.text = live.raw if isinstance(live.raw, str) else ""
    view.options = _options(live, view)
    view.autocomplete = autocomplete_of(live.pointer, node)
    view.inputmode = input_mode(node)
    view.css = width_class(node)
    view.max_length = node.max_length if node.multiline else 0
    view.statement = node.keywords.get("x-own-title", node.title)
    return view


def _options(live: LiveField, view: FieldView) -> list[OptionView]:
    """The first option has the field's own id, so that the error summary leads to it."""
    chosen = live.raw if isinstance(live.raw, list) else [live.raw]
    options = [
        OptionView(f"{view.id}-{place}" if place else view.id, c.token, c.label, c.token in chosen)
        for place, c in enumerate(live.node.choices)
    ]
    if view.control == "radios" and not live.node.required and any(o.chosen for o in options):
        options.append(OptionView(f"{view.id}-none", "", "", False))
    return options
