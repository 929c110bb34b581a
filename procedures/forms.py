"""The questions that catalogue pages take from their address."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency

AUDIENCES = (("cong_dan", _("người dân")), ("doanh_nghiep", _("doanh nghiệp, hộ kinh doanh")))
SERVICE_LEVELS = ((4, _("Mức 4, làm trọn trên mạng")), (3, _("Mức 3, nộp trên mạng")))


class DayField(forms.CharField):
    """A date as YYYY-MM-DD; empty means none."""

    default_error_messages = {"invalid": _("Ngày phải có dạng NĂM-THÁNG-NGÀY, ví dụ 2026-11-23.")}

    def clean(self, value: object) -> date | None:
        """That date, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day is None or not 1990 <= day.year <= 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class CatalogueQuestion(forms.Form):
    """What to look for in the catalogue."""

    q = forms.CharField(required=False, max_length=200)
    linh_vuc = forms.CharField(required=False, max_length=150)
    cap = forms.ChoiceField(required=False, choices=Agency.Level.choices)
    doi_tuong = forms.ChoiceField(required=False, choices=AUDIENCES)
    muc_do = forms.TypedChoiceField(
        required=False, choices=SERVICE_LEVELS, coerce=int, empty_value=None
    )
    viec = forms.SlugField(required=False, max_length=40)
    thiet_yeu = forms.ChoiceField(required=False, choices=(("1", _("có")),))
    co_quan = forms.CharField(required=False, max_length=100)
    trang = forms.IntegerField(required=False, min_value=1, max_value=10_000)


class ProcedureQuestion(forms.Form):
    """Which case, agency and day a procedure page is read for."""

    truong_hop = forms.CharField(required=False, max_length=60)
    co_quan = forms.CharField(required=False, max_length=100)
    ngay = DayField(required=False)
