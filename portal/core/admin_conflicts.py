"""Two people at one admin form: the second is shown what changed and keeps what they typed."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.core.admin_noting import NotedAdmin
from portal.core.admin_refusals import refused
from portal.core.idempotency import digest_of
from portal.core.idempotency_forms import new_form_token, once_per_form

NOT_TYPED = {"csrfmiddlewaretoken", "row_stamp", "form_token"}


class CarefulAdmin(NotedAdmin):
    """A form carries the stamp of the row it shows; a save on another stamp is a conflict.

    So does the question before deleting. Each opening of a form is saved once.
    """

    change_form_template = "admin/careful_change_form.html"
    delete_confirmation_template = "admin/careful_delete_confirmation.html"
    # Columns that change without anybody editing the row.
    stamp_ignores: tuple[str, ...] = ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form; its save under a lock on the row, once for each opening."""
        if refusal := refused(request, self):
            return refusal
        context = {**(extra_context or {}), "form_token": new_form_token()}
        shown = super().changeform_view

        def answered(asked: HttpRequest) -> Any:
            if object_id is None:
                return shown(asked, None, form_url, context)
            with transaction.atomic():
                if conflict := self._stale(asked, object_id, context):
                    return conflict
                return shown(asked, object_id, form_url, context)

        return once_per_form(answered)(request)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The question before deleting; the row must still be the one that was shown."""
        context = dict(extra_context or {})
        with transaction.atomic():
            if conflict := self._stale(request, object_id, context):
                return conflict
            return super().delete_view(request, object_id, context)

    def _stale(
        self, request: HttpRequest, object_id: str, context: dict[str, Any]
    ) -> HttpResponse | None:
        """The conflict page when the row has changed; else its stamp goes into the context."""
        if (row := self.get_object(request, unquote(object_id))) is None:
            return None
        context["row_stamp"] = stamp = self._stamp(request, row)
        if request.method != "POST" or request.POST.get("row_stamp", "") == stamp:
            return None
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return self._conflict(request, row, stamp)

    def _stamp(self, request: HttpRequest, row: Model) -> str:
        """A digest of the row, of what it links to and of the rows edited with it."""
        names = [f.attname for f in row._meta.concrete_fields if f.name not in self.stamp_ignores]
        rows = self.model._base_manager.filter(pk=row.pk)
        if request.method == "POST":
            rows = rows.select_for_update()
        facts: list[Any] = [list(rows.values_list(*names))]
        facts += [
            sorted(getattr(row, field.name).values_list("pk", flat=True))
            for field in row._meta.many_to_many
        ]
        for inline in self.get_inline_instances(request, row):
            key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            below = inline.model._base_manager.filter(**{key.name: row.pk}).order_by("pk")
            facts.append(list(below.values_list()))
        return digest_of(repr(facts))

    def _conflict(self, request: HttpRequest, row: Model, stamp: str) -> HttpResponse:
        """Who changed what when, what was typed here, and the two ways on."""
        kind = ContentType.objects.get_for_model(row)
        changes = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_TYPED
            for value in values
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "row_stamp": stamp,
            "form_token": new_form_token(),
            "is_deleting": "post" in request.POST,
            "last": changes.select_related("user").order_by("-action_time").first(),
            "typed": [] if "post" in request.POST else self._typed(request, row),
            "kept": kept,
        }
        return TemplateResponse(request, "admin/conflict.html", context, status=409)

    def _typed(self, request: HttpRequest, row: Model) -> list[tuple[str, str]]:
        """Label and text of everything that differs from the row as it stands now."""
        form = self.get_form(request, row, change=True)(request.POST, request.FILES, instance=row)
        forms = [form]
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined] # known to Django, not to its stubs
            request, row, change=True
        )
        for formset in formsets:
            forms.extend(formset.forms)
        return [
            (str(each.fields[name].label or name), str(each[name].value() or ""))
            for each in forms
            for name in each.changed_data
        ]
