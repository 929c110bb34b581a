"""Signing in with a demo or staff account."""

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.forms import CharField, PasswordInput, TextInput
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class SignInForm(AuthenticationForm):
    """User name and password; what is wrong is never told in detail."""

    username = CharField(
        label=_("Tên đăng nhập"),
        max_length=150,
        widget=TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = CharField(
        label=_("Mật khẩu"),
        strip=False,
        max_length=200,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi nhập lại."),
        "inactive": _("Tài khoản này đã ngừng dùng."),
        "citizen": _("Người dân đăng nhập bằng tài khoản định danh điện tử."),
    }

    def confirm_login_allowed(self, user: User) -> None:
        """Citizens have a password in the demo only; elsewhere they prove who they are."""
        super().confirm_login_allowed(user)
        is_staff = user.is_staff or user.is_superuser or user.is_officer
        if not (settings.PORTAL_DEMO or is_staff):
            raise ValidationError(self.error_messages["citizen"], code="citizen")
