"""Which moves an officer is offered on a dossier, and why the others are not."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from dossiers.models import Dossier, DossierStep, SupplementRequest
from dossiers.services.stepping import orders_of, works_beside
from dossiers.workflow import State
from portal.accounts.models import Role, User

Kind = DossierStep.Kind
MOVES_OF_KIND = {
    Kind.INTAKE: ("receive", "ask_at_intake", "wait_at_intake", "refuse"),
    Kind.PROCESS: ("forward", "resolve", "propose_supplement", "send_back"),
    Kind.APPROVAL: ("ask_for_more", "decline_supplement", "wait_longer"),
    Kind.WITHDRAWAL: ("confirm_withdrawal",),
    Kind.RETURN: ("return_result",),
}
AFTER_LAST_DAY = ("wait_at_intake", "refuse")  # of what was asked at the door
MOVES_OF_HEAD = ("stop", "resume")
# django-fsm adds these methods when the class is made, where mypy does not see them.
LABELS = {t.name: t.custom for t in Dossier().get_all_state_transitions()}  # type: ignore[attr-defined]


def moves_for(dossier: Dossier, user: User) -> list[dict[str, Any]]:
    """The moves the officer may make now, the usual one first."""
    available = dossier.get_available_user_state_transitions(user)  # type: ignore[attr-defined]
    lawful = {t.name for t in available}
    return [move_row(name) for name in _offered(dossier, user) if name in lawful]


def move_row(name: str) -> dict[str, Any]:
    """A move as a button, and as the title of its own page."""
    label = str(LABELS[name]["label"])
    return {
        "name": name,
        "label": label,
        "title": label.rstrip("…"),
        "is_negative": "negative" in LABELS[name],
    }


def _offered(dossier: Dossier, user: User) -> list[str]:
    """Moves that fit the steps the officer has claimed."""
    mine = list(dossier.steps.open().filter(claimed_by=user).order_by("order", "pk"))
    names = [name for step in mine for name in MOVES_OF_KIND[Kind(step.kind)]]
    if user.serves(dossier.agency_id or 0, Role.AGENCY_HEAD):
        names += MOVES_OF_HEAD
    unfit = _unfit(dossier, [step for step in mine if step.kind == Kind.PROCESS])
    return [name for name in dict.fromkeys(names) if name not in unfit]


def _unfit(dossier: Dossier, in_process: list[DossierStep]) -> set[str]:
    """Moves that are lawful in this state, but not at this place of the process."""
    if has_proposal(dossier):
        return set(MOVES_OF_KIND[Kind.PROCESS])
    unfit: set[str] = set(AFTER_LAST_DAY) if is_awaited(dossier) else set()
    if dossier.state == State.PROCESSING:
        unfit |= set(MOVES_OF_KIND[Kind.APPROVAL])
    if in_process:
        step, orders = in_process[0], orders_of(dossier)
        is_end = step.order == orders[-1] and not works_beside(dossier, step)
        unfit |= {"forward"} if is_end else {"resolve"}
        unfit |= {"send_back"} if step.order == orders[0] else set()
    return unfit


def has_proposal(dossier: Dossier) -> bool:
    """Whether a supplement request waits for the head."""
    return dossier.supplement_requests.filter(state=SupplementRequest.State.PROPOSED).exists()


def is_awaited(dossier: Dossier) -> bool:
    """Whether the applicant still has time to repair what was asked at the door."""
    awaited = dossier.supplement_requests.filter(
        state=SupplementRequest.State.ASKED, expired_at__isnull=True
    )
    return dossier.state == State.INTAKE_SUPPLEMENT and awaited.exists()


def is_signature(officer: User, code: str, move: str) -> bool:
    """Whether the officer, making the move now, would sign: a head handing their step over."""
    if move != "forward":
        return False
    mine = DossierStep.objects.filter(done_at__isnull=True, claimed_by=officer, kind=Kind.PROCESS)
    return mine.filter(dossier__code=code, role=Role.AGENCY_HEAD).exists()


def why_not_now(dossier: Dossier, user: User, move: str) -> str:
    """Why the officer cannot make the move at this moment, as a sentence; empty when they can.

    Raises PermissionDenied when it is not theirs at all.
    """
    if not can_proceed(getattr(dossier, move)):
        return _("Hồ sơ đang ở bước khác nên chưa làm được việc này.")
    if move in {row["name"] for row in moves_for(dossier, user)}:
        return ""
    kinds = [kind for kind, names in MOVES_OF_KIND.items() if move in names]
    steps = dossier.steps.open().filter(kind__in=kinds).select_related("claimed_by")
    fitting = [step for step in steps if user.serves(step.agency_id, step.role)]
    if not fitting:
        raise PermissionDenied(move)
    return _why_not(dossier, user, fitting)


def _why_not(dossier: Dossier, user: User, fitting: list[DossierStep]) -> str:
    """What stands between the officer and a step of their role."""
    if any(step.claimed_by_id == user.pk for step in fitting):
        if has_proposal(dossier):
            return _("Đang chờ lãnh đạo duyệt yêu cầu bổ sung; xong việc đó mới làm tiếp được.")
        if is_awaited(dossier):
            return _("Người nộp còn hạn bổ sung; hết hạn mà chưa có thì mới làm được việc này.")
        return _("Việc này không làm được ở bước đang mở của hồ sơ.")
    if any(step.claimed_by_id is None for step in fitting):
        return _("Bạn chưa nhận việc này. Hãy bấm “Nhận việc” ở trang hồ sơ rồi làm tiếp.")
    return _("%(name)s đang giữ việc này.") % {"name": fitting[0].claimed_by}
