"""The demo's mailbox: what the portal has sent, for whoever tries it out."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.integrations.mail import mailbox


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The newest letters, all recipients; only in the demo."""
    _only_in_demo()
    found = mailbox.newest(settings.MAILBOX_DIR)
    return render(request, "mailbox/list.html", {"letters": found, "most": mailbox.MOST_SHOWN})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as text; only in the demo."""
    _only_in_demo()
    found = mailbox.read(settings.MAILBOX_DIR, name)
    if found is None:
        raise Http404
    return render(request, "mailbox/message.html", {"letter": found})


def _only_in_demo() -> None:
    """Elsewhere letters are private and this door does not exist."""
    if not settings.PORTAL_DEMO:
        raise Http404
