"""What a draft still lacks before it can be sent."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from portal.accounts.identity_numbers import is_identity_number
from portal.accounts.phone_numbers import is_phone
from portal.accounts.wording import IDENTITY_NUMBER, PHONE
from portal.core import clock
from portal.documents.models import StoredFile
from procedures.form_compiler import compile_form
from procedures.models import Component


@dataclass(frozen=True)
class Gap:
    """Something missing: on which page, at which place, and what to do."""

    page: str
    anchor: str
    sentence: str


class Incomplete(Exception):
    """The draft cannot be sent yet; `gaps` say why."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__("; ".join(gap.sentence for gap in gaps))
        self.gaps = gaps


def gaps_of(dossier: Dossier) -> list[Gap]:
    """Everything the draft still lacks, in the order of the pages."""
    return [*_about_people(dossier), *_in_form(dossier), *_in_papers(dossier), *_in_return(dossier)]


def needs_file(component: Component) -> bool:
    """Whether a citizen filing online must attach a file for it."""
    return component.is_required and component.takes_files


def _about_people(dossier: Dossier) -> list[Gap]:
    gaps = []
    if dossier.agency is None or not dossier.agency.org_code:
        gaps.append(Gap("who", "id_agency", _("Chọn cơ quan giải quyết hồ sơ.")))
    elif dossier.agency.valid_to is not None and dossier.agency.valid_to < clock.today():
        sentence = _("Cơ quan đã chọn nay không còn; hãy chọn cơ quan khác.")
        gaps.append(Gap("who", "id_agency", sentence))
    if not dossier.owner.get("full_name"):
        gaps.append(Gap("who", "id_full_name", _("Ghi họ tên chủ hồ sơ.")))
    number = dossier.owner.get("identity_number", "")
    if number and not is_identity_number(number):
        gaps.append(Gap("who", "id_identity_number", str(IDENTITY_NUMBER)))
    return gaps + _about_contact(dossier.contact)


def _about_contact(contact: dict[str, str]) -> list[Gap]:
    gaps = []
    phone, email = contact.get("phone", ""), contact.get("email", "")
    if not phone:
        gaps.append(Gap("who", "id_phone", _("Ghi số điện thoại để cán bộ liên hệ.")))
    elif not is_phone(phone):
        gaps.append(Gap("who", "id_phone", str(PHONE)))
    if email and not _is_email(email):
        gaps.append(Gap("who", "id_email", _("Thư điện tử chưa đúng, ví dụ ten@vidu.vn.")))
    return gaps


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _in_form(dossier: Dossier) -> list[Gap]:
    if dossier.form_version is None:
        return []
    problems = compile_form(dossier.form_version.schema).problems(dossier.form_data)
    return [Gap("form", anchor, sentence) for anchor, sentence in problems]


def _in_papers(dossier: Dossier) -> list[Gap]:
    rows = dossier.attachments.filter(removed_at__isnull=True)
    files = list(rows.values_list("component_id", "file__original_name", "file__scan_state"))
    infected = {no: name for no, name, state in files if state == StoredFile.Scan.INFECTED}
    present = {no for no, _name, state in files if state != StoredFile.Scan.INFECTED}
    gaps = []
    for c in dossier.procedure_version.components.all():
        if c.pk in infected:
            words = _("Xóa tệp “%(name)s” vì có mã độc, rồi tải lên tệp khác.")
            gaps.append(Gap("papers", f"giay-to-{c.no}", words % {"name": infected[c.pk]}))
        elif needs_file(c) and c.pk not in present:
            words = _("Tải lên: %(name)s.") % {"name": c.name.rstrip(".")}
            gaps.append(Gap("papers", f"giay-to-{c.no}", words))
    return gaps


def _in_return(dossier: Dossier) -> list[Gap]:
    is_posted = dossier.return_method == Dossier.ReturnMethod.POST
    if is_posted and not dossier.return_address:
        return [Gap("return", "id_return_address", _("Ghi địa chỉ để bưu chính giao kết quả."))]
    return []
