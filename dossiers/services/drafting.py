"""Filling in a draft: every save is kept, nothing is sent."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.models import Attachment, Dossier
from dossiers.services.moving import keep, locked
from dossiers.workflow import State
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.refusals import NotNow
from portal.documents.services import store_file
from procedures.form_compiler import prefill
from procedures.models import ORDINARY_CASE, Component, ProcedureVersion

MOST_FILES = 10


def existing_draft(applicant: User, version: ProcedureVersion) -> Dossier | None:
    """The person's newest draft of the same procedure."""
    drafts = Dossier.objects.of(applicant).drafts()
    same = drafts.filter(procedure_version__procedure_id=version.procedure_id)
    return same.order_by("-changed_at").first()


def start(
    applicant: User,
    version: ProcedureVersion,
    token: str,
    *,
    case: str = ORDINARY_CASE,
    agency: Agency | None = None,
    another: bool = False,
) -> tuple[Dossier, bool]:
    """A draft for the procedure, and whether it is new.

    The same token gives the same draft; a person with a draft of this procedure gets that
    one unless they ask for `another`. The person's row is locked, so two tabs make one draft.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=applicant.pk)
        token = f"{applicant.pk}:{token}"
        found = Dossier.objects.filter(start_token=token).first()
        if found is not None and found.deleted_at is not None:
            found, token = None, f"{applicant.pk}:{uuid4().hex}"  # put away: start afresh
        if found is None and not another:
            found = existing_draft(applicant, version)
        if found is not None:
            return found, False
        return Dossier.objects.create(**_first_facts(applicant, version, token, case, agency)), True


def _first_facts(
    applicant: User, version: ProcedureVersion, token: str, case: str, agency: Agency | None
) -> dict[str, Any]:
    """What a fresh draft already knows from the account: nobody is asked twice."""
    facts = account_facts(applicant)
    return {
        "applicant": applicant,
        "procedure_version": version,
        "form_version": version.form,
        "start_token": token,
        "case": case,
        "agency": agency,
        "owner": {key: facts[key] for key in ("full_name", "identity_number") if facts.get(key)},
        "contact": {key: facts[key] for key in ("phone", "email", "address") if facts.get(key)},
        "form_data": prefill(version.form.schema, facts) if version.form else {},
    }


def account_facts(person: User) -> dict[str, str]:
    """What the account knows about a person."""
    return {
        "full_name": person.full_name,
        "identity_number": person.identity_number,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
    }


def save(draft_id: int, applicant: User, version: int | None, **facts: Any) -> Dossier:
    """Keep what was typed; StaleVersion when another tab saved in between."""
    with transaction.atomic():
        draft = _my_draft(draft_id, applicant, version)
        changes = {name: value for name, value in facts.items() if getattr(draft, name) != value}
        for name, value in changes.items():
            setattr(draft, name, value)
        if changes:
            keep(draft)
    return draft


def attach(
    draft_id: int, applicant: User, component: Component, uploads: "Iterable[UploadedFile[Any]]"
) -> list[Attachment]:
    """Add files to a component of a draft; raises FileRefused and keeps none of them."""
    with transaction.atomic():
        draft = _my_draft(draft_id, applicant, None)
        return add_files(draft, applicant, component, uploads, is_pending=False)


def add_files(
    dossier: Dossier,
    applicant: User,
    component: Component,
    uploads: "Iterable[UploadedFile[Any]]",
    *,
    is_pending: bool,
) -> list[Attachment]:
    """Store the files and list them under the component; the caller holds the lock."""
    present = dossier.attachments.filter(component=component, removed_at__isnull=True).count()
    uploads = list(uploads)
    if present + len(uploads) > MOST_FILES:
        raise NotNow(_("Mỗi giấy tờ nhận nhiều nhất %(most)d tệp.") % {"most": MOST_FILES})
    added = [
        Attachment.objects.create(
            dossier=dossier,
            component=component,
            is_pending=is_pending,
            file=store_file(
                upload,
                by=applicant,
                media_types=component.media_types,
                max_bytes=component.max_bytes,
            ),
        )
        for upload in uploads
    ]
    keep(dossier)
    return added


def detach(attachment_id: int, applicant: User) -> None:
    """Take a file out of a draft; it will not be sent."""
    with transaction.atomic():
        attachment = Attachment.objects.get(pk=attachment_id)
        draft = _my_draft(attachment.dossier_id, applicant, None)
        Attachment.objects.filter(pk=attachment_id).update(removed_at=clock.now())
        keep(draft)


def discard(draft_id: int, applicant: User) -> None:
    """Put a draft away; it leaves the person's list."""
    with transaction.atomic():
        draft = _my_draft(draft_id, applicant, None)
        draft.deleted_at = clock.now()
        keep(draft)


def _my_draft(draft_id: int, applicant: User, version: int | None) -> Dossier:
    """The draft under lock; NotNow once it has been sent or put away."""
    draft = locked(draft_id, version)
    if draft.applicant_id != applicant.pk:
        raise Dossier.DoesNotExist
    if draft.state != State.DRAFT or draft.deleted_at is not None:
        raise NotNow(_("Hồ sơ này đã gửi nên không sửa bản nháp được nữa."))
    return draft
