"""Agencies in the admin; people and postings are kept at the account desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest

from portal.accounts.models import Agency, AgencyKind
from portal.core.admin import NamedBlank, SourcedAdmin
from portal.core.admin_conflicts import CarefulAdmin

# What somebody may do follows from postings, never from Django's groups.
admin.site.unregister(Group)


@admin.register(Agency)
class AgencyAdmin(SourcedAdmin):
    """Agencies by period; a correction made here stays until the catalogue's record changes."""

    list_display = ("name", "level", "kind", "valid_from", "valid_to", "org_code", "trust")
    list_filter = (
        "level",
        "kind",
        "is_verified",
        "org_code_status",
        ("former_province", NamedBlank),
    )
    search_fields = ("name", "folded_name", "code", "org_code")
    autocomplete_fields = ("parent", "replaced_by")
    readonly_fields = ("trust",)
    list_per_page = 50

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Competences to tick: there are few, and a list to pick from has no name for a reader."""
        if db_field.name == "serves":
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(AgencyKind)
class AgencyKindAdmin(CarefulAdmin):
    """Which kind of agency answers to which competence."""

    list_display = ("__str__", "key", "kind", "note")
    search_fields = ("key", "name")
