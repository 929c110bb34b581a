"""Fields of an API body that take exactly their JSON type and never guess."""

import re
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
YEARS = range(1900, 2101)


class StrictText(serializers.CharField):
    """A JSON string; a number or a truth value is not turned into one."""

    def to_internal_value(self, data: object) -> str:
        """The text, cleaned."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Phải là một chuỗi chữ."))
        return str(super().to_internal_value(data))


class StrictWhole(serializers.IntegerField):
    """A JSON integer; neither "3", nor 3.0, nor true."""

    def to_internal_value(self, data: object) -> int:
        """The number."""
        if type(data) is not int:
            raise serializers.ValidationError(_("Phải là một số nguyên."))
        return data


class StrictTruth(serializers.BooleanField):
    """JSON true or false; neither "true" nor 1."""

    def to_internal_value(self, data: object) -> bool:
        """The truth value."""
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("Phải là true hoặc false."))
        return data


class StrictInstant(serializers.DateTimeField):
    """An instant with its offset; a naive one is refused, for it could be any of two days."""

    def to_internal_value(self, data: object) -> datetime:
        """The instant with its offset."""
        if not isinstance(data, str) or not INSTANT.fullmatch(data):
            raise serializers.ValidationError(
                _("Phải là thời điểm ISO 8601 có múi giờ, ví dụ 2026-11-23T09:00:00+07:00.")
            )
        try:
            instant = datetime.fromisoformat(data)
        except ValueError as error:
            raise serializers.ValidationError(_("Không có thời điểm này.")) from error
        if instant.year not in YEARS:
            raise serializers.ValidationError(_("Năm phải từ 1900 đến 2100."))
        return instant


class StrictDay(serializers.DateField):
    """A date in the form YYYY-MM-DD."""

    def to_internal_value(self, data: object) -> date:
        """The date."""
        if not isinstance(data, str) or not DAY.fullmatch(data):
            raise serializers.ValidationError(_("Phải là ngày dạng NĂM-THÁNG-NGÀY."))
        try:
            day = date.fromisoformat(data)
        except ValueError as error:
            raise serializers.ValidationError(_("Không có ngày này.")) from error
        if day.year not in YEARS:
            raise serializers.ValidationError(_("Năm phải từ 1900 đến 2100."))
        return day


class StrictBody(serializers.Serializer[Any]):
    """An object that refuses keys it does not know, by name."""

    def to_internal_value(self, data: object) -> dict[str, Any]:
        """The fields' values; every unknown key is named."""
        if isinstance(data, dict) and (strange := set(data) - set(self.fields)):
            raise serializers.ValidationError(
                {name: [_("Không có trường này.")] for name in sorted(strange)}
            )
        read: dict[str, Any] = super().to_internal_value(data)
        return read
