"""From the JSON Schema of a form version to an ordinary Django form, and back to clean JSON."""

from procedures.form_compiler.bound import BoundForm
from procedures.form_compiler.compiled import CompiledForm, compile_form, remember_order
from procedures.form_compiler.prefilling import prefill
from procedures.form_compiler.review import Line, Section, changed_pointers, describe
from procedures.form_compiler.unsupported import UnsupportedSchema

__all__ = [
    "BoundForm",
    "CompiledForm",
    "Line",
    "Section",
    "UnsupportedSchema",
    "changed_pointers",
    "compile_form",
    "describe",
    "prefill",
    "remember_order",
]
