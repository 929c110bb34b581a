"""Which ordinary Django widget an answer gets, and the attributes that help phones."""

from django import forms

from procedures.form_compiler.answers import is_digits
from procedures.form_compiler.tree import FieldNode

RADIO_LIMIT = 5
_NUMERIC = frozenset({"integer", "date"})


def control_of(node: FieldNode) -> str:
    """input, textarea, select, radios, checks or tick."""
    if node.kind in ("tick", "choices"):
        return "tick" if node.kind == "tick" else "checks"
    if node.choices:
        return "radios" if len(node.choices) <= RADIO_LIMIT else "select"
    return "textarea" if node.multiline else "input"


def widget_for(node: FieldNode) -> forms.Widget:
    """The Django widget, for whoever renders the form the ordinary way."""
    options = [(choice.token, choice.label) for choice in node.choices]
    match control_of(node):
        case "tick":
            return forms.CheckboxInput()
        case "checks":
            return forms.CheckboxSelectMultiple(choices=options)
        case "radios":
            return forms.RadioSelect(choices=options)
        case "select":
            return forms.Select(choices=[("", ""), *options])
        case "textarea":
            return forms.Textarea()
    return forms.EmailInput() if node.kind == "email" else forms.TextInput()


def input_mode(node: FieldNode) -> str:
    """The keyboard a phone should open."""
    if node.kind in _NUMERIC or is_digits(node):
        return "numeric"
    return {"number": "decimal", "email": "email"}.get(node.kind, "")


def width_class(node: FieldNode) -> str:
    """Short answers get a short input."""
    longest = node.keywords.get("maxLength", 500)
    short = node.kind in ("date", "time", "date-time", "integer", "number")
    return "w-code" if short or is_digits(node) or longest <= 20 else ""
