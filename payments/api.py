"""`POST quotes`: what a dossier would cost, for anybody, without an account."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments import services
from payments.fees import full_years
from payments.strict_fields import (
    StrictBody,
    StrictDay,
    StrictInstant,
    StrictText,
    StrictTruth,
    StrictWhole,
)
from portal.accounts.models import Agency
from portal.core import clock
from procedures.models import ORDINARY_CASE, Channel, Procedure, ProcedureVersion

MOST_UNITS = 10_000
CHANNELS = {"online": Channel.ONLINE, "direct": Channel.DIRECT, "postal": Channel.POSTAL}


class PayerBody(StrictBody):
    """What the caller knows about the payer; what is left out is unknown."""

    age = StrictWhole(required=False, min_value=0, max_value=150)
    birth_date = StrictDay(required=False)
    poor_household = StrictTruth(required=False)
    disabled = StrictTruth(required=False)
    meritorious = StrictTruth(required=False)
    meritorious_family = StrictTruth(required=False)
    martyr_relative = StrictTruth(required=False)
    ethnic_minority = StrictTruth(required=False)
    extremely_difficult_commune = StrictTruth(required=False)
    student = StrictTruth(required=False)


class PagesBody(StrictBody):
    """How much is to be copied."""

    pages = StrictWhole(default=1, min_value=1, max_value=MOST_UNITS)
    copies = StrictWhole(default=1, min_value=0, max_value=MOST_UNITS)


class QuoteBody(StrictBody):
    """A question about fees."""

    procedure = StrictText(max_length=40)
    case = StrictText(max_length=60, default=ORDINARY_CASE)
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    submitted_at = StrictInstant()
    agency = StrictText(max_length=60, allow_null=True, default=None)
    payer = PayerBody(default=dict)
    case_facts = serializers.DictField(default=dict)
    quantities = serializers.DictField(default=dict)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Find what the codes name; every field that is wrong is named."""
        day = clock.local(asked["submitted_at"]).date()
        version = _version(asked["procedure"], day)
        return {
            "version": version,
            "case": _case(version, asked["case"]),
            "channel": CHANNELS[asked["channel"]],
            "submitted_at": asked["submitted_at"],
            "agency": _agency(asked["agency"], day),
            "payer": _payer(asked["payer"], day),
            "case_facts": _case_facts(asked["case_facts"]),
            "quantities": _quantities(version, asked["quantities"]),
        }


def _wrong(field: str, message: str, *path: str) -> serializers.ValidationError:
    detail: Any = [message]
    for name in reversed((field, *path)):
        detail = {name: detail}
    return serializers.ValidationError(detail)


def _version(code: str, day: date) -> ProcedureVersion:
    version: ProcedureVersion | None = (
        ProcedureVersion.objects.in_force(day)
        .filter(procedure__code=code)
        .select_related("procedure")
        .prefetch_related("cases", "fees")
        .order_by("-number")
        .first()
    )
    if version is not None:
        return version
    if Procedure.objects.filter(code=code).exists():
        raise _wrong("submitted_at", _("Thủ tục này chưa có hoặc đã hết hiệu lực vào ngày đó."))
    raise _wrong("procedure", _("Không có thủ tục mang mã này."))


def _case(version: ProcedureVersion, key: str) -> str:
    if key not in {ORDINARY_CASE, *(case.key for case in version.cases.all())}:
        raise _wrong("case", _("Thủ tục này không có trường hợp đó."))
    return key


def _agency(code: str | None, day: date) -> Agency | None:
    """The agency of that code; a code used again later means the one of that day."""
    if code is None:
        return None
    named = Agency.objects.filter(Q(code=code) | Q(org_code=code))
    agency: Agency | None = named.valid_on(day).first() or named.first()
    if agency is None:
        raise _wrong("agency", _("Không có cơ quan mang mã này."))
    return agency


def _payer(told: Mapping[str, Any], day: date) -> Mapping[str, Any]:
    """The facts, of which age and birth date must not contradict each other."""
    born = told.get("birth_date")
    if born is None:
        return told
    if born > day:
        raise _wrong("payer", _("Ngày sinh sau ngày nộp."), "birth_date")
    if told.get("age", full_years(born, day)) != full_years(born, day):
        raise _wrong("payer", _("Tuổi không khớp với ngày sinh."), "age")
    return told


def _case_facts(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts that some rule asks for, each answered in the kind that the rules expect."""
    kinds = services.case_fact_kinds() if told else {}
    for name, value in told.items():
        if name not in kinds:
            raise _wrong("case_facts", _("Không có dữ kiện này."), name)
        if type(value) is not kinds[name]:
            raise _wrong("case_facts", _ANSWERS[kinds[name]](), name)
    return told


_ANSWERS = {
    bool: lambda: _("Phải là true hoặc false."),
    int: lambda: _("Phải là một số nguyên."),
    str: lambda: _("Phải là một chuỗi chữ."),
}


def _quantities(version: ProcedureVersion, told: Mapping[str, Any]) -> dict[str, Any]:
    """How much of each fee item, in the form that the item takes."""
    lines = services.fee_lines(version)
    by_pages = {line.item: False for line in lines}
    by_pages.update({line.item: True for line in lines if line.tariff is not None})
    read = {}
    for item, value in told.items():
        if item not in by_pages:
            raise _wrong("quantities", _("Thủ tục này không có khoản thu đó."), item)
        field = PagesBody() if by_pages[item] else StrictWhole(min_value=0, max_value=MOST_UNITS)
        try:
            read[item] = field.run_validation(value)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"quantities": {item: error.detail}}) from error
    return read


class ConsideredRule(serializers.Serializer[Any]):
    """A rule that was looked at, with the reason why it was not applied."""

    rule = serializers.CharField()
    payable = serializers.IntegerField(allow_null=True)
    applied = serializers.BooleanField()
    why_not = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    legal_basis = serializers.CharField()
    verified = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())


class QuoteLine(serializers.Serializer[Any]):
    """One fee item: before and after the rules, in whole đồng."""

    item = serializers.CharField()
    kind = serializers.ChoiceField(choices=["phi", "le_phi"])
    unit = serializers.CharField()
    quantity = serializers.JSONField()
    base = serializers.IntegerField(allow_null=True)
    base_confirmed = serializers.BooleanField()
    payable = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField(allow_null=True)
    rule_verified = serializers.BooleanField(allow_null=True)
    legal_basis = serializers.CharField()
    considered = ConsideredRule(many=True)
    explained_by = serializers.JSONField()


class QuoteAnswer(serializers.Serializer[Any]):
    """The lines and what they come to; no total while a line has no amount."""

    lines = QuoteLine(many=True)
    total = serializers.IntegerField(allow_null=True)
    complete = serializers.BooleanField()


class Quotes(APIView):
    """Price a dossier (tính phí, lệ phí)."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="quotes", request=QuoteBody, responses={200: QuoteAnswer}, auth=[])
    def post(self, request: Request) -> Response:
        """What is due, line by line, and every rule that was considered."""
        body = QuoteBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(services.quote_for(**body.validated_data))
