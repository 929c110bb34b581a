"""Telling the applicant and the officers what happened, once per cause."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from dossiers.models import Dossier
from notifications.services import notify
from portal.accounts.models import User
from portal.core import clock


def link_of(dossier: Dossier) -> str:
    """The address that shows where the dossier stands, without an account."""
    address: str = settings.PORTAL_URL + reverse("dossiers:track", args=[dossier.link_token])
    return address


def tell_applicant(dossier: Dossier, kind: str, cause: str = "", **facts: Any) -> None:
    """One message to the applicant; the same cause is told once."""
    notify(
        dossier.applicant,
        kind,
        key=f"{kind}:{dossier.code}:{cause}",
        reference=dossier.code or "",
        facts={**_facts(dossier), "email": dossier.contact.get("email", ""), **facts},
    )


def tell_officer(dossier: Dossier, officer: User, kind: str, cause: str, **facts: Any) -> None:
    """One message to one officer, whose link opens the officers' page; told once per cause."""
    url = settings.PORTAL_URL + reverse("dossiers:work", args=[dossier.code])
    notify(
        officer,
        kind,
        key=f"{kind}:{dossier.code}:{cause}:{officer.pk}",
        reference=dossier.code or "",
        facts={**_facts(dossier), "url": url, **facts},
    )


def _facts(dossier: Dossier) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "procedure_name": dossier.procedure_version.name,
        "agency_name": dossier.agency.name if dossier.agency else "",
        "lookup_url": link_of(dossier),
        "url": settings.PORTAL_URL + reverse("dossiers:show", args=[dossier.code]),
        "due_at": clock.local(dossier.due_at).isoformat() if dossier.due_at else "",
    }
