"""The toolbox's tables in the admin, and how every admin page shows what is unconfirmed."""

from typing import Any, Protocol

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.admin_conflicts import CarefulAdmin
from portal.core.admin_words import Worded, doubts_in_words
from portal.core.models import Effect, Province


class Marked(Protocol):
    """A row with the honesty marks of the catalogue."""

    is_verified: bool
    unverified: list[str]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at: they are written by the portal, not by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False


class SourcedAdmin(Worded, CarefulAdmin):
    """Rows that carry the honesty marks of the catalogue."""

    only_while_open = ("unverified",)

    @admin.display(description=_("Kiểm chứng"), ordering="is_verified")
    def trust(self, row: Marked) -> str:
        """Whether the row was read in a source, and what in it was not."""
        if not row.is_verified:
            return "⚠ " + gettext("chưa kiểm chứng")
        if row.unverified:
            return gettext("đã kiểm chứng, trừ: %(fields)s") % {
                "fields": doubts_in_words(row.unverified)
            }
        return gettext("đã kiểm chứng")


class NamedBlank(admin.AllValuesFieldListFilter):
    """Every value there is to filter by; the blank one has a name, for a link needs one."""

    def choices(self, changelist: Any) -> Any:
        """The links, none of them without words."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("không ghi")}


@admin.register(Province)
class ProvinceAdmin(CarefulAdmin):
    """The province; its names come with the catalogue, hotline and emblem are kept here."""

    list_display = ("name", "portal_name", "authority_name", "hotline")
    readonly_fields = ("name", "code", "admin_code", "portal_name", "authority_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one province, and the catalogue brings it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """There is always a province."""
        return False


@admin.register(Effect)
class EffectAdmin(ReadOnlyAdmin):
    """Effects outside the database: what waits, what failed and why."""

    list_display = ("task", "state", "attempts", "created_at", "next_attempt_at", "last_error")
    list_filter = ("state", "task")
    search_fields = ("key",)
