"""A form in one visit: what was typed, whether it is right, what to keep of it."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError

from procedures.form_compiler import presentation, widgets
from procedures.form_compiler.answers import read
from procedures.form_compiler.assembling import draft_of, filled_up, posted_from, value_of
from procedures.form_compiler.formats import Unreadable
from procedures.form_compiler.judging import complaints
from procedures.form_compiler.live import (
    Grower,
    Live,
    LiveField,
    LiveRows,
    Posted,
    as_posted,
    every_live,
    row_number,
)
from procedures.form_compiler.sentences import sentence
from procedures.form_compiler.tree import Json
from procedures.form_compiler.wording import title_of

if TYPE_CHECKING:
    from procedures.form_compiler.compiled import CompiledForm


class AnswerField(forms.Field):
    """A Django field that reads what people type; whether it is required, the schema decides."""

    def __init__(self, live: LiveField) -> None:
        self.live = live
        super().__init__(required=False, label=title_of(live), widget=widgets.widget_for(live.node))

    def clean(self, value: Json) -> Json:
        """The answer as stored, or a sentence about why it cannot be read."""
        try:
            return read(self.live.node, self.live.raw)
        except Unreadable as problem:
            raise ValidationError(sentence(self.live, problem.code)) from problem


class SchemaForm(forms.Form):
    """The ordinary Django form of one visit: one field for every answer that may be edited."""

    def __init__(self, lives: list[LiveField], posted: Posted | None) -> None:
        super().__init__(posted, auto_id=False, initial={live.name: live.raw for live in lives})
        self.fields = {live.name: AnswerField(live) for live in lives}


def covers(pointers: Collection[str], pointer: str) -> bool:
    """Whether a pointer is one of these or lies below one of them."""
    return any(pointer == one or pointer.startswith(f"{one}/") for one in pointers)


class BoundForm:
    """The form with what was typed (`data`), or with stored answers (`initial`).

    `only` names the answers that may be edited, all others keep `initial`; `locked` names answers
    that never may. With `part`, complaints outside `only` are left for later (one step of many).
    """

    def __init__(
        self,
        compiled: "CompiledForm",
        data: Mapping[str, object] | None,
        initial: dict[str, Json] | None,
        *,
        locked: Collection[str] | None = None,
        only: Collection[str] | None = None,
        part: bool = False,
        defaults: bool = True,
    ) -> None:
        self.compiled = compiled
        self.locked = frozenset(locked or ())
        self.only = None if only is None else frozenset(only)
        self.part = part
        self.defaults = defaults and (only is None or part)
        self._start(data, initial)

    def _start(self, data: Mapping[str, object] | None, initial: dict[str, Json] | None) -> None:
        self.posted = None if data is None else as_posted(data)
        self.initial = initial if isinstance(initial, dict) else {}
        self.row_anchor = ""
        grower = Grower(self.posted, self.may_edit, self.defaults)
        root = grower.tree(self.compiled.tree, self.compiled.prefix, self.initial)
        self.root = root
        self.__dict__.pop("form", None)
        self._said: dict[str, str] | None = None
        self._value: dict[str, Json] = {}

    @cached_property
    def form(self) -> SchemaForm:
        """The Django form; made only when somebody posted, or asks for it."""
        fields = [place for place in every_live(self.root) if isinstance(place, LiveField)]
        return SchemaForm([field for field in fields if field.editable], self.posted)

    def may_edit(self, pointer: str) -> bool:
        """Whether this visit may change the answer at a pointer."""
        if self.only is not None and not covers(self.only, pointer):
            return False
        return not covers(self.locked, pointer)

    @property
    def is_bound(self) -> bool:
        """Whether something was posted."""
        return self.posted is not None

    def is_valid(self) -> bool:
        """Whether the schema accepts everything (with `part`: everything that may be edited)."""
        return self.is_bound and not self.said

    @property
    def said(self) -> dict[str, str]:
        """The complaint about each place, by its input name; one for each place is enough."""
        return self._judge()

    def _judge(self) -> dict[str, str]:
        """Read and judge the answers, once."""
        if self._said is None:
            self._said = {}
            if self.is_bound:
                self._read_answers(self._said)
                self._ask_schema(self._said)
        return self._said

    def _read_answers(self, said: dict[str, str]) -> None:
        self.form.is_valid()
        for live in every_live(self.root):
            if isinstance(live, LiveRows) and live.editable and live.claimed > live.node.most:
                said[live.name] = sentence(live, "maxItems", live.node.most)
            if not isinstance(live, LiveField):
                continue
            if not live.editable:
                live.value = live.initial
            elif live.name in self.form.errors:
                live.unread = True
                said[live.name] = str(self.form.errors[live.name][0])
            else:
                live.value = self.form.cleaned_data[live.name]

    def _ask_schema(self, said: dict[str, str]) -> None:
        self._value = filled_up(self.compiled.tree, value_of(self.root) or {})
        for live, words in complaints(self.compiled.validator, self.root, self._value):
            if live.name in said or (self.part and not self._is_open(live)):
                continue
            said[live.name] = words
            if live.name in self.form.fields:
                self.form.add_error(live.name, words)

    def _is_open(self, live: Live) -> bool:
        return any(place.editable for place in every_live(live))

    @property
    def value(self) -> dict[str, Json]:
        """The clean answers: composed letters, nothing blank, numbers as numbers."""
        self._judge()
        return self._value if self.is_bound else self.initial

    def draft_value(self) -> dict[str, Json]:
        """What was typed, complete or not, to be kept and shown again."""
        if not self.is_bound:
            return self.initial
        self._judge()
        return draft_of(self.root) or {}

    def as_post(self) -> dict[str, str | list[str]]:
        """The names and texts a browser would send for the form as it stands."""
        return posted_from(self.root)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Anchor and sentence of every complaint, in reading order."""
        said = self.said
        return [
            (presentation.error_anchor(live), said[live.name])
            for live in every_live(self.root)
            if live.name in said
        ]

    @property
    def error_links(self) -> list[dict[str, str]]:
        """The same for `ui/_error_summary.html`."""
        return [{"id": anchor, "text": words} for anchor, words in self.errors]

    def as_sections(self) -> list[presentation.SectionView]:
        """The form for `ui/form/_form.html`; one step of many shows only what it may edit."""
        sections = presentation.sections(self.root, self.said)
        return [s for s in sections if not (self.part and s.is_locked)]

    def add_or_remove_row(self) -> bool:
        """Whether a row button was pressed; then the form now has that row more or less."""
        for live in every_live(self.root):
            if isinstance(live, LiveRows) and live.editable and self.posted is not None:
                if f"{live.name}.add" in self.posted:
                    self._with_rows(live, len(live.rows), add=True)
                    return True
                number = row_number(self.posted.get(f"{live.name}.remove"))
                if number is not None:
                    self._with_rows(live, number, add=False)
                    return True
        return False

    def _with_rows(self, live: LiveRows, number: int, *, add: bool) -> None:
        """Start again from the draft with one row added at the end or one taken out."""
        draft = self.draft_value()
        rows = draft_of(live) or []
        if add and len(rows) < live.node.most:
            rows.append({} if isinstance(live.node.item, type(self.compiled.tree)) else "")
        elif not add and number < len(rows):
            del rows[number]
        anchor = f"{live.anchor}-{len(rows) - 1}" if add else live.anchor
        self._start(None, _replaced(live, draft, rows))
        self.row_anchor = anchor


def _replaced(live: LiveRows, draft: dict[str, Json], rows: list[Json]) -> dict[str, Json]:
    """The draft with other rows at one place."""
    keys: list[Json] = []
    place: Live | None = live
    while place is not None and place.parent is not None:
        in_rows = isinstance(place.parent, LiveRows)
        keys.insert(0, int(place.name.rsplit(".", 1)[1]) if in_rows else place.node.key)
        place = place.parent
    below: Json = draft
    for key in keys[:-1]:
        below = below[key] if isinstance(below, list) else below.setdefault(key, {})
    below[keys[-1]] = rows
    return draft
