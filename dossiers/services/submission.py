"""Sending a dossier: exactly once, with a code, a copy and a message."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from dossiers.codes import write_code
from dossiers.completeness import Incomplete, gaps_of
from dossiers.models import Dossier, DossierStep
from dossiers.papers import submission_facts
from dossiers.services.moving import moving
from dossiers.services.stepping import open_step
from dossiers.services.timing import reply_due_at
from dossiers.telling import tell_applicant
from payments.services import quote_for
from portal.accounts.models import Role, User
from portal.core import clock
from portal.core.numbering import next_number
from portal.core.refusals import NotNow, StaleVersion
from portal.documents.models import Paper
from portal.documents.services import write_paper
from procedures.form_compiler import compile_form


def submit(dossier_id: int, actor: User, version: int | None = None) -> Dossier:
    """Hand in a dossier; sending it again changes nothing and gives the same dossier.

    Raises Incomplete naming everything that is missing, StaleVersion when it changed since
    the person read it.
    """
    try:
        return _send(dossier_id, actor, version)
    except (TransitionNotAllowed, StaleVersion):
        sent = Dossier.objects.of(actor).submitted().filter(pk=dossier_id).first()
        if sent is None:
            raise
        return sent


@transaction.atomic
def _send(dossier_id: int, actor: User, version: int | None) -> Dossier:
    with moving(dossier_id, actor, "submit", version=version) as dossier:
        if dossier.deleted_at is not None:
            raise NotNow(_("Bản nháp này đã xóa nên không gửi được."))
        if gaps := gaps_of(dossier):
            raise Incomplete(gaps)
        facts = _prepare(dossier)
    _promise(dossier, facts)
    return dossier


def _prepare(dossier: Dossier) -> dict[str, Any]:
    """Fix the time of sending, the price and the copy; the code last, it locks the day's count."""
    assert dossier.agency is not None  # noqa: S101 - gaps_of found none
    assert dossier.agency.org_code  # noqa: S101 - as above
    now = clock.now()
    dossier.submitted_at = now
    if dossier.form_version is not None:
        dossier.form_data = compile_form(dossier.form_version.schema).clean(dossier.form_data)
    dossier.quote = quote_for(
        dossier.procedure_version,
        case=dossier.case,
        channel=dossier.channel,
        submitted_at=now,
        agency=dossier.agency,
        payer=dossier.payer_facts,
        case_facts={},
        quantities=dossier.quantities,
    )
    dossier.intake_due_at = reply_due_at(dossier)
    facts = submission_facts(dossier)
    series = f"dossier:{dossier.agency.org_code}:{now:%y%m%d}"
    dossier.code = write_code(dossier.agency.org_code, now.date(), next_number(series))
    return {**facts, "code": dossier.code}


def _promise(dossier: Dossier, facts: dict[str, Any]) -> None:
    """The clerk's piece of work, the copy of what was sent, the message."""
    assert dossier.intake_due_at is not None  # noqa: S101 - set in _prepare
    open_step(
        dossier,
        DossierStep.Kind.INTAKE,
        _("Kiểm tra, tiếp nhận"),
        Role.RECEPTION_CLERK,
        dossier.intake_due_at,
    )
    write_paper(
        Paper.Kind.SUBMISSION,
        key=f"submission:{dossier.code}",
        reference=str(dossier.code),
        facts=facts,
        on=clock.today(),
    )
    tell_applicant(dossier, "dossier_submitted", lookup_secret=dossier.lookup_secret)
