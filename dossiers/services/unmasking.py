"""Showing one masked number in full: to whoever works on the dossier, for a reason, in the log."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.masking import masked, masked_phone, masked_text
from dossiers.models import Dossier
from dossiers.permissions import holds_step, is_agency_head
from dossiers.presenting import answers_of
from dossiers.services.looks import note_look
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.core.limits import take

OWNER, PHONE = "so-dinh-danh", "dien-thoai"
MOST_AN_HOUR = 40
HOUR = 3600


@dataclass(frozen=True)
class MaskedField:
    """One number of a dossier that is shown with its middle hidden."""

    name: str
    label: str
    shown: str
    full: str


def masked_fields(dossier: Dossier) -> dict[str, MaskedField]:
    """Every masked number of the dossier by the name its button bears."""
    owner, phone = dossier.owner.get("identity_number", ""), dossier.contact.get("phone", "")
    found = [
        MaskedField(OWNER, _("Số định danh của chủ hồ sơ"), masked(owner), owner),
        MaskedField(PHONE, _("Điện thoại liên hệ"), masked_phone(phone), phone),
    ]
    for section in answers_of(dossier):
        for line in section.lines:
            name = f"khai{line.pointer}"
            found.append(MaskedField(name, line.label, masked_text(line.shown), line.shown))
    return {field.name: field for field in found if field.shown != field.full}


def may_unmask(dossier: Dossier, user: User) -> bool:
    """Whoever holds an open step of the dossier, and the head of the agency."""
    return holds_step(dossier, user) or is_agency_head(dossier, user)


@transaction.atomic
def unmask(dossier: Dossier, user: User, name: str, reason: str) -> MaskedField:
    """The number in full; KeyError for a field that is not masked, TooMany when it is too often."""
    if not may_unmask(dossier, user):
        raise PermissionDenied("unmask")
    field = masked_fields(dossier)[name]
    take("unmask", str(user.pk), most=MOST_AN_HOUR, seconds=HOUR)
    note_look(dossier, user, Entry.Kind.UNMASKED, reason=reason, field=name)
    return field
