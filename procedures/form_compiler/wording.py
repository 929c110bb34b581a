"""The names of places in sentences: label, where it stands, when it is wanted."""

from django.utils.translation import gettext as _

from procedures.form_compiler.answers import token_of
from procedures.form_compiler.labels import choice_label
from procedures.form_compiler.live import Live, LiveField, LiveGroup, LiveRows
from procedures.form_compiler.tree import Clause, Condition, Json


def row_title(live: Live) -> str:
    """The name of one row: "Thành viên 2"."""
    number = int(live.name.rsplit(".", 1)[1]) + 1
    return f"{live.node.title or _('Dòng')} {number}"


def title_of(live: Live) -> str:
    """The title of a place, with its number when it is a row."""
    return row_title(live) if isinstance(live.parent, LiveRows) else live.node.title


def in_sentence(title: str) -> str:
    """A title in the middle of a sentence: its first letter small unless it is an abbreviation."""
    if title[1:2].islower() or title[1:2] in (" ", ",", ""):
        return title[:1].lower() + title[1:]
    return title


def whereabouts(live: Live) -> str:
    """The part of the form a place belongs to, outermost and innermost name."""
    titles: list[str] = []
    above = live.parent
    while above is not None and above.parent is not None:
        if not isinstance(above, LiveRows):
            titles.insert(0, title_of(above))
        above = above.parent
    return ", ".join(dict.fromkeys(titles[:1] + titles[-1:]))


def source_of(live: Live, clause: Clause) -> Live | None:
    """The question a clause asks about, seen from the place that hangs on it."""
    group = live.parent
    for _step in range(clause.up):
        group = group.parent if group else None
    for key in clause.path:
        group = group.child(key) if isinstance(group, LiveGroup) else None
    return group


def wanted_values(source: Live, clause: Clause) -> list[Json] | None:
    """The answers that make the clause hold; None when any answer (or no answer) does."""
    if clause.values is None or not isinstance(source, LiveField):
        return None
    if not clause.negated:
        return list(clause.values)
    all_values = [choice.value for choice in source.node.choices]
    return [value for value in all_values if value not in clause.values] or None


def values_in_words(source: LiveField, values: list[Json]) -> str:
    """The labels of these answers, joined by "hoặc"."""
    labels = {choice.token: choice.label for choice in source.node.choices}
    words = [
        labels.get(token_of(value)) or choice_label(source.node.key, value) for value in values
    ]
    return f" {_('hoặc')} ".join(f"“{word}”" for word in words)


def when_wanted(live: Live) -> str:
    """When this place has to be filled in, derived from the conditions of the schema."""
    sentences = [_condition_in_words(live, condition) for condition in merged(live)]
    if not sentences:
        return ""
    if not all(sentences):
        return _("Chỉ cần điền trong một số trường hợp; hệ thống sẽ báo nếu cần.")
    reasons = f"; {_('hoặc khi')} ".join(sentences)
    return _("Chỉ cần điền khi %(reasons)s.") % {"reasons": reasons}


def merged(live: Live) -> list[Condition]:
    """The conditions of a place, those about one and the same question taken together."""
    result: list[Condition] = []
    for condition in live.node.conditions:
        twin = next((i for i, old in enumerate(result) if _same_question(old, condition)), None)
        if twin is None:
            result.append(condition)
        else:
            result[twin] = (_joined(result[twin][0], condition[0]),)
    return result


def _same_question(first: Condition, second: Condition) -> bool:
    if len(first) != 1 or len(second) != 1:
        return False
    clauses = (first[0], second[0])
    told = all(clause.values is not None and not clause.negated for clause in clauses)
    return told and len({(clause.path, clause.up) for clause in clauses}) == 1


def _joined(first: Clause, second: Clause) -> Clause:
    values = tuple(dict.fromkeys((first.values or ()) + (second.values or ())))
    return Clause(first.path, values, up=first.up)


def _condition_in_words(live: Live, condition: Condition) -> str:
    parts = []
    for clause in condition:
        source = source_of(live, clause)
        if source is None:
            return ""
        parts.append(_clause_in_words(source, clause))
    return f" {_('và')} ".join(parts) if all(parts) else ""


def _clause_in_words(source: Live, clause: Clause) -> str:
    question = {"question": in_sentence(title_of(source))}
    if clause.values is None:
        if clause.negated:
            return _("chưa điền mục “%(question)s”") % question
        return _("đã điền mục “%(question)s”") % question
    values = wanted_values(source, clause)
    if values is None or not isinstance(source, LiveField):
        return ""
    if source.node.kind == "tick":
        return _("đã đánh dấu mục “%(question)s”") % question
    answers = {"answers": values_in_words(source, values)}
    return _("mục “%(question)s” là %(answers)s") % (question | answers)


def shown_when(live: Live) -> tuple[str, str]:
    """Input name and values ("a|b") for the comfort script; no name when it cannot follow."""
    conditions = merged(live)
    if len(conditions) != 1 or len(conditions[0]) != 1 or not live.editable:
        return "", ""
    clause = conditions[0][0]
    source = source_of(live, clause)
    if not isinstance(source, LiveField) or not source.editable:
        return "", ""
    if clause.values is None:
        return ("", "") if clause.negated else (source.name, "")
    tokens = [token_of(value) for value in wanted_values(source, clause) or []]
    if not tokens or any("|" in token for token in tokens):
        return "", ""
    return source.name, "|".join(tokens)
