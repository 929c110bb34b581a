"""The public counters as data."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as FormError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core import clock
from portal.core.caching import fresh_for_strangers
from portal.reports import counters
from portal.reports.forms import MonthField


class PeriodShape(serializers.Serializer[Any]):
    """From the first instant, up to but without the last."""

    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SummaryShape(serializers.Serializer[Any]):
    """Numbers of dossiers; shares in percent, null when there is nothing to take a share of."""

    period = PeriodShape()
    as_of = serializers.DateTimeField()
    received = serializers.IntegerField(help_text="Hồ sơ gửi đến trong kỳ")
    online = serializers.IntegerField(help_text="Trong đó nộp trực tuyến")
    resolved = serializers.IntegerField(help_text="Hồ sơ có kết quả trong kỳ")
    early = serializers.IntegerField()
    on_time = serializers.IntegerField()
    late = serializers.IntegerField()
    at_work = serializers.IntegerField(help_text="Hồ sơ đang giải quyết lúc này")
    overdue = serializers.IntegerField(help_text="Trong đó quá hạn")
    share_on_time = serializers.FloatField(allow_null=True)
    share_online = serializers.FloatField(allow_null=True)


NUMBERS = (
    "received", "online", "resolved", "early", "on_time", "late", "at_work", "overdue",
    "share_on_time", "share_online",
)  # fmt: skip


@extend_schema(
    summary="Số liệu công khai của toàn tỉnh trong một tháng",
    parameters=[OpenApiParameter("month", str, description="YYYY-MM; bỏ trống là tháng này")],
    responses=SummaryShape,
    auth=[],
)
@fresh_for_strangers
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def summary(request: Request) -> Response:
    """The public counters of a month."""
    now = clock.now()
    try:
        month = MonthField(required=False).clean(request.query_params.get("month", ""))
    except FormError as error:
        raise ValidationError({"month": error.messages}) from error
    return Response(_body(counters.Period.month_of(month, now), now))


def _body(period: counters.Period, now: datetime) -> dict[str, Any]:
    row = counters.of_province(period, now)
    numbers: dict[str, Any] = {name: getattr(row, name) for name in NUMBERS}
    # To the minute, so that an unchanged answer keeps its ETag for a while.
    limits = {"begins_at": period.begins_at, "ends_at": _minute(period.until)}
    return dict(SummaryShape({"period": limits, "as_of": _minute(now), **numbers}).data)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
