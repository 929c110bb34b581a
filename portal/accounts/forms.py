"""Signing in with a demo or staff account."""

from django.contrib.auth.forms import AuthenticationForm
from django.forms import CharField, PasswordInput, TextInput
from django.utils.translation import gettext_lazy as _


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
    }
