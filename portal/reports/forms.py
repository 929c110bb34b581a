"""Which month a report is about."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core import clock

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


class MonthField(forms.CharField):
    """A month as YYYY-MM, not after the present one; empty means the present one."""

    default_error_messages = {
        "invalid": _("Tháng phải có dạng NĂM-THÁNG, ví dụ 2026-11."),
        "future": _("Tháng này chưa đến."),
    }

    def clean(self, value: object) -> date:
        """The first day of that month."""
        this_month = clock.today().replace(day=1)
        text = super().clean(value)
        if not text:
            return this_month
        found = _MONTH.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        month = date(int(found[1]), int(found[2]), 1)
        if month > this_month:
            raise ValidationError(self.error_messages["future"], code="future")
        return month


class ProgressFilter(forms.Form):
    """The month and the page of the progress table."""

    thang = MonthField(required=False)
    trang = forms.IntegerField(required=False, min_value=1, max_value=100)
