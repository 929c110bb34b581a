"""Files of a whole page: every box is taken in, a refused file is named, the others stay."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dossiers.models import Attachment
from portal.core.refusals import NotNow, first_message
from procedures.models import Component

Attach = Callable[[Component, Any], list[Attachment]]


def take_in(
    request: HttpRequest, components: Iterable[Component], attach: Attach
) -> list[dict[str, str]]:
    """Attach what was chosen for each paper; what was refused, with the box to go back to."""
    errors = []
    for component in components:
        uploads = request.FILES.getlist(f"tep-{component.no}")
        if not uploads and request.POST.get("tai") == str(component.no):
            errors.append(refusal(component, _("Hãy chọn tệp trước khi bấm “Tải lên”.")))
        elif uploads and (sentence := refused(attach, component, uploads)):
            errors.append(refusal(component, sentence))
    return errors


def refused(attach: Attach, component: Component, uploads: Any) -> str:
    """Why the files of one paper were not kept; empty when they were."""
    try:
        attach(component, cast("list[UploadedFile[Any]]", uploads))
    except ValidationError as problem:
        return first_message(problem)
    except NotNow as problem:
        return str(problem)
    return ""


def refusal(component: Component, sentence: str) -> dict[str, str]:
    """A complaint about one box, for the summary and for the box itself."""
    return {"id": f"tep-{component.no}", "text": sentence}
