"""Through the agency: hand over, send back, sign, issue, return."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from dossiers.models import Dossier, DossierStep, Result, SupplementRequest
from dossiers.services import timing
from dossiers.services.attaching import RESULT_BYTES, RESULT_TYPES, HandedIn, finished_result
from dossiers.services.moving import moving
from dossiers.services.stepping import (
    cancel_open_steps,
    close,
    my_step,
    open_process_steps,
    open_step,
    orders_of,
    works_beside,
)
from dossiers.telling import tell_applicant
from portal.accounts.models import Role, User
from portal.core import clock
from portal.core.numbering import next_number
from portal.core.refusals import NotNow
from portal.documents.models import StoredFile
from portal.documents.services import store_file
from portal.documents.services.handing_out import refuse_unless_clean
from portal.documents.services.scanning import scan
from procedures.models import ProcessStep

PROCESS = DossierStep.Kind.PROCESS


def forward(dossier_id: int, actor: User, note: str = "", version: int | None = None) -> Dossier:
    """The step is done; when nothing of its order is left, the next order opens."""
    with moving(dossier_id, actor, "forward", version=version, reason=note) as dossier:
        _refuse_while_proposed(dossier)
        step = my_step(dossier, actor, PROCESS)
        later = [order for order in orders_of(dossier) if order > step.order]
        is_alone = not works_beside(dossier, step)
        if is_alone and not later:
            raise NotNow(_("Đây là bước cuối: hãy vào sổ và phát hành kết quả."))
        if step.role == Role.AGENCY_HEAD:
            _sign(dossier, actor, step)
        close(step, actor, DossierStep.Outcome.FORWARDED, note)
        if is_alone:
            open_process_steps(dossier, later[0])
    return dossier


def _refuse_while_proposed(dossier: Dossier) -> None:
    """The dossier stays where it is until the head has looked at a proposed supplement."""
    if dossier.supplement_requests.filter(state=SupplementRequest.State.PROPOSED).exists():
        raise NotNow(_("Đang chờ lãnh đạo duyệt yêu cầu bổ sung; hồ sơ chưa chuyển bước được."))


def _sign(dossier: Dossier, actor: User, step: DossierStep) -> None:
    """The head signs at the last of the head's steps; nobody signs what they drafted themselves."""
    drafted = dossier.steps.filter(kind=PROCESS, role=Role.OFFICER, done_by=actor)
    if drafted.exists():
        raise PermissionDenied("sign own draft")
    if step.order == _signing_order(dossier):
        dossier.signed_at = clock.now()


def _signing_order(dossier: Dossier) -> int | None:
    """Where in the process the result is signed: the last step of the head."""
    steps = ProcessStep.objects.filter(process=dossier.process, role=Role.AGENCY_HEAD)
    last = steps.order_by("-order").first()
    return last.order if last else None


def send_back(
    dossier_id: int, actor: User, *, order: int, reason: str, version: int | None = None
) -> Dossier:
    """Return the dossier to an earlier step with a reason.

    A signature is void when the way leads past the head again.
    """
    with moving(dossier_id, actor, "send_back", version=version, reason=reason) as dossier:
        _refuse_while_proposed(dossier)
        step = my_step(dossier, actor, PROCESS)
        earlier = [o for o in orders_of(dossier) if o < step.order]
        if order not in earlier:
            raise NotNow(_("Chỉ trả lại được cho một bước đã qua."))
        close(step, actor, DossierStep.Outcome.SENT_BACK, reason)
        cancel_open_steps(dossier, PROCESS)
        if order <= (_signing_order(dossier) or order):
            dossier.signed_at = None
        open_process_steps(dossier, order)
    return dossier


def resolve(
    dossier_id: int,
    actor: User,
    upload: HandedIn | str,
    *,
    is_granted: bool = True,
    version: int | None = None,
) -> Dossier:
    """Issue the signed result under the next number; how timely it was is frozen."""
    stored = result_file(dossier_id, actor, upload)
    with moving(dossier_id, actor, "resolve", version=version) as dossier:
        _refuse_while_proposed(dossier)
        step = my_step(dossier, actor, PROCESS)
        if step.order != orders_of(dossier)[-1] or works_beside(dossier, step):
            raise NotNow(_("Còn bước khác chưa xong nên chưa phát hành được kết quả."))
        now = clock.now()
        number = next_number(f"result:{dossier.agency_id}:{now:%Y}")
        Result.objects.create(
            dossier=dossier,
            is_granted=is_granted,
            number=f"{number:04d}/KQ-{now:%Y}",
            issued_on=now.date(),
            file=stored,
            signed_by=_signer(dossier),
            issued_by=actor,
        )
        close(step, actor, DossierStep.Outcome.FORWARDED)
        dossier.resolved_at = now
        dossier.punctuality = timing.punctuality(dossier, now)
        open_step(
            dossier,
            DossierStep.Kind.RETURN,
            _("Trả kết quả"),
            Role.RECEPTION_CLERK,
            dossier.due_at or now,
        )
        tell_applicant(dossier, "dossier_resolved", return_method=dossier.return_method)
    return dossier


def result_file(dossier_id: int, actor: User, upload: HandedIn | str) -> StoredFile:
    """The result's file, or the one that came in pieces under that number, scanned here and now.

    NotClean when the scanner cannot say it is clean. It takes moments: lock nothing before.
    """
    stored = finished_result(actor, dossier_id, upload) if isinstance(upload, str) else upload
    if not isinstance(stored, StoredFile):
        stored = store_file(stored, by=actor, media_types=RESULT_TYPES, max_bytes=RESULT_BYTES)
    if not stored.is_clean:
        refuse_unless_clean(scan(stored))
    return stored


def _signer(dossier: Dossier) -> User:
    """Who signed last."""
    signed = dossier.steps.filter(
        kind=PROCESS, role=Role.AGENCY_HEAD, outcome=DossierStep.Outcome.FORWARDED
    )
    step = signed.select_related("done_by").order_by("-done_at", "-pk").first()
    if step is None or step.done_by is None:
        raise NotNow(_("Hồ sơ chưa có chữ ký của lãnh đạo."))
    return step.done_by


def return_result(
    dossier_id: int, actor: User, *, received_by: str, version: int | None = None
) -> Dossier:
    """Hand the result over to the named person; the dossier is closed."""
    with moving(dossier_id, actor, "return_result", version=version) as dossier:
        step = my_step(dossier, actor, DossierStep.Kind.RETURN)
        Result.objects.filter(dossier=dossier).update(received_by=received_by)
        close(step, actor, DossierStep.Outcome.FORWARDED)
        dossier.returned_at = clock.now()
        tell_applicant(dossier, "dossier_returned", received_by=received_by)
    return dossier
