"""Files of a whole page: every box is taken in, a refused file is named, the others stay."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dossiers.models import Attachment, Dossier
from dossiers.offering import why_not_now
from dossiers.officer_forms import RESULT_BOX
from dossiers.services.attaching import (
    RESULT_BYTES,
    Box,
    chosen,
    gone_words,
    kept_first,
    open_for,
    open_for_result,
    refuse_too_many,
    why_unfit,
)
from dossiers.workflow import State
from portal.accounts.models import User
from portal.core.refusals import NotNow, first_message
from portal.documents.models import Upload
from portal.documents.receiving import refused_uploads
from portal.documents.services.uploads import WrongPiece, forget_upload
from portal.documents.views import refusal as json_refusal
from portal.documents.views import said
from procedures.models import Component

Attach = Callable[[Component, Any], list[Attachment]]
TOO_LARGE, UNPROCESSABLE = 413, 422
Complaint = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What was chosen for one paper: a box for each file or number, and what is said of others."""

    paper: Component
    sent: list[Any]
    boxes: list[Box]
    complaints: list[str]


@contextmanager
def looked_into_first(
    request: HttpRequest, dossier: Dossier, components: Iterable[Component]
) -> Iterator[list[Chosen]]:
    """What was chosen for each paper, looked into and kept before the page locks anything.

    Files, the numbers of files that came in pieces, and what the script held back because it
    could never be taken; a file that is refused keeps no other out.
    """
    person = _person(request)
    told = [(each, *_sent(request, dossier, each)) for each in components]
    ways = [
        partial(chosen, person, dossier, paper, [each]) for paper, sent, _said in told
        for each in sent
    ]  # fmt: skip
    with kept_first(ways) as boxes:
        left = iter(boxes)
        yield [Chosen(paper, sent, [next(left) for _ in sent], why) for paper, sent, why in told]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the pages are behind a login
    return request.user


def _sent(
    request: HttpRequest, dossier: Dossier, component: Component
) -> tuple[list[Any], list[str]]:
    """What came for a paper, and why other files cannot; nothing is taken when it is too much."""
    whole = request.FILES.getlist(f"tep-{component.no}")
    sent = [*whole, *request.POST.getlist(f"da-tai-{component.no}")]
    held_back = request.POST.getlist(f"khong-nhan-{component.no}")
    if not sent and not held_back:
        return [], []
    is_pending = dossier.state != State.DRAFT
    try:
        refuse_too_many(dossier, component, len(sent) + len(held_back), is_pending=is_pending)
    except NotNow as problem:
        _forget(request, sent)
        return [], [str(problem)]
    told = (each.partition(" ") for each in held_back)
    said_of = [why_unfit(component, name, _number(length)) for length, _space, name in told]
    return sent, [each for each in said_of if each]


def _forget(request: HttpRequest, sent: Iterable[Any]) -> None:
    """What was refused is not announced again before sending and takes up no room."""
    for number in sent:
        if isinstance(number, str):
            with suppress(Upload.DoesNotExist):
                forget_upload(number, _person(request))


def take_in(request: HttpRequest, papers: list[Chosen], attach: Attach) -> list[Complaint]:
    """Attach what is in each box; what was refused, with the box to go back to."""
    errors: list[Complaint] = []
    too_large = refused_uploads(request)
    for each in papers:
        component = each.paper
        if sentence := too_large.get(f"tep-{component.no}") or too_large.get(""):
            errors.append({**refusal(component, sentence), "status": TOO_LARGE})
            too_large.pop("", None)
        complaints = [*each.complaints, *_refused(request, each, attach)]
        errors += [refusal(component, said_of) for said_of in dict.fromkeys(complaints)]
        is_empty = not each.sent and not complaints and not sentence
        if is_empty and request.POST.get("tai") == str(component.no):
            errors.append(refusal(component, _("Hãy chọn tệp trước khi bấm “Tải lên”.")))
    return errors


def _refused(request: HttpRequest, papers: Chosen, attach: Attach) -> list[str]:
    """Why files of one paper were not kept; the others are."""
    complaints = []
    for sent, box in zip(papers.sent, papers.boxes, strict=True):
        try:
            attach(papers.paper, box.whole())
        except WrongPiece as problem:  # it may be sent again under its number
            complaints.append(first_message(problem))
        except ValidationError as problem:
            complaints.append(first_message(problem))
            _forget(request, [sent])
        except NotNow as problem:
            complaints.append(str(problem))
        except Upload.DoesNotExist:
            complaints.append(gone_words())
    return complaints


def status_of(errors: Iterable[Complaint]) -> int:
    """413 when a file was too large to be received, 422 for any other complaint."""
    return TOO_LARGE if any(each.get("status") for each in errors) else UNPROCESSABLE


def refusal(component: Component, sentence: str) -> Complaint:
    """A complaint about one box, for the summary and for the box itself."""
    return {"id": f"tep-{component.no}", "text": sentence}


@never_cache
@require_POST
def open_upload(request: HttpRequest) -> JsonResponse:
    """Announce a file in pieces: for a paper of one's own dossier, or the result one issues."""
    if not isinstance(request.user, User):
        return JsonResponse({"detail": _("Phiên đăng nhập đã hết. Hãy đăng nhập lại.")}, status=401)
    is_result = request.POST.get("paper") == RESULT_BOX
    try:
        opened = _open_result(request, request.user) if is_result else _open(request, request.user)
    except (ValidationError, NotNow) as error:
        return json_refusal(error)
    return said(opened, 201)


def _open(request: HttpRequest, person: User) -> Upload:
    """A paper of the person's own dossier; 404 for any other."""
    dossier = _asked_for(request, Dossier.objects.of(person))
    papers = dossier.procedure_version.components.filter(no=_number(request.POST.get("paper", "")))
    component = next((each for each in papers if each.takes_files), None)
    if component is None:
        raise Http404
    return open_for(person, dossier, component, **_facts(request))


def _open_result(request: HttpRequest, officer: User) -> Upload:
    """The result of a dossier the officer may issue now; 404 for dossiers of others."""
    dossier = _asked_for(request, Dossier.objects.handled_by(officer))
    if refusal := why_not_now(dossier, officer, "resolve"):
        raise NotNow(refusal)
    return open_for_result(officer, dossier, **_facts(request))


def _asked_for(request: HttpRequest, dossiers: QuerySet[Dossier]) -> Dossier:
    return get_object_or_404(dossiers, pk=_number(request.POST.get("dossier", "")))


def _facts(request: HttpRequest) -> dict[str, Any]:
    """Name, length and digest as they were announced."""
    return {
        "name": request.POST.get("name", ""),
        "length": _number(request.POST.get("length", "")),
        "sha256": request.POST.get("sha256", ""),
    }


def _number(typed: str) -> int:
    """A number of a sensible length; -1 for anything else, which matches nothing."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def limits_of_draft(request: HttpRequest, pk: int) -> dict[str, int]:
    """How large a file each box of the draft's page takes."""
    return _limits(request, pk=pk)


def limits_of_dossier(request: HttpRequest, code: str) -> dict[str, int]:
    """How large a file each box of the supplement's page takes."""
    return _limits(request, code=code)


def limits_of_call(request: HttpRequest, dossier_id: str) -> dict[str, int]:
    """How large a file a program may send for any paper of the dossier."""
    try:
        most = _limits(request, public_id=UUID(hex=dossier_id))
    except ValueError:
        return {}
    return {"file": max(most.values(), default=0)}


def _limits(request: HttpRequest, **which: Any) -> dict[str, int]:
    """For each paper of the person's own dossier, also one that was put away meanwhile."""
    if not isinstance(request.user, User):
        return {}
    mine = Dossier.objects.filter(applicant=request.user, **which).values("procedure_version")
    rows = Component.objects.filter(version__in=mine, is_electronic_form=False)
    return {f"tep-{no}": most for no, most in rows.values_list("no", "max_bytes")}


def limits_of_move(request: HttpRequest, **_which: Any) -> dict[str, int]:
    """How large a file an officer may send with a move."""
    is_officer = isinstance(request.user, User) and request.user.is_officer
    return {"file": RESULT_BYTES} if is_officer else {}
