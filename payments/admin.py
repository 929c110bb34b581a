"""The rules about fees, for the people who keep the catalogue."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from payments.models import FeeReduction
from portal.core.admin_conflicts import CarefulAdmin
from portal.core.admin_words import doubts_in_words


@admin.register(FeeReduction)
class FeeReductionAdmin(CarefulAdmin):
    """Rules with their period and their marks; an unverified one is said to be so."""

    list_display = (
        "title",
        "kind",
        "value",
        "territory",
        "valid_from",
        "valid_to",
        "is_enabled",
        "trust",
    )
    list_filter = ("is_enabled", "is_verified", "scope", "kind", "is_in_base_fee")
    search_fields = ("key", "title", "legal_basis")
    readonly_fields = ("trust",)

    @admin.display(description=_("kiểm chứng"), ordering="is_verified")
    def trust(self, rule: FeeReduction) -> str:
        """Whether the rule was read in a source, and what in it was not."""
        if not rule.is_verified:
            return str(_("CHƯA KIỂM CHỨNG"))
        if rule.unverified:
            unread = doubts_in_words(rule.unverified)
            return str(_("đã kiểm chứng, trừ: %(fields)s") % {"fields": unread})
        return str(_("đã kiểm chứng"))
