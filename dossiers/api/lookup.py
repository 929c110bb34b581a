"""The public look-up over JSON."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.finding import find
from dossiers.models import Dossier
from dossiers.wording import next_of
from portal.core import clock
from portal.core.limits import address_of


class LookupInput(serializers.Serializer[Any]):
    """Code and secret, forgiving about how they are typed."""

    code = serializers.CharField(max_length=60)
    secret = serializers.CharField(max_length=20)


class LookupAnswer(serializers.Serializer[Any]):
    """Where the dossier stands; no personal data."""

    code = serializers.CharField()
    procedure = serializers.CharField()
    agency = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    national_code = serializers.IntegerField(allow_null=True)
    next_actor = serializers.CharField()
    next_step = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class Lookup(APIView):
    """`POST lookup`: an unknown code and a wrong secret get the identical 404."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=LookupInput, responses=LookupAnswer)
    def post(self, request: Request) -> Response:
        """The status of one dossier."""
        asked = LookupInput(data=request.data)
        asked.is_valid(raise_exception=True)
        typed = asked.validated_data
        dossier = find(typed["code"], typed["secret"], address_of(request._request))
        if dossier is None:
            raise Http404
        return Response(LookupAnswer(_answer(dossier)).data)


def _answer(dossier: Dossier) -> dict[str, Any]:
    following = next_of(dossier)
    times = ("submitted_at", "accepted_at", "due_at", "resolved_at", "returned_at")
    return {
        "code": dossier.code,
        "procedure": dossier.procedure_version.name,
        "agency": str(dossier.agency),
        "state": dossier.state,
        "state_label": dossier.get_state_display(),
        "national_code": dossier.national_code,
        "next_actor": "applicant" if following.is_applicant else following.actor,
        "next_step": following.sentence,
        **{name: clock.local(at) if (at := getattr(dossier, name)) else None for name in times},
    }
