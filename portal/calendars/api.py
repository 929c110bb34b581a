"""`POST /api/v1/deadlines`: anybody may ask when something would be due."""

import re
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.models import Agency
from portal.calendars.deadlines import UNITS, Amount, Deadline, compute_deadline
from portal.calendars.services import calendar_for
from portal.calendars.snapshot import CalendarNotLoaded
from portal.calendars.working_days import DeadlineError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII
)
CLOCK_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)


# The framework speaks English where its Vietnamese translation has gaps.
MISSING: "dict[str, StrOrPromise]" = {
    "required": _("Hãy điền ô này."),
    "null": _("Ô này không được để trống."),
}
UNKNOWN_AGENCY: "dict[str, StrOrPromise]" = dict.fromkeys(
    ("invalid", "blank"), _("Không có cơ quan này.")
)
NOT_AN_OBJECT: "dict[str, StrOrPromise]" = {**MISSING, "invalid": _("Phải là một đối tượng JSON.")}


class CalendarUnavailable(APIException):
    """503: nobody has loaded a calendar yet."""

    status_code = 503
    default_detail = _("Chưa nạp lịch làm việc, nên chưa tính được thời hạn.")


@extend_schema_field({"type": "string", "format": "date-time"})
class InstantField(serializers.Field[datetime, Any, str, Any]):
    """An instant in ISO 8601 that says its offset."""

    def to_internal_value(self, data: object) -> datetime:
        """The instant; refused unless it is a text with an offset."""
        if isinstance(data, str) and INSTANT.fullmatch(data.upper()):
            try:
                return datetime.fromisoformat(data.upper())
            except ValueError:  # 31 February, 25:00, an offset of 99 hours
                pass
        raise serializers.ValidationError(
            _("Hãy viết thời điểm kèm múi giờ, ví dụ 2026-11-23T09:00:00+07:00.")
        )

    def to_representation(self, value: datetime) -> str:
        """The instant with its offset."""
        return value.isoformat()


@extend_schema_field({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$", "nullable": True})
class ClockTimeField(serializers.Field[time, Any, str, Any]):
    """A time of day, HH:MM."""

    def to_internal_value(self, data: object) -> time:
        """The time; refused unless it is written HH:MM."""
        if isinstance(data, str) and CLOCK_TIME.fullmatch(data):
            try:
                return time.fromisoformat(data)
            except ValueError:
                pass
        raise serializers.ValidationError(_("Hãy viết giờ theo mẫu HH:MM, ví dụ 15:00."))

    def to_representation(self, value: time) -> str:
        """The time as HH:MM."""
        return f"{value:%H:%M}"


@extend_schema_field({"type": "number", "nullable": True, "multipleOf": 0.5})
class AmountField(serializers.Field[Amount, Any, Amount, Any]):
    """A number as JSON writes it; the rules say which numbers count."""

    def to_internal_value(self, data: object) -> Amount:
        """The number; texts and booleans are refused."""
        if isinstance(data, bool) or not isinstance(data, int | float | Decimal):
            raise serializers.ValidationError(_("Thời hạn phải là một số."))
        return data

    def to_representation(self, value: Amount) -> Amount:
        """The number itself."""
        return value


class PauseSerializer(serializers.Serializer[Any]):
    """A pause [from, to)."""

    default_error_messages = NOT_AN_OBJECT

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """`from` cannot be written as a class attribute: it is a word of the language."""
        return {
            "from": InstantField(error_messages=MISSING),
            "to": InstantField(error_messages=MISSING),
        }

    def validate(self, attrs: dict[str, datetime]) -> dict[str, datetime]:
        """A pause ends after it starts."""
        if attrs["to"] < attrs["from"]:
            raise serializers.ValidationError({"to": [_("Phải sau lúc bắt đầu tạm dừng.")]})
        return attrs


class QuestionSerializer(serializers.Serializer[Any]):
    """What is asked of `deadlines`."""

    default_error_messages = NOT_AN_OBJECT

    accepted_at = InstantField(error_messages=MISSING)
    amount = AmountField(required=False, allow_null=True, default=None)
    unit = serializers.ChoiceField(
        choices=UNITS,
        error_messages=MISSING
        | {
            "invalid_choice": _(
                "Đơn vị phải là working_day, calendar_day, working_hour hoặc same_day."
            )
        },
    )
    cutoff = ClockTimeField(required=False, allow_null=True, default=None)
    agency = serializers.CharField(
        required=False, allow_null=True, default=None, error_messages=UNKNOWN_AGENCY
    )
    pauses = PauseSerializer(
        many=True,
        required=False,
        allow_null=True,
        default=list,
        error_messages={"not_a_list": _("Phải là một danh sách các lần tạm dừng.")},
    )

    def validate_agency(self, key: str | None) -> str | None:
        """The agency's own code, from that code or from its identifier in dossier codes."""
        if key is None:
            return None
        known = Agency.objects.filter(Q(code=key) | Q(org_code=key)).order_by("-valid_from", "-pk")
        agency = known.first()
        if agency is None:
            raise serializers.ValidationError(UNKNOWN_AGENCY["invalid"])
        return str(agency.code)


class DayLineSerializer(serializers.Serializer[Any]):
    """What one date did to the deadline."""

    date = serializers.DateField()
    counted = serializers.BooleanField()
    reason = serializers.CharField()


class DeadlineSerializer(serializers.Serializer[Any]):
    """When it is due, and why."""

    due_at = InstantField()
    explanation = DayLineSerializer(many=True)


class DeadlineView(APIView):
    """Compute a deadline; no session, no token, nothing is stored."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=QuestionSerializer, responses=DeadlineSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """When something accepted now would be due, with one line per day."""
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(DeadlineSerializer(_answer(question.validated_data)).data)


def _answer(asked: dict[str, Any]) -> Deadline:
    """The deadline asked for; a refusal of the rules becomes a field error."""
    pauses = [(pause["from"], pause["to"]) for pause in asked["pauses"] or ()]
    try:
        return compute_deadline(
            asked["accepted_at"],
            asked["amount"],
            asked["unit"],
            asked["cutoff"],
            pauses,
            calendar_for(asked["agency"]),
        )
    except DeadlineError as error:
        raise serializers.ValidationError({error.field: [str(error)]}) from error
    except CalendarNotLoaded as error:
        raise CalendarUnavailable from error
