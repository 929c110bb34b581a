"""People, agencies and postings in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, Model
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency, AgencyKind, Posting, User
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


@admin.register(Posting)
class PostingAdmin(CarefulAdmin):
    """Who holds which role where; nobody grants a role to themselves."""

    list_display = ("user", "role", "agency", "valid_from", "valid_to")
    list_filter = ("role", "valid_to")
    list_select_related = ("user", "agency")
    search_fields = ("user__username", "user__full_name", "agency__folded_name")
    autocomplete_fields = ("user", "agency")

    def has_change_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Not of one's own postings."""
        return _is_not_own(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        """Not of one's own postings."""
        return _is_not_own(request, obj) and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Posting, form: "ModelForm[Any]", change: bool
    ) -> None:
        """Refuse a role for oneself."""
        if not _is_not_own(request, obj):
            raise PermissionDenied(_("Không ai được tự giao vai trò cho mình."))
        super().save_model(request, obj, form, change)


def _is_not_own(request: HttpRequest, posting: Posting | None) -> bool:
    return posting is None or posting.user_id != request.user.pk


class UserCreation(AdminUserCreationForm):
    """A new account: name and password first."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")


@admin.register(User)
class PersonAdmin(CarefulAdmin, UserAdmin):
    """Accounts, without the personal data that this work does not need."""

    stamp_ignores = ("last_login",)

    add_form = UserCreation
    list_display = ("username", "full_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "postings__role")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        (_("Quyền"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Thời điểm"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "full_name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of a superuser only by another superuser: whoever sets a password can sign in."""
        is_safe = request.user.is_superuser or not getattr(obj, "is_superuser", False)
        return is_safe and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: what people did stays theirs; an account is closed instead."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Rights are given by somebody else, and superuser rights by a superuser."""
        if obj == request.user:
            return (*self.readonly_fields, "is_active", "is_staff", "is_superuser")
        if not request.user.is_superuser:
            return (*self.readonly_fields, "is_superuser")
        return tuple(self.readonly_fields)
