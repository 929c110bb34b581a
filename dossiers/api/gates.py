"""Which dossier a call is about; what the caller may not see answers as if it did not exist."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from dossiers.models import Dossier
from portal.accounts.models import User
from portal.documents.receiving import refused_uploads

RELATED = ("procedure_version__procedure", "agency", "applicant", "form_version")


def caller(request: Request) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)  # noqa: S101 - IsAuthenticated stands before
    return request.user


def id_of(text: str) -> UUID:
    """The id of an address; 404 for what is none."""
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise Http404 from error


class AboutOne(APIView):
    """A call about one dossier: found before anything else is looked at, else 404."""

    dossier: Dossier

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls, then which dossier it is."""
        super().initial(request, *args, **kwargs)
        self.dossier = self.find(caller(request), id_of(kwargs["dossier_id"]))

    def find(self, user: User, public_id: UUID) -> Dossier:
        """The dossier, if it is the caller's own or one they handle."""
        try:
            return self.own(user, public_id)
        except Http404:
            rows = Dossier.objects.handled_by(user).select_related(*RELATED)
            return one_of(rows, public_id)

    def own(self, user: User, public_id: UUID) -> Dossier:
        """The dossier, if the caller is its applicant."""
        return one_of(Dossier.objects.of(user).select_related(*RELATED), public_id)


class AboutOwn(AboutOne):
    """A call only the applicant makes."""

    def find(self, user: User, public_id: UUID) -> Dossier:
        """The dossier, if the caller is its applicant."""
        return self.own(user, public_id)


FILE = "file"


class TooLarge(ValidationError):
    """A file was larger than its paper takes (413)."""

    status_code = 413


def refuse_unreceived(request: Request) -> None:
    """Says which file was not received: too large (413), or under a name nobody asked for (400)."""
    found = {name or FILE: [words] for name, words in refused_uploads(request._request).items()}
    if found:
        raise TooLarge(found) if FILE in found else ValidationError(found)


def one_of(rows: Any, public_id: UUID) -> Dossier:
    """The dossier of that id among the rows, or 404."""
    found: Dossier | None = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
