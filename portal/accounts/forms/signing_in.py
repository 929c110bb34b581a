"""What somebody types at the door of their account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.forms import CharField, PasswordInput, TextInput
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.password_profiles import advice
from portal.accounts.services import passwords


def new_password() -> PasswordInput:
    """A box for a password that is about to be chosen."""
    return PasswordInput(attrs={"autocomplete": "new-password"})


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
        """Not with a first password that was not used in time.

        Citizens have a password in the demo only; elsewhere they prove who they are.
        """
        super().confirm_login_allowed(user)
        if not (settings.PORTAL_DEMO or user.must_give_codes):
            raise forms.ValidationError(self.error_messages["citizen"], code="citizen")
        if passwords.has_run_out(user):
            raise forms.ValidationError(
                _("Mật khẩu lần đầu đã quá hạn. Hãy xin người quản lý tài khoản cấp lại."),
                code="run_out",
            )


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new = CharField(label=_("Mật khẩu mới"), strip=False, max_length=200, widget=new_password())
    again = CharField(
        label=_("Gõ lại mật khẩu mới"), strip=False, max_length=200, widget=new_password()
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["new"].help_text = advice()

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        typed = super().clean() or {}
        new, again = typed.get("new"), typed.get("again")
        if new and again and new != again:
            self.add_error("again", _("Hai lần gõ chưa giống nhau."))
        return typed


class ChangePasswordForm(NewPasswordForm):
    """The present password, then a new one."""

    field_order = ("present", "new", "again")
    present = CharField(
        label=_("Mật khẩu hiện tại"),
        strip=False,
        max_length=200,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PhoneCode(CharField):
    """Six digits from a phone, typed with or without blanks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Mã 6 số"),
            help_text=_("Mở ứng dụng tạo mã trên điện thoại và gõ mã đang hiện."),
            max_length=20,
            widget=TextInput(
                attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-code"}
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        """The digits; an error for anything else."""
        code = "".join(super().clean(value).split())
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("Mã gồm đúng 6 chữ số."))
        return code


class CodeForm(forms.Form):
    """The code of the phone."""

    code = PhoneCode()


class StepUpForm(forms.Form):
    """The code of the phone, once more; under a name of its own among what was typed before."""

    ma_xac_nhan = PhoneCode()


class PaperCodeForm(forms.Form):
    """A code on paper, for whoever has not got the phone."""

    code = CharField(
        label=_("Mã dự phòng"),
        help_text=_("Một trong 10 mã bạn đã in, ví dụ K7M2Q-9X4TB. Mỗi mã dùng một lần."),
        max_length=40,
        widget=TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "w-code"}
        ),
    )
