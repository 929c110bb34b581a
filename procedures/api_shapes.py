"""The shapes of the catalogue API: what may be asked, and what is answered."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.accounts.models import Agency
from portal.core.text import has_forbidden_characters
from procedures.forms import AUDIENCES, DayField
from procedures.models import ProcedureVersion

LEVELS = [(1, "1"), (2, "2"), (3, "3"), (4, "4")]
CHANNELS = {"online": "truc_tuyen", "direct": "truc_tiep", "postal": "buu_chinh"}


class Text(serializers.CharField):
    """Text without control characters."""

    def to_internal_value(self, data: str) -> str:
        """The text, refused if it holds what nobody can read."""
        text: str = super().to_internal_value(data)
        if has_forbidden_characters(text):
            raise serializers.ValidationError(_("Có ký tự không đọc được."))
        return text


class ListQuestion(serializers.Serializer[Any]):
    """What the list may be narrowed by."""

    q = Text(required=False, allow_blank=True, max_length=200)
    field = Text(required=False, allow_blank=True, max_length=150)
    level = serializers.ChoiceField(required=False, choices=Agency.Level.choices)
    service_level = serializers.ChoiceField(required=False, choices=LEVELS)
    audience = serializers.ChoiceField(required=False, choices=AUDIENCES)
    agency = Text(required=False, max_length=60, help_text="Khóa của cơ quan")
    essential = serializers.BooleanField(required=False, allow_null=True, default=None)
    page = serializers.IntegerField(required=False, min_value=1, max_value=100_000)
    page_size = serializers.IntegerField(required=False, min_value=1)


class DayQuestion(serializers.Serializer[Any]):
    """The day the procedure is read for."""

    on = serializers.CharField(required=False, allow_blank=True, help_text="YYYY-MM-DD")

    def validate_on(self, value: str) -> date | None:
        """The day, or None when it is left out."""
        try:
            return DayField(required=False).clean(value)
        except FormError as error:
            raise serializers.ValidationError(error.messages) from error


class ListRow(serializers.Serializer[Any]):
    """One procedure in a list."""

    code = serializers.CharField(source="procedure.code")
    name = serializers.CharField()
    field = serializers.CharField()
    levels = serializers.SerializerMethodField()
    audience = serializers.ListField(child=serializers.CharField())
    service_level = serializers.IntegerField()
    service_mode = serializers.CharField()
    essential = serializers.SerializerMethodField()

    def get_levels(self, version: ProcedureVersion) -> list[str]:
        """The levels of government that handle it, highest first."""
        named = {level for each in version.competences.all() for level in each.levels}
        return [level for level in Agency.Level.values if level in named]

    def get_essential(self, version: ProcedureVersion) -> bool:
        """Whether it belongs to an essential service."""
        return version.procedure.essential_no is not None


class CaseShape(serializers.Serializer[Any]):
    """A case (trường hợp) of the procedure."""

    key = serializers.CharField()
    name = serializers.CharField()


class ComponentShape(serializers.Serializer[Any]):
    """A paper of the dossier; it belongs to every case unless its condition says otherwise."""

    no = serializers.IntegerField()
    name = serializers.CharField()
    originals = serializers.IntegerField()
    copies = serializers.IntegerField()
    is_shown_only = serializers.BooleanField()
    is_required = serializers.BooleanField()
    condition = serializers.CharField()
    is_electronic_form = serializers.BooleanField()
    media_types = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()


class TimeShape(serializers.Serializer[Any]):
    """The legal time of one case by one channel; unconfirmed ones are marked."""

    case = serializers.CharField()
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    amount = serializers.FloatField()
    unit = serializers.CharField()
    cutoff = serializers.TimeField(format="%H:%M", allow_null=True)
    is_confirmed = serializers.BooleanField()


class FeeShape(serializers.Serializer[Any]):
    """A fee item of one case by one channel before any reduction; a null amount is not set yet."""

    case = serializers.CharField()
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    item = serializers.CharField()
    kind = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    status = serializers.CharField()
    tariff = serializers.JSONField(allow_null=True)
    legal_basis = serializers.CharField()
    is_confirmed = serializers.BooleanField()


class BasisShape(serializers.Serializer[Any]):
    """A legal text with its validity as far as it is known."""

    citation = serializers.CharField()
    number = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    is_verified = serializers.BooleanField()


class ActivityShape(serializers.Serializer[Any]):
    """One activity and whether it is offered online."""

    activity = serializers.CharField()
    is_online = serializers.BooleanField()
    is_proposed = serializers.BooleanField()


class FormShape(serializers.Serializer[Any]):
    """The electronic form: its JSON Schema (draft 2020-12)."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    schema = serializers.JSONField()
    uploads = serializers.JSONField()


class Detail(ListRow):
    """One procedure as it stands on a day."""

    on = serializers.DateField()
    version = serializers.IntegerField(source="number")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    successor = serializers.CharField(
        source="procedure.successor.code", allow_null=True, default=None
    )
    is_level_proposed = serializers.BooleanField()
    channels = serializers.ListField(child=serializers.ChoiceField(choices=list(CHANNELS)))
    agency_kinds = serializers.ListField(child=serializers.CharField())
    dossier_sets = serializers.IntegerField()
    cases = CaseShape(many=True)
    components = ComponentShape(many=True)
    times = TimeShape(many=True)
    fees = FeeShape(many=True)
    steps = serializers.ListField(child=serializers.CharField())
    requirements = serializers.ListField(child=serializers.CharField())
    results = serializers.ListField(child=serializers.CharField())
    legal_bases = BasisShape(many=True)
    activities = ActivityShape(many=True)
    form = FormShape(allow_null=True)
