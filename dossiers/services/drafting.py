"""Filling in a draft: every save is kept, nothing is sent."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import returning
from dossiers.models import Attachment, Dossier
from dossiers.services.attaching import HandedIn, keep_files, link_files, refuse_too_many
from dossiers.services.moving import keep, locked
from dossiers.workflow import State
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.refusals import NotNow, StaleVersion
from procedures.form_compiler import prefill
from procedures.models import ORDINARY_CASE, Component, ProcedureVersion


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
        if found is not None and found.procedure_version_id != version.pk:
            raise NotNow(_("Trang này đã dùng để mở một bản nháp khác. Hãy mở lại trang thủ tục."))
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
        facts = {**returning.newly_answered(draft, facts.get("form_data", {})), **facts}
        changes = {name: value for name, value in facts.items() if getattr(draft, name) != value}
        for name, value in changes.items():
            setattr(draft, name, value)
        if changes:
            keep(draft)
    return draft


def save_page(draft_id: int, applicant: User, version: int | None, **facts: Any) -> Dossier:
    """As `save`, but what is kept already is no conflict: a button pressed twice leads on."""
    try:
        return save(draft_id, applicant, version, **facts)
    except StaleVersion:
        kept = Dossier.objects.of(applicant).drafts().filter(pk=draft_id).first()
        if kept is None or any(getattr(kept, name) != value for name, value in facts.items()):
            raise
        return kept


def attach(
    draft_id: int, applicant: User, component: Component, files: "Iterable[HandedIn]"
) -> list[Attachment]:
    """Add files to a component of a draft; raises FileRefused and keeps none of them.

    Files are looked into before the draft is locked.
    """
    with transaction.atomic():
        draft, files = _my_draft(draft_id, applicant, None), list(files)
        refuse_too_many(draft, component, len(files), is_pending=False)
    kept = keep_files(applicant, component, files)
    with transaction.atomic():
        return link_files(_my_draft(draft_id, applicant, None), component, kept, is_pending=False)


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
    draft = locked(draft_id, version, related=())  # autosaves come often and name nobody
    if draft.applicant_id != applicant.pk:
        raise Dossier.DoesNotExist
    if draft.state != State.DRAFT or draft.deleted_at is not None:
        raise NotNow(_("Hồ sơ này đã gửi nên không sửa bản nháp được nữa."))
    return draft
