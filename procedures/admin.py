"""The catalogue in the admin: what is published is read, what is a draft is written."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max, Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.admin import ReadOnlyAdmin, SourcedAdmin
from portal.core.admin_conflicts import CarefulAdmin
from procedures.models import (
    Case,
    Competence,
    Component,
    EssentialService,
    Fee,
    FormVersion,
    LegalBasis,
    LifeEvent,
    OnlineActivity,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessingTime,
    ProcessStep,
)
from procedures.process_rules import StepValue, flaw_of

DRAFT = ProcedureVersion.State.DRAFT


class PartInline(admin.TabularInline):
    """Rows of a version; open to change only while the version is a draft."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only to a draft."""
        return self.is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only in a draft."""
        return self.is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only from a draft."""
        return self.is_open(obj) and super().has_delete_permission(request, obj)

    def is_open(self, parent: Model | None) -> bool:
        """Whether the rows may be changed."""
        return not isinstance(parent, ProcedureVersion) or _is_draft(parent)


class ConfirmedInline(PartInline):
    """Rows whose amount or time an official has confirmed, or not yet."""

    readonly_fields = ("confirmation",)

    @admin.display(description=_("Xác nhận"))
    def confirmation(self, row: ProcessingTime | Fee) -> str:
        """In words, beside the number it is about."""
        return gettext("đã xác nhận") if row.is_confirmed else "⚠ " + gettext("CHƯA XÁC NHẬN")


class CaseInline(PartInline):
    """Cases."""

    model = Case
    fields = ("position", "key", "name")


class ComponentInline(PartInline):
    """Papers."""

    model = Component
    fields = (
        "no",
        "name",
        "originals",
        "copies",
        "is_required",
        "condition",
        "is_shown_only",
        "is_electronic_form",
    )


class TimeInline(ConfirmedInline):
    """Legal times."""

    model = ProcessingTime
    fields = ("case", "channel", "amount", "unit", "cutoff", "is_confirmed", "confirmation", "note")


class FeeInline(ConfirmedInline):
    """Fees."""

    model = Fee
    fields = (
        "item",
        "case",
        "channel",
        "kind",
        "amount",
        "unit",
        "status",
        "is_confirmed",
        "confirmation",
        "legal_basis",
    )


class CompetenceInline(PartInline):
    """Who handles it when."""

    model = Competence
    fields = ("valid_from", "valid_to", "levels", "agency_kind")


class ActivityInline(PartInline):
    """What is online."""

    model = OnlineActivity
    fields = ("activity", "is_online", "is_proposed")


@admin.register(ProcedureVersion)
class VersionAdmin(SourcedAdmin):
    """Versions of procedures; a published one never changes, a draft is prepared here."""

    list_display = (
        "name",
        "code",
        "number",
        "state",
        "field",
        "service_level",
        "valid_from",
        "valid_to",
        "verification",
        "trust",
    )
    list_filter = ("state", "is_verified", "verification", "service_level", "field")
    list_select_related = ("procedure",)
    search_fields = ("search_text", "procedure__code")
    autocomplete_fields = ("procedure", "legal_bases")
    exclude = ("record", "content_hash")
    readonly_fields = ("number", "state", "published_at", "trust")
    inlines = (CaseInline, ComponentInline, TimeInline, FeeInline, CompetenceInline, ActivityInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcedureVersion]:
        """Without the original record, which is long."""
        return super().get_queryset(request).defer("record")

    @admin.display(description=_("Mã"), ordering="procedure__code")
    def code(self, version: ProcedureVersion) -> str:
        """The procedure's national code."""
        return version.procedure.code

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of drafts only."""
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of a single draft only; never in bulk."""
        return obj is not None and _is_draft(obj) and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: ProcedureVersion, form: "ModelForm[Any]", change: bool
    ) -> None:
        """Give a new draft the next number of its procedure."""
        if not change:
            obj.number = _next_number(ProcedureVersion.objects.filter(procedure=obj.procedure))
        super().save_model(request, obj, form, change)


class StepFormSet(BaseInlineFormSet):
    """The steps of a process as one whole: a dossier must be able to reach their end."""

    def clean(self) -> None:
        """Refuse steps nobody could sign or issue at."""
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        kept = [row for row in rows if not row.get("DELETE")]
        if flaw := flaw_of(StepValue(row["order"], row["role"], row["name"]) for row in kept):
            raise ValidationError(flaw)


class StepInline(PartInline):
    """Steps of a process; of one entered by hand they can be changed."""

    model = ProcessStep
    formset = StepFormSet

    def is_open(self, parent: Model | None) -> bool:
        """Not those that came with the catalogue."""
        return not isinstance(parent, Process) or not parent.content_hash


@admin.register(Process)
class ProcessAdmin(SourcedAdmin):
    """Internal processes; a new one takes effect on its day, those of the catalogue are read."""

    list_display = ("procedure", "case", "number", "valid_from", "valid_to", "is_proposed", "trust")
    list_filter = ("is_proposed", "is_verified", "case")
    list_select_related = ("procedure",)
    search_fields = ("procedure__code",)
    autocomplete_fields = ("procedure",)
    exclude = ("content_hash",)
    readonly_fields = ("number", "trust")
    inlines = (StepInline,)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of those entered by hand."""
        by_hand = not isinstance(obj, Process) or not obj.content_hash
        return by_hand and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: dossiers may be walking through it; end it with a date instead."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Process, form: "ModelForm[Any]", change: bool
    ) -> None:
        """Give a new process the next number of its procedure and case."""
        if not change:
            siblings = Process.objects.filter(procedure=obj.procedure, case=obj.case)
            obj.number = _next_number(siblings)
        super().save_model(request, obj, form, change)


@admin.register(FormVersion)
class FormVersionAdmin(SourcedAdmin, ReadOnlyAdmin):
    """Electronic forms as published."""

    list_display = ("title", "procedure", "number", "trust")
    list_filter = ("is_verified",)
    search_fields = ("title", "procedure__code")
    exclude = ("content_hash",)


@admin.register(Procedure)
class ProcedureAdmin(CarefulAdmin):
    """Codes, and what replaces what."""

    list_display = ("code", "essential_no", "successor")
    search_fields = ("code",)
    autocomplete_fields = ("successor",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A code is known for ever."""
        return False


@admin.register(LegalBasis)
class LegalBasisAdmin(CarefulAdmin):
    """Legal texts and their dates."""

    list_display = ("citation", "number", "issuer", "valid_from", "valid_to", "trust")
    list_filter = ("is_verified", "issuer")
    search_fields = ("citation", "number")

    @admin.display(description=_("Kiểm chứng"), ordering="is_verified")
    def trust(self, basis: LegalBasis) -> str:
        """Whether a source that was read names the text."""
        return gettext("đã kiểm chứng") if basis.is_verified else "⚠ " + gettext("chưa kiểm chứng")


@admin.register(EssentialService)
class EssentialServiceAdmin(SourcedAdmin, ReadOnlyAdmin):
    """The essential services, as the catalogue has them."""

    list_display = ("no", "name", "is_handled_here", "trust")


@admin.register(LifeEvent)
class LifeEventAdmin(ReadOnlyAdmin):
    """The life events, as the catalogue has them."""

    list_display = ("title", "audience", "line")


def _is_draft(version: Model | None) -> bool:
    return not isinstance(version, ProcedureVersion) or version.state == DRAFT


def _next_number(siblings: QuerySet[Any]) -> int:
    last: int | None = siblings.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
