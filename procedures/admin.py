"""The catalogue in the admin: what is published is read, what is a draft is written."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Max, Model, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import CASE_ROLES, Agency, AgencyKind
from portal.core.admin import ReadOnlyAdmin, SourcedAdmin
from portal.core.admin_conflicts import CarefulAdmin
from portal.core.admin_refusals import MOST_ROWS
from portal.core.admin_words import Worded, key_list, lines
from procedures.models import (
    Audience,
    Case,
    Channel,
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


class PartInline(Worded, admin.TabularInline):
    """Rows of a version; open to change only while the version is a draft."""

    template = "admin/wide_rows.html"
    extra = 0
    max_num = MOST_ROWS

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """The rows; a page that claims to hold thousands is not believed."""
        return super().get_formset(request, obj, **{"absolute_max": MOST_ROWS, **kwargs})

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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the name of the case."""
        cases = Case.objects.filter(version=OuterRef("version"), key=OuterRef("case"))
        rows = super().get_queryset(request)
        named: QuerySet[Any] = rows.annotate(case_name=_first(cases, "name"))
        return named

    @admin.display(description=_("Trường hợp"))
    def case_words(self, row: Any) -> str:
        """The case by its name."""
        return str(row.case_name or row.case)

    @admin.display(description=_("Xác nhận"))
    def confirmation(self, row: ProcessingTime | Fee) -> str:
        """In words, beside the number it is about."""
        return gettext("đã xác nhận") if row.is_confirmed else "⚠ " + gettext("CHƯA XÁC NHẬN")


class CaseInline(PartInline):
    """Cases."""

    model = Case
    fields = ("position", "key", "name")
    only_while_open = ("key",)


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
    key_lists = {"levels": Agency.Level}
    levels_words = key_list("levels", _("cấp"), dict(Agency.Level.choices))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the agency kind, by whose name a row is called."""
        return super().get_queryset(request).select_related("agency_kind")


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
    key_lists = {"audience": Audience, "channels": Channel}
    audience_words = key_list("audience", _("dành cho"), dict(Audience.choices))
    channels_words = key_list("channels", _("cách nộp"), dict(Channel.choices))
    requirements_words = lines("requirements", _("yêu cầu, điều kiện"))
    results_words = lines("results", _("kết quả"))
    guidance_steps_words = lines("guidance_steps", _("trình tự"))
    keywords_words = lines("keywords", _("từ khóa"))
    readonly_fields = ("number", "state", "published_at", "trust")
    inlines = (CaseInline, ComponentInline, TimeInline, FeeInline, CompetenceInline, ActivityInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the name of the agency kind."""
        kinds = AgencyKind.objects.filter(key=OuterRef("agency_kind"))
        rows = super().get_queryset(request)
        named: QuerySet[Any] = rows.annotate(kind_name=_first(kinds, "name"))
        return named

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Roles that work on dossiers, and the agency kinds there are, to choose from."""
        if db_field.name == "role":
            kwargs["choices"] = [("", "---------"), *((r.value, r.label) for r in CASE_ROLES)]
        elif db_field.name == "agency_kind":
            return forms.ChoiceField(choices=_agency_kinds, required=False, label=_("Loại cơ quan"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("loại cơ quan"))
    def agency_kind_words(self, step: Any) -> str:
        """The kind of agency by its name."""
        return str(step.kind_name or step.agency_kind)

    def is_open(self, parent: Model | None) -> bool:
        """Not those that came with the catalogue."""
        return not isinstance(parent, Process) or not parent.content_hash


@admin.register(Process)
class ProcessAdmin(SourcedAdmin):
    """Internal processes; a new one takes effect on its day, those of the catalogue are read."""

    list_display = (
        "procedure",
        "name",
        "case_words",
        "number",
        "valid_from",
        "valid_to",
        "is_proposed",
        "trust",
    )
    list_filter = ("is_proposed", "is_verified")
    list_select_related = ("procedure",)
    search_fields = ("procedure__code",)
    autocomplete_fields = ("procedure",)
    exclude = ("content_hash",)
    readonly_fields = ("number", "trust")
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names of the procedure and of the case, as last published."""
        versions = ProcedureVersion.objects.filter(procedure=OuterRef("procedure"))
        cases = Case.objects.filter(version__procedure=OuterRef("procedure"), key=OuterRef("case"))
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                procedure_name=_first(versions.order_by("-number"), "name"),
                case_name=_first(cases.order_by("-version__number"), "name"),
            )
        )
        return rows

    @admin.display(description=_("tên thủ tục"), ordering="procedure_name")
    def name(self, process: Any) -> str:
        """The procedure by its name."""
        return str(process.procedure_name or "")

    @admin.display(description=_("trường hợp"), ordering="case")
    def case_words(self, process: Any) -> str:
        """The case by its name."""
        return str(process.case_name or process.case)

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
    readonly_fields = ("trust",)


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
    readonly_fields = ("trust",)


@admin.register(LifeEvent)
class LifeEventAdmin(ReadOnlyAdmin):
    """The life events, as the catalogue has them."""

    list_display = ("title", "audience", "line")


def _is_draft(version: Model | None) -> bool:
    return not isinstance(version, ProcedureVersion) or version.state == DRAFT


def _first(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.values(column)[:1])


def _agency_kinds() -> list[tuple[str, str]]:
    kinds = AgencyKind.objects.order_by("name", "key")
    return [("", "---------"), *((kind.key, str(kind)) for kind in kinds)]


def _next_number(siblings: QuerySet[Any]) -> int:
    last: int | None = siblings.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
