"""The officer's side: the queue, and moves with the same forms and services as the pages."""

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as FormError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from dossiers.api.gates import RELATED, AboutOne, caller, refuse_unreceived
from dossiers.api.own import KEY, SEEN
from dossiers.api.shapes import (
    DESKS,
    MoveBody,
    QueuePage,
    QueueQuestion,
)
from dossiers.api.telling import told_to_applicant, told_to_officer
from dossiers.models import NEVER, Dossier
from dossiers.offering import is_signature, why_not_now
from dossiers.queueing import API_VIEWS, Filters, page_of, write_cursor
from dossiers.services import closing, stepping, supplements
from dossiers.services.attaching import Box
from dossiers.views.moves import MOVES, Files, file_first, make
from dossiers.views.uploads import limits_of_move
from portal.accounts.models import User
from portal.accounts.stepping_up import CodeWanted, has_given_code
from portal.core import clock
from portal.core.idempotency_api import once
from portal.core.problems import StrictJSONParser
from portal.core.refusals import NotNow
from portal.documents.receiving import takes_files
from procedures.models import Component, ProcedureVersion


class Queue(APIView):
    """`queue`: what waits at the officer's agencies, due soonest first."""

    @extend_schema(
        summary="Việc đang chờ ở cơ quan của tôi, gần hạn trước; lật trang bằng cursor",
        parameters=[QueueQuestion],
        responses=QueuePage,
    )
    def get(self, request: Request) -> Response:
        """One page of the queue."""
        officer = caller(request)
        if not officer.is_officer:
            raise PermissionDenied("queue")
        question = QueueQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        page = page_of(officer, _filters(asked))
        return Response(QueuePage(_page(request, asked, page)).data)


def _filters(asked: dict[str, Any]) -> Filters:
    return Filters.read(
        {
            "xem": API_VIEWS[asked["view"]],
            "thu_tuc": asked.get("procedure", ""),
            "kenh": asked.get("channel", ""),
            "q": asked.get("q", ""),
            "sau": asked.get("cursor", ""),
        }
    )


def _page(request: Request, asked: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    narrowed = {name: value for name, value in asked.items() if name != "cursor"}
    here = reverse("queue", request=request)
    last = page["rows"][-1]["step"] if page["rows"] and page["next"] else None
    onward = urlencode({**narrowed, "cursor": write_cursor(last)}) if last else ""
    versions = {row["dossier"].procedure_version_id for row in page["rows"]}
    codes = ProcedureVersion.objects.filter(pk__in=versions).values_list("pk", "procedure__code")
    return {
        "count": page["total"],
        "next": f"{here}?{onward}" if onward else None,
        "previous": f"{here}?{urlencode(narrowed)}" if asked.get("cursor") else None,
        "results": [_queued(row, dict(codes)) for row in page["rows"]],
    }


def _queued(row: dict[str, Any], codes: dict[int, str]) -> dict[str, Any]:
    step, dossier = row["step"], row["dossier"]
    return {
        "dossier": dossier.public_id,
        "code": dossier.code,
        "procedure": codes[dossier.procedure_version_id],
        "procedure_name": dossier.procedure_version.name,
        "owner": row["owner"],
        "state": dossier.state,
        "version": dossier.version,
        "channel": dossier.channel,
        "agency": step.agency.code,
        "step": step.name,
        "role": step.role,
        "due_at": None if step.queue_at == NEVER else clock.local(step.queue_at),
        "claimed_by": step.claimed_by.full_name if step.claimed_by else None,
        "is_mine": row["is_mine"],
        "may_claim": row["may_claim"],
    }


@takes_files(limits_of_move)
class Moves(AboutOne):
    """`dossiers/{id}/moves`: one lawful move, on the version that was read."""

    parser_classes = (StrictJSONParser, MultiPartParser)
    asked: dict[str, Any]
    box: Box | None

    @extend_schema(
        summary="Một bước chuyển của hồ sơ; claim và release là nhận việc, trả việc",
        parameters=[KEY],
        request={"application/json": MoveBody, "multipart/form-data": MoveBody},
        responses=SEEN,
    )
    def post(self, request: Request, dossier_id: str) -> Response:
        """Make the move; the dossier as it then stands."""
        body = MoveBody(data=request.data)
        refuse_unreceived(request)
        body.is_valid(raise_exception=True)
        self.asked = body.validated_data
        with _file_first(self.dossier, caller(request), self.asked) as self.box:
            return self._make(request, dossier_id=dossier_id)

    @once()
    def _make(self, request: Request, dossier_id: str) -> Response:
        """Make it, with the file that was looked into."""
        person, asked = caller(request), self.asked
        is_own = self.dossier.applicant_id == person.pk
        if asked["move"] in DESKS:
            _desk(self.dossier, person, asked["move"])
        elif not asked.get("version"):
            raise ValidationError({"version": [_("Ghi phiên bản hồ sơ bạn đã đọc.")]})
        elif is_own:
            _as_applicant(self.dossier, person, asked)
        else:
            _refuse_unsigned(request, self.dossier, asked["move"])
            _as_officer(self.dossier, person, asked, self.box)
        fresh = Dossier.objects.select_related(*RELATED).get(pk=self.dossier.pk)
        return Response(told_to_applicant(fresh) if is_own else told_to_officer(fresh, person))


def _desk(dossier: Dossier, officer: User, move: str) -> None:
    """Take on, or give back, the first open step that is the officer's to take or give."""
    steps = list(dossier.steps.open().order_by("order", "pk"))
    if move == "claim":
        fitting = [s for s in steps if officer.serves(s.agency_id, s.role)]
        fitting.sort(key=lambda step: step.claimed_by_id is not None)
    else:
        fitting = [s for s in steps if s.claimed_by_id == officer.pk]
    if not fitting:
        raise PermissionDenied(move)
    if move == "claim":
        stepping.claim(fitting[0].pk, officer)
    else:
        stepping.release(fitting[0].pk, officer)


def _as_applicant(dossier: Dossier, person: User, asked: dict[str, Any]) -> None:
    """The two moves of an applicant after sending: withdraw, and send a repair."""
    move, version = asked["move"], asked["version"]
    if move == "ask_withdrawal":
        if not (reason := asked.get("reason", "")):
            raise ValidationError({"reason": [_("Ghi lý do để người nhận hiểu rõ.")]})
        closing.ask_withdrawal(dossier.pk, person, reason=reason, version=version)
    elif move in ("answer", "answer_at_intake"):
        supplements.answer(dossier.pk, person, version)
    elif move == "submit":
        raise NotNow(_("Gửi hồ sơ bằng POST …/submit."))
    else:
        raise PermissionDenied(move)


def _file_first(dossier: Dossier, person: User, asked: dict[str, Any]) -> Any:
    """The move's file looked into and scanned before anything is locked, if it has one."""
    page = MOVES.get(asked["move"])
    if page is None or page.file_of is None or dossier.applicant_id == person.pk:
        return nullcontext()
    form = page.form_for(dossier, person, _typed(dossier, asked), _files(asked))
    return file_first(page, dossier, person, asked["move"], form)


def _refuse_unsigned(request: Request, dossier: Dossier, move: str) -> None:
    """A signature needs a code that was given on a page of this session lately."""
    is_signing = is_signature(caller(request), dossier.code or "", move)
    if is_signing and not has_given_code(request._request):
        raise CodeWanted


def _as_officer(dossier: Dossier, officer: User, asked: dict[str, Any], box: Box | None) -> None:
    """The move through its form and service, as on its page."""
    move, version = asked["move"], asked["version"]
    if (page := MOVES.get(move)) is None:
        raise PermissionDenied(move)
    if refusal := why_not_now(dossier, officer, move):
        raise NotNow(refusal)
    form = page.form_for(dossier, officer, _typed(dossier, asked), _files(asked))
    if not form.is_valid():
        raise ValidationError(_complaints(form))
    try:
        make(page, dossier, officer, form, version, box)
    except FormError as refused:
        raise ValidationError({"file": refused.messages}) from refused


def _typed(dossier: Dossier, asked: dict[str, Any]) -> dict[str, Any]:
    """What the caller sent, under the names and in the words of the page's form."""
    typed = {name: value for name, value in asked.items() if name not in ("file", "move")}
    if "due_on" in typed:
        typed["due_on"] = typed["due_on"].isoformat()
    typed["is_granted"] = "1" if asked["is_granted"] else "0"
    papers = Component.objects.filter(version=dossier.procedure_version)
    numbers = dict(papers.values_list("no", "pk"))
    typed["components"] = [numbers.get(no, 0) for no in asked.get("components", [])]
    return typed


def _files(asked: dict[str, Any]) -> Files:
    return MultiValueDict({"file": [asked["file"]]}) if "file" in asked else None


def _complaints(form: Any) -> dict[str, list[str]]:
    return {
        "body" if name == "__all__" else name: [str(each) for each in sentences]
        for name, sentences in form.errors.items()
    }
