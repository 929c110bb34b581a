"""Files of a whole page: every box is taken in, a refused file is named, the others stay."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

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
    Box,
    chosen,
    gone_words,
    kept_first,
    open_for,
    open_for_result,
)
from portal.accounts.models import User
from portal.core.refusals import NotNow, first_message
from portal.documents.models import Upload
from portal.documents.receiving import refused_uploads
from portal.documents.views import refusal as json_refusal
from portal.documents.views import said
from procedures.models import Component

Attach = Callable[[Component, Any], list[Attachment]]
TOO_LARGE, UNPROCESSABLE = 413, 422
Complaint = dict[str, Any]
Boxes = list[tuple[Component, Box]]


@contextmanager
def looked_into_first(
    request: HttpRequest, dossier: Dossier, components: Iterable[Component]
) -> Iterator[Boxes]:
    """What was chosen for each paper, looked into and kept before the page locks anything.

    A box holds files, the numbers of files that came in pieces, or both.
    """
    assert isinstance(request.user, User)  # noqa: S101 - the pages are behind a login
    papers = [(each, _sent(request, each)) for each in components]
    ways = [partial(chosen, request.user, dossier, paper, sent) for paper, sent in papers]
    with kept_first(ways) as boxes:
        yield [(paper, box) for (paper, _all), box in zip(papers, boxes, strict=True)]


def _sent(request: HttpRequest, component: Component) -> list[Any]:
    whole = request.FILES.getlist(f"tep-{component.no}")
    return [*whole, *request.POST.getlist(f"da-tai-{component.no}")]


def take_in(request: HttpRequest, boxes: Boxes, attach: Attach) -> list[Complaint]:
    """Attach what is in each box; what was refused, with the box to go back to."""
    errors = []
    too_large = refused_uploads(request)
    for component, box in boxes:
        if sentence := too_large.get(f"tep-{component.no}") or too_large.get(""):
            errors.append({**refusal(component, sentence), "status": TOO_LARGE})
            too_large.pop("", None)
        is_empty = not box.files and box.refusal is None
        if is_empty and not sentence and request.POST.get("tai") == str(component.no):
            errors.append(refusal(component, _("Hãy chọn tệp trước khi bấm “Tải lên”.")))
        elif not is_empty and (sentence := refused(attach, component, box)):
            errors.append(refusal(component, sentence))
    return errors


def status_of(errors: Iterable[Complaint]) -> int:
    """413 when a file was too large to be received, 422 for any other complaint."""
    return TOO_LARGE if any(each.get("status") for each in errors) else UNPROCESSABLE


def refused(attach: Attach, component: Component, box: Box) -> str:
    """Why the files of one paper were not kept; empty when they were."""
    try:
        attach(component, box.whole())
    except ValidationError as problem:
        return first_message(problem)
    except NotNow as problem:
        return str(problem)
    except Upload.DoesNotExist:
        return gone_words()
    return ""


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


def _limits(request: HttpRequest, **which: Any) -> dict[str, int]:
    if not isinstance(request.user, User):
        return {}
    mine = Dossier.objects.of(request.user).filter(**which).values("procedure_version")
    rows = Component.objects.filter(version__in=mine)
    return {f"tep-{no}": most for no, most in rows.values_list("no", "max_bytes")}
