"""Every change of the configuration is told to the log: who, which row, old and new."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.module_loading import import_string

LONGEST_VALUE = 500


class NotedAdmin(admin.ModelAdmin):
    """What Django writes into its own history goes into the append-only log too, with values.

    The log lives above this room, so it is called by the name that the settings give.
    """

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Django's own message; what changed from what to what is kept for the log."""
        rows = [_row_changes(formset) for formset in formsets or ()]
        request.configured = {  # type: ignore[attr-defined] # carried to the note below
            "fields": {} if add else _changes(form),
            "rows": [row for changed in rows for row in changed],
        }
        message: list[dict[str, Any]] = super().construct_change_message(
            request, form, formsets, add
        )
        return message

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """A row was added."""
        _note(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """A row was changed."""
        _note(request, obj, "changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Rows are about to be deleted."""
        for obj in queryset:
            _note(request, obj, "deleted")
        return super().log_deletions(request, queryset)


def _note(request: HttpRequest, obj: Model, what: str) -> None:
    note = import_string(settings.CONFIGURATION_LOG)
    note(request.user, obj, what=what, **getattr(request, "configured", {}))


def _row_changes(formset: Any) -> list[dict[str, Any]]:
    """Rows edited together with the main one."""
    name = formset.model._meta.label_lower
    changed = {obj.pk: fields for obj, fields in formset.changed_objects}
    forms = {form.instance.pk: form for form in formset.initial_forms}
    return [
        *({"row": name, "key": str(o.pk), "what": "added"} for o in formset.new_objects),
        *(
            {"row": name, "key": str(pk), "what": "changed", "fields": _changes(forms[pk])}
            for pk in changed
        ),
        *({"row": name, "key": str(o.pk), "what": "deleted"} for o in formset.deleted_objects),
    ]


def _changes(form: Any) -> dict[str, list[str]]:
    """Old and new of each field that changed, cut where they are long."""
    return {
        name: [_told(form.initial.get(name)), _told(form.cleaned_data.get(name))]
        for name in form.changed_data
    }


def _told(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_VALUE]
