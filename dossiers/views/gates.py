"""The gates of dossier pages: every gate is a query."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from dossiers.models import Dossier
from portal.accounts.models import User

RELATED = ("procedure_version__procedure", "agency", "form_version", "processing_time")


def person(request: HttpRequest) -> User:
    """The signed-in person; views behind a login only."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    return request.user


def my_draft(request: HttpRequest, pk: int) -> Dossier:
    """The person's own draft, or 404."""
    drafts = Dossier.objects.of(person(request)).drafts().select_related("applicant", *RELATED)
    return get_object_or_404(drafts, pk=pk)


def my_dossier(request: HttpRequest, code: str) -> Dossier:
    """The person's own dossier that was sent, or 404."""
    mine = Dossier.objects.of(person(request)).submitted().select_related("applicant", *RELATED)
    return get_object_or_404(mine, code=code)


def handled_dossier(request: HttpRequest, code: str) -> Dossier:
    """A dossier the officer may open, or 404."""
    handled = Dossier.objects.handled_by(person(request)).select_related("applicant", *RELATED)
    return get_object_or_404(handled, code=code)


def version_of(data: Any) -> int | None:
    """The version of the dossier the person was looking at, if the page said so."""
    typed = str(data.get("version", ""))
    return int(typed) if typed.isdigit() and len(typed) < 10 else None
