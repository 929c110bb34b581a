"""The answers as people read them, and which of them differ between two versions."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from procedures.form_compiler.answers import shown
from procedures.form_compiler.compiled import compile_form
from procedures.form_compiler.tree import FieldNode, GroupNode, Json, Node, RowsNode, escaped

NOTHING: tuple[Json, ...] = (None, "", {}, [])


class Line(NamedTuple):
    """One answer: its label, how it reads, where it stands."""

    label: str
    shown: str
    pointer: str


class Section(NamedTuple):
    """Answers that belong together; `level` 1 is outermost."""

    title: str
    pointer: str
    level: int
    lines: list[Line]


def describe(
    schema: dict[str, Json], value: dict[str, Json], *, blanks: bool = False
) -> list[Section]:
    """The answers section by section; what was left blank is left out.

    With `blanks` it is a line without words: a field, or a whole group that nobody began.

    Answers that stand in no group are read together, where the first of them stands.
    """
    tree = compile_form(schema).tree
    loose = Section(_("Nội dung khai"), "", 1, [])
    found: list[Section] = []
    for child in tree.children:
        answer = value.get(child.key) if isinstance(value, dict) else None
        pointer = f"/{escaped(child.key)}"
        is_blank = blanks and answer in NOTHING
        if not isinstance(child, FieldNode) and not is_blank:
            found += _sections(child, answer, pointer, 1, child.title, blanks)
        elif (text := _text(child, answer)) or is_blank:
            if not loose.lines:
                found.append(loose)
            loose.lines.append(Line(child.title, text, pointer))
    return found


def _text(node: Node, answer: Json) -> str:
    if not isinstance(node, FieldNode) or answer is None or answer == "":
        return ""
    return shown(node, answer)


def _sections(
    node: Node, answer: Json, pointer: str, level: int, title: str, blanks: bool
) -> list[Section]:
    """The section of a group or of each row, with those inside it following."""
    if isinstance(node, RowsNode):
        return _row_sections(node, answer, pointer, level, blanks)
    if not isinstance(node, GroupNode) or not isinstance(answer, dict):
        return []
    own = Section(title, pointer, level, [])
    inner: list[Section] = []
    for child in node.children:
        below, value = f"{pointer}/{escaped(child.key)}", answer.get(child.key)
        is_blank = blanks and value in NOTHING
        if not isinstance(child, FieldNode) and not is_blank:
            inner += _sections(child, value, below, level + 1, child.title, blanks)
        elif (text := _text(child, value)) or is_blank:
            own.lines.append(Line(child.title, text, below))
    return [own, *inner] if own.lines or inner else []


def _row_sections(
    node: RowsNode, answer: Json, pointer: str, level: int, blanks: bool
) -> list[Section]:
    rows = answer if isinstance(answer, list) else []
    found: list[Section] = []
    plain = Section(node.title, pointer, level, [])
    for number, row in enumerate(rows):
        item, below = node.item, f"{pointer}/{number}"
        title = f"{item.title or _('Dòng')} {number + 1}" if item else ""
        if isinstance(item, FieldNode):
            if text := _text(item, row):
                plain.lines.append(Line(title, text, below))
        elif item is not None:
            found += _sections(item, row, below, level, f"{node.title}: {title}", blanks)
    return [plain, *found] if plain.lines else found


def changed_pointers(old: Json, new: Json, pointer: str = "") -> list[str]:
    """The pointers of the answers that differ, outermost first in reading order."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = dict.fromkeys([*old, *new])
        pairs = [(escaped(str(key)), old.get(key), new.get(key)) for key in keys]
    elif isinstance(old, list) and isinstance(new, list):
        longest = max(len(old), len(new))
        filled = [rows + [None] * (longest - len(rows)) for rows in (old, new)]
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(*filled, strict=True))]
    elif isinstance(old, dict | list) or isinstance(new, dict | list):
        container = old if isinstance(old, dict | list) else new
        empty: Json = {} if isinstance(container, dict) else []
        if container is old:
            return changed_pointers(old, empty, pointer) or [pointer]
        return changed_pointers(empty, new, pointer) or [pointer]
    else:
        return [] if old == new and type(old) is type(new) else [pointer]
    return [one for key, a, b in pairs for one in changed_pointers(a, b, f"{pointer}/{key}")]
