"""Shape of what officers type about a dossier; each move asks only for what it needs."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from dossiers.forms import ReasonForm, Text
from dossiers.models import Dossier
from portal.calendars.services import calendar_for
from portal.calendars.snapshot import PROVINCIAL
from portal.calendars.working_days import next_working_day
from portal.core import clock
from procedures.models import Component

DAYS_TO_ANSWER, MOST_DAYS = 15, 180
RESULT_BOX = "ket-qua"
LISTS = ("components", "pointers")


class NoteForm(forms.Form):
    """A note for the next step, if any."""

    reason = Text(
        label=_("Ghi chú cho bước sau"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000, "data-count": ""}),
    )


class RefusalForm(ReasonForm):
    """Why a dossier is not taken in, and by which rule."""

    basis = Text(
        label=_("Căn cứ pháp lý"),
        max_length=400,
        help_text=_("Ví dụ: Điều 35 Luật Hộ tịch 60/2014/QH13."),
        error_messages={"required": _("Ghi căn cứ pháp lý của việc từ chối.")},
    )


class PapersField(forms.ModelMultipleChoiceField):
    """Papers to tick, each under its whole name."""

    def label_from_instance(self, obj: Model) -> str:
        """The name as the procedure states it."""
        return str(getattr(obj, "name", obj)).rstrip(".")


class NewDayForm(forms.Form):
    """By when the applicant should answer."""

    due_on = forms.DateField(
        label=_("Hạn bổ sung mới"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date", "class": "w-code"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Ghi hạn bổ sung."),
            "invalid": _("Ngày chưa đúng, ví dụ 31/12/2026."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = clock.today() + timedelta(days=DAYS_TO_ANSWER - 1)
        self.fields["due_on"].initial = next_working_day(last, calendar_for(PROVINCIAL))

    def clean_due_on(self) -> date:
        """A day after today and not too far away."""
        due_on: date = self.cleaned_data["due_on"]
        if not clock.today() < due_on <= clock.today() + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Hạn bổ sung phải sau hôm nay và trong 180 ngày."))
        return due_on


class SupplementForm(NewDayForm, ReasonForm):
    """Everything the applicant must repair, at once."""

    components = PapersField(
        label=_("Giấy tờ cần nộp lại hoặc nộp thêm"),
        queryset=Component.objects.none(),
        required=False,
        label_suffix="",
        widget=forms.CheckboxSelectMultiple,
    )
    pointers = forms.MultipleChoiceField(
        label=_("Ô trong tờ khai cần sửa"),
        required=False,
        label_suffix="",
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("components", "pointers", "reason", "due_on")

    def __init__(
        self, dossier: Dossier, rows: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        components, pointers = self.fields["components"], self.fields["pointers"]
        assert isinstance(components, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        assert isinstance(pointers, forms.MultipleChoiceField)  # noqa: S101 - declared above
        papers = Component.objects.filter(version=dossier.procedure_version)
        components.queryset = papers.filter(is_electronic_form=False)
        pointers.choices = rows
        self.fields["reason"].label = _("Nói rõ thiếu gì, sửa ra sao")
        self.fields["due_on"].label = _("Hạn bổ sung")

    def clean(self) -> dict[str, Any]:
        """Something must be asked for; the complaint stands at the first list there is."""
        data = super().clean() or {}
        if not data.get("components") and not data.get("pointers"):
            place = next((b.name for b in self if b.name in LISTS and b.subwidgets), None)
            self.add_error(place, _("Đánh dấu ít nhất một giấy tờ hoặc một ô cần sửa."))
        return data

    def facts(self) -> dict[str, Any]:
        """What the supplement service takes."""
        data = self.cleaned_data
        return {
            "reason": data["reason"],
            "pointers": data["pointers"],
            "component_ids": [component.pk for component in data["components"]],
            "due_on": data["due_on"],
        }


class SendBackForm(ReasonForm):
    """To which earlier step, and why."""

    order = forms.TypedChoiceField(label=_("Trả về bước"), coerce=int, widget=forms.RadioSelect)
    field_order = ("order", "reason")

    def __init__(self, earlier: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = self.fields["order"]
        assert isinstance(order, forms.TypedChoiceField)  # noqa: S101 - declared above
        order.choices = earlier


class ResultForm(forms.Form):
    """The signed result."""

    is_granted = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("1", _("Đồng ý giải quyết")), ("0", _("Không đồng ý, trả lời bằng văn bản"))],
        coerce=lambda typed: typed == "1",
        initial="1",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("Tệp kết quả đã ký"),
        help_text=_("PDF hoặc ảnh, tối đa 20 MB."),
        error_messages={"required": _("Chọn tệp kết quả.")},
        widget=forms.FileInput(attrs={"data-paper": RESULT_BOX, "data-in-place": "upload"}),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        # Sent in pieces beforehand, the file is only a number here (see documents/README.md).
        self.upload = str((data or {}).get("upload") or "")
        self.fields["file"].required = not self.upload

    def facts(self) -> dict[str, Any]:
        """What the service takes: the file, or the number under which it has come."""
        return {**self.cleaned_data, "upload": self.upload}


class HandOverForm(forms.Form):
    """Who takes the result."""

    received_by = Text(
        label=_("Họ tên người nhận"),
        max_length=120,
        error_messages={"required": _("Ghi họ tên người nhận kết quả.")},
    )
