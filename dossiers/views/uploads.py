"""Files of a whole page: every box is taken in, a refused file is named, the others stay."""

from collections.abc import Callable, Iterable
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
    HandedIn,
    finished,
    gone_words,
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


def take_in(
    request: HttpRequest, dossier: Dossier, components: Iterable[Component], attach: Attach
) -> list[Complaint]:
    """Attach what was chosen for each paper; what was refused, with the box to go back to.

    A box holds files, the numbers of files that came in pieces, or both.
    """
    errors = []
    too_large = refused_uploads(request)
    for component in components:
        box = f"tep-{component.no}"
        if sentence := too_large.get(box) or too_large.get(""):
            errors.append({**refusal(component, sentence), "status": TOO_LARGE})
            too_large.pop("", None)
        sent = [*request.FILES.getlist(box), *request.POST.getlist(f"da-tai-{component.no}")]
        if not sent and not sentence and request.POST.get("tai") == str(component.no):
            errors.append(refusal(component, _("Hãy chọn tệp trước khi bấm “Tải lên”.")))
        elif sent and (sentence := refused(request, dossier, attach, component, sent)):
            errors.append(refusal(component, sentence))
    return errors


def status_of(errors: Iterable[Complaint]) -> int:
    """413 when a file was too large to be received, 422 for any other complaint."""
    return TOO_LARGE if any(each.get("status") for each in errors) else UNPROCESSABLE


def refused(
    request: HttpRequest, dossier: Dossier, attach: Attach, component: Component, sent: list[Any]
) -> str:
    """Why the files of one paper were not kept; empty when they were."""
    try:
        attach(component, [_whole(request, dossier, component, each) for each in sent])
    except ValidationError as problem:
        return first_message(problem)
    except NotNow as problem:
        return str(problem)
    except Upload.DoesNotExist:
        return gone_words()
    return ""


def _whole(request: HttpRequest, dossier: Dossier, component: Component, each: Any) -> HandedIn:
    """The file itself, or the one whose pieces have all come under this number."""
    if not isinstance(each, str):
        return each  # type: ignore[no-any-return]
    assert isinstance(request.user, User)  # noqa: S101 - the pages are behind a login
    return finished(request.user, dossier, component, each)


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
