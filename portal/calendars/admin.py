"""Calendars in the administration: unconfirmed rows are marked, wrong ones cancelled."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.calendars.models import Calendar, DatedRow, DayOff, MakeUpDay, OfficeHours
from portal.core.admin_conflicts import CarefulAdmin


class EditedByHand(CarefulAdmin):
    """Marks what an official saves, so that loading the catalogue leaves it alone."""

    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool
    ) -> None:
        """Save the row as one an official answers for."""
        form.instance.is_edited_by_hand = True
        super().save_model(request, obj, form, change)

    @admin.display(description=_("kiểm chứng"), ordering="is_verified")
    def mark(self, row: DatedRow | OfficeHours) -> str:
        """The honesty mark in words."""
        return str(_("đã kiểm chứng") if row.is_verified else _("⚠ chưa kiểm chứng"))


class DatedRowAdmin(EditedByHand):
    """Days are cancelled, never deleted: a deleted one would be loaded again."""

    date_hierarchy = "date"
    list_filter: ClassVar[Any] = ("calendar", "is_verified", "is_cancelled")
    list_select_related = ("calendar",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes a day."""
        return False


@admin.register(DayOff)
class DayOffAdmin(DatedRowAdmin):
    """Days off with their names."""

    list_display = ("date", "name", "kind", "calendar", "mark", "is_cancelled")
    search_fields = ("name",)


@admin.register(MakeUpDay)
class MakeUpDayAdmin(DatedRowAdmin):
    """Make-up days and the day each replaces."""

    list_display = ("date", "replaces", "calendar", "mark", "is_cancelled")


@admin.register(OfficeHours)
class OfficeHoursAdmin(EditedByHand):
    """Office hours by period."""

    list_display = ("calendar", "valid_from", "valid_to", "__str__", "mark")
    list_select_related = ("calendar",)


@admin.register(Calendar)
class CalendarAdmin(CarefulAdmin):
    """The provincial calendar and those of agencies that differ."""

    list_display = ("name", "code", "agency_code")
