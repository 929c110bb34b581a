"""Files of a whole page: every box is taken in, a refused file is named, the others stay."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dossiers.models import Attachment, Dossier
from dossiers.services.attaching import HandedIn, finished, open_for
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
        return _("Tệp tải lên đã hết hạn giữ. Hãy chọn lại tệp rồi gửi.")
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
    """Announce a file in pieces for a paper of one's own dossier: name, length, sha256."""
    if not isinstance(request.user, User):
        return JsonResponse({"detail": _("Phiên đăng nhập đã hết. Hãy đăng nhập lại.")}, status=401)
    numbers = [_number(request.POST.get(key, "")) for key in ("dossier", "paper", "length")]
    dossier = get_object_or_404(Dossier.objects.of(request.user), pk=numbers[0])
    papers = dossier.procedure_version.components.filter(no=numbers[1])
    component = next((c for c in papers if c.takes_files), None)
    if component is None:
        raise Http404
    facts = {"name": request.POST.get("name", ""), "sha256": request.POST.get("sha256", "")}
    try:
        upload = open_for(request.user, dossier, component, length=numbers[2], **facts)
    except (ValidationError, NotNow) as error:
        return json_refusal(error)
    return said(upload, 201)


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
