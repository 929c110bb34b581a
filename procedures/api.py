"""The public catalogue API: no session, no login, kept for a minute."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.caching import fresh_for_strangers
from portal.core.problems import Pages
from procedures import search
from procedures.api_shapes import CHANNELS, DayQuestion, Detail, ListQuestion, ListRow
from procedures.effective_rows import row_for
from procedures.models import ORDINARY_CASE, Case, Procedure, ProcedureVersion, VersionPart
from procedures.presenting import guidance, version_on


@extend_schema(
    summary="Tìm thủ tục; gõ không dấu hoặc sai đôi chút vẫn tìm được",
    parameters=[ListQuestion],
    responses=ListRow(many=True),
    auth=[],
)
@fresh_for_strangers
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def procedures(request: Request) -> Response:
    """Procedures in force today, best match first, with their `count`."""
    question = ListQuestion(data=request.query_params)
    question.is_valid(raise_exception=True)
    day = clock.today()
    found = search.find(_wish(question.validated_data, day), day)
    pages = Pages()
    rows = pages.paginate_queryset(found.versions, request)
    return pages.get_paginated_response(ListRow(rows, many=True).data)


def _wish(asked: dict[str, Any], day: date) -> search.Wish:
    agency = None
    if code := asked.get("agency"):
        agency = Agency.objects.valid_on(day).filter(code=code).first()
        if agency is None:
            raise ValidationError({"agency": [_("Không có cơ quan nào mang khóa này hôm nay.")]})
    return search.Wish(
        q=asked.get("q", ""),
        field=asked.get("field", ""),
        level=asked.get("level", ""),
        audience=asked.get("audience", ""),
        service_level=asked.get("service_level"),
        essential=asked["essential"],
        agency=agency,
    )


@extend_schema(
    summary="Một thủ tục, đúng như quy định của ngày được hỏi",
    parameters=[OpenApiParameter("on", OpenApiTypes.DATE, description="Bỏ trống là hôm nay")],
    responses=Detail,
    auth=[],
)
@fresh_for_strangers
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def procedure(request: Request, code: str) -> Response:
    """The version in force that day: cases, components, times, fees, steps, bases, form."""
    question = DayQuestion(data=request.query_params)
    question.is_valid(raise_exception=True)
    day = question.validated_data.get("on") or clock.today()
    known = Procedure.objects.filter(code=code).first()
    version = version_on(known, day) if known else None
    if version is None:
        raise Http404
    return Response(Detail(_Told(version, day)).data)


class _Told:
    """A version with the rows that hold for each of its cases and channels."""

    def __init__(self, version: ProcedureVersion, day: date) -> None:
        self._version = version
        self.on = day
        self.channels = [told for told, key in CHANNELS.items() if key in version.channels]
        self.agency_kinds = [each.agency_kind_id for each in version.competences.all()]
        self.cases = list(version.cases.all()) or [Case(key=ORDINARY_CASE, name=_("Thông thường"))]
        self.components = version.components.all()
        self.legal_bases = version.legal_bases.all()
        self.activities = version.onlineactivitys.all()
        self.steps = guidance(version)
        self.times = [row for row in self._each(list(version.processingtimes.all())) if row]
        by_item: dict[str, list[Any]] = {}
        for fee in version.fees.all():
            by_item.setdefault(fee.item, []).append(fee)
        self.fees = [row for rows in by_item.values() for row in self._each(rows) if row]

    def __getattr__(self, name: str) -> object:
        return getattr(self._version, name)

    def _each(self, rows: list[Any]) -> list[dict[str, Any] | None]:
        """The row of every case and channel, told in the API's words."""
        return [
            _told(row_for(rows, case.key, CHANNELS[channel]), case.key, channel)
            for case in self.cases
            for channel in self.channels
        ]


def _told(row: VersionPart | None, case: str, channel: str) -> dict[str, Any] | None:
    if row is None:
        return None
    return {**{f.name: getattr(row, f.attname) for f in row._meta.concrete_fields},
            "case": case, "channel": channel}  # fmt: skip
