"""What is typed at the account desk."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.desk_rules import agencies_of, roles_of
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.text import clean, has_forbidden_characters


class PlainText(forms.CharField):
    """A line of text in NFC, without characters nobody can see."""

    def clean(self, value: Any) -> Any:
        """The text; an error where it holds what no keyboard types."""
        text = super().clean(value)
        if has_forbidden_characters(text):
            raise forms.ValidationError(_("Có ký tự không đọc được."))
        return clean(text)


class DayField(forms.DateField):
    """A day as it is written here."""

    def __init__(self, **options: Any) -> None:
        shape = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-6"})
        super().__init__(widget=shape, **options)


class ReasonForm(forms.Form):
    """Why."""

    reason = PlainText(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Lưu cùng tên bạn trong nhật ký. Đừng ghi thông tin cá nhân."),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PostingForm(forms.Form):
    """A role at an agency for a time; of what the person at the desk may give."""

    agency: "forms.ModelChoiceField[Agency]" = forms.ModelChoiceField(
        label=gettext_lazy("Cơ quan"),
        queryset=Agency.objects.none(),
        empty_label=gettext_lazy("Chọn cơ quan"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Vai trò"))
    valid_from = DayField(label=gettext_lazy("Từ ngày"))
    valid_to = DayField(label=gettext_lazy("Đến hết ngày"), required=False)

    def __init__(self, actor: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agencies = agencies_of(actor)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined] # of the class above
        self.fields["role"].choices = [  # type: ignore[attr-defined] # of the class above
            ("", _("Chọn vai trò")),
            *((role.value, role.label) for role in roles_of(actor)),
        ]
        self.fields["valid_from"].initial = clock.today
        if len(few := list(agencies[:2])) == 1:
            self.fields["agency"].initial = few[0]

    def clean(self) -> dict[str, Any]:
        """The days in order, and the last one not over."""
        typed = super().clean() or {}
        first, last = typed.get("valid_from"), typed.get("valid_to")
        if last and last < clock.today():
            self.add_error("valid_to", _("Ngày này đã qua."))
        elif first and last and last < first:
            self.add_error("valid_to", _("Ngày cuối phải sau ngày đầu."))
        return typed


class GivePostingForm(PostingForm):
    """One more posting, and why."""

    reason = PlainText(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Ví dụ số quyết định điều động. Đừng ghi thông tin cá nhân."),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AccountForm(PostingForm):
    """A new account with its first posting."""

    field_order = ("full_name", "username", "identity_number", "email")
    full_name = PlainText(label=gettext_lazy("Họ, chữ đệm, tên"), min_length=2, max_length=120)
    username = PlainText(
        label=gettext_lazy("Tên đăng nhập"),
        help_text=gettext_lazy("Chữ không dấu, chữ số và các dấu . - _"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    identity_number = PlainText(
        label=gettext_lazy("Số định danh cá nhân"),
        help_text=gettext_lazy("Để người ấy không xử lý hồ sơ của chính mình. Được lưu mã hóa."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử công vụ"), required=False, max_length=254
    )

    def clean_username(self) -> str:
        """A name that can be typed anywhere."""
        name: str = self.cleaned_data["username"]
        if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
            raise forms.ValidationError(_("Tên chỉ gồm chữ không dấu, chữ số và các dấu . - _"))
        return name

    def clean_identity_number(self) -> str:
        """Twelve digits."""
        number = "".join(self.cleaned_data["identity_number"].split())
        if not re.fullmatch(r"[0-9]{12}", number):
            raise forms.ValidationError(_("Số định danh gồm đúng 12 chữ số."))
        return number


class EndForm(ReasonForm):
    """When a posting ends, and why."""

    last_day = DayField(
        label=gettext_lazy("Đến hết ngày"),
        help_text=gettext_lazy("Để trống thì kết thúc ngay bây giờ."),
        required=False,
    )
    field_order = ("last_day", "reason")

    def clean_last_day(self) -> Any:
        """Today or later; what is past is past."""
        day = self.cleaned_data["last_day"]
        if day and day < clock.today():
            raise forms.ValidationError(_("Ngày này đã qua. Để trống thì kết thúc ngay."))
        return day
