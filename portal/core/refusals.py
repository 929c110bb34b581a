"""Saying no, in a sentence that helps."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

PROOF = "csrfmiddlewaretoken"


class NotNow(Exception):
    """The move is lawful in itself but not at this moment; the message says what to do (409)."""


class StaleVersion(NotNow):
    """Somebody changed the thing after this person opened it (409)."""

    def __init__(self, current_version: int | None = None) -> None:
        self.current_version = current_version
        super().__init__(
            _("Hồ sơ vừa có thay đổi từ nơi khác. Hãy xem lại nội dung mới rồi làm tiếp.")
        )


def conflict(request: HttpRequest, detail: str) -> HttpResponse:
    """The 409 page: what happened and where to go on."""
    context = {"detail": detail, "back": request.path if request.method == "GET" else ""}
    return render(request, "409.html", context, status=409)


def bad_request(request: HttpRequest, detail: str) -> HttpResponse:
    """The 400 page with a sentence naming the field."""
    return render(request, "400.html", {"detail": detail}, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's proof of origin is missing or old: say so, and how to go on.

    Somebody signed in again in another tab and sends this page without a script: what was typed
    is offered to be sent again. Only when the browser itself says that it came from our page.
    """
    typed: list[tuple[str, str]] = []
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}":
        sent = request.POST.lists()
        typed = [(name, str(value)) for name, values in sent for value in values if name != PROOF]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


def first_message(error: ValidationError) -> str:
    """The first sentence of a validation error."""
    return str(error.messages[0])
