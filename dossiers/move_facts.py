"""What an officer needs to see on a move's page before pressing its button."""

from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.presenting import fee_sum, promised
from dossiers.services.stepping import orders_of
from dossiers.storytelling import pause_facts
from dossiers.wording import moment_in_words
from portal.accounts.models import Role
from portal.documents.wording import dong
from procedures.models import ProcessStep

Facts = list[tuple[str, str]]


def facts_before(dossier: Dossier, move: str) -> Facts:
    """Labelled facts that bear on the move."""
    facts = FACTS[move](dossier) if move in FACTS else []
    return [(label, value) for label, value in facts if value]


def _receiving(dossier: Dossier) -> Facts:
    """The time and the day that will stand on the slip."""
    promise = promised(dossier) or {}
    return [
        (_("Thời hạn theo quy định"), promise.get("time", "")),
        (_("Nếu tiếp nhận bây giờ, hẹn trả"), promise.get("day", "")),
    ]


def _handing_over(dossier: Dossier) -> Facts:
    """Who goes on after this step."""
    current = dossier.steps.open().filter(process_step__isnull=False).order_by("order").first()
    later = [o for o in orders_of(dossier) if current is not None and o > current.order]
    steps = ProcessStep.objects.filter(process=dossier.process, order__in=later[:1])
    names = [f"{step.name} ({Role(step.role).label})" for step in steps]
    return [(_("Bước tiếp theo"), "; ".join(names)), *_due(dossier)]


def _due(dossier: Dossier) -> Facts:
    return [(_("Hẹn trả"), moment_in_words(dossier.due_at))]


def _handing_out(dossier: Dossier) -> Facts:
    """To whom the result goes, and how."""
    return [
        (_("Chủ hồ sơ"), dossier.owner.get("full_name", "")),
        (_("Người nộp"), dossier.applicant.full_name),
        (_("Nhận kết quả"), str(dossier.get_return_method_display())),
        (_("Nơi nhận"), dossier.return_address),
        (_("Phí, lệ phí phải thu"), _owed(dossier)),
    ]


def _owed(dossier: Dossier) -> str:
    """What the applicant pays now; an amount that is not set is never told as nothing."""
    total = fee_sum(dossier)["total"]
    return _("chưa tính được, có khoản tỉnh chưa quy định") if total is None else dong(total)


def _withdrawing(dossier: Dossier) -> Facts:
    """Why the applicant wants the dossier back."""
    asked = dossier.events.filter(kind="ask_withdrawal").order_by("-pk").first()
    return [(_("Lý do của người nộp"), asked.reason if asked else "")]


def _going_on(dossier: Dossier) -> Facts:
    """What the pause has cost."""
    pause = pause_facts(dossier) or {}
    return [
        (_("Tạm dừng từ"), pause.get("since", "")),
        (_("Nếu xử lý tiếp bây giờ, hẹn trả"), pause.get("new_due", "")),
    ]


FACTS = {
    "receive": _receiving,
    "forward": _handing_over,
    "resolve": _due,
    "return_result": _handing_out,
    "confirm_withdrawal": _withdrawing,
    "resume": _going_on,
    "wait_longer": _going_on,
}
