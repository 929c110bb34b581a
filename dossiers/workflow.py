"""The law of a dossier's life: its states and lawful moves, nothing else.

Moves T1–T14 follow Nghị định 61/2018/NĐ-CP and 118/2025/NĐ-CP; the codes are the national
status codes of the national portal. What a move brings with it stands in the services.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from dossiers import permissions


class State(models.TextChoices):
    """Business states; overdue is not one of them, it never changes what may be done."""

    DRAFT = "draft", _("Bản nháp")
    SUBMITTED = "submitted", _("Đã gửi, chờ tiếp nhận")
    INTAKE_SUPPLEMENT = "intake_supplement", _("Cần bổ sung trước khi tiếp nhận")
    REFUSED = "refused", _("Không được tiếp nhận")
    ACCEPTED = "accepted", _("Đã tiếp nhận")
    PROCESSING = "processing", _("Đang xử lý")
    SUPPLEMENT = "supplement", _("Cần bổ sung giấy tờ")
    AWAITING_PAYMENT = "awaiting_payment", _("Chờ nộp phí, lệ phí")
    WITHDRAWAL_ASKED = "withdrawal_asked", _("Đã xin rút, chờ xác nhận")
    WITHDRAWN = "withdrawn", _("Đã rút")
    STOPPED = "stopped", _("Dừng xử lý")
    RESOLVED = "resolved", _("Đã có kết quả")
    RETURNED = "returned", _("Đã trả kết quả")


NATIONAL_CODES: dict[str, int | None] = {
    State.DRAFT: None,
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.REFUSED: 3,
    State.PROCESSING: 4,
    State.INTAKE_SUPPLEMENT: 5,
    State.SUPPLEMENT: 5,
    State.AWAITING_PAYMENT: 6,
    State.WITHDRAWAL_ASKED: 7,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.RESOLVED: 9,
    State.RETURNED: 10,
}
PAUSED = (State.SUPPLEMENT, State.AWAITING_PAYMENT, State.STOPPED)
RUNNING = (State.ACCEPTED, State.PROCESSING)
CLOSED = (State.REFUSED, State.WITHDRAWN, State.RETURNED)
OPEN_TO_WITHDRAWAL = (
    State.SUBMITTED,
    State.INTAKE_SUPPLEMENT,
    State.ACCEPTED,
    State.PROCESSING,
    State.SUPPLEMENT,
    State.AWAITING_PAYMENT,
)


def is_not_signed(dossier: Any) -> bool:
    """No result decision has been signed yet (a signed one can no longer be withdrawn from)."""
    return dossier.signed_at is None


def is_signed(dossier: Any) -> bool:
    """The head of the agency has signed."""
    return dossier.signed_at is not None


def may_ask_again(dossier: Any) -> bool:
    """Fewer supplement requests than the version allows."""
    return bool(dossier.supplements_asked < dossier.supplement_cap)


class Workflow(models.Model):
    """The state of a dossier and the moves that change it."""

    state = FSMField(_("trạng thái"), default=State.DRAFT, choices=State, protected=True)

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """Read the row anew; the state is forgotten first, since nobody may overwrite it."""
        if fields is None or "state" in fields:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using, fields, from_queryset)

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.SUBMITTED,
        permission=permissions.is_applicant,
        custom={"label": _("Gửi hồ sơ")},
    )
    def submit(self) -> None:
        """T1: the applicant hands the dossier in; it gets its code."""

    @transition(
        field=state,
        source=State.SUBMITTED,
        target=State.ACCEPTED,
        permission=permissions.holds_intake,
        custom={"label": _("Tiếp nhận, hẹn ngày trả")},
    )
    def receive(self) -> None:
        """T2: a clerk takes the dossier in; Form 01 is made and the clock starts."""

    @transition(
        field=state,
        source=State.SUBMITTED,
        target=State.INTAKE_SUPPLEMENT,
        permission=permissions.holds_intake,
        custom={"label": _("Yêu cầu bổ sung")},
    )
    def ask_at_intake(self) -> None:
        """T3: everything missing is listed at once (Form 02); the clock has not started."""

    @transition(
        field=state,
        source=[State.SUBMITTED, State.INTAKE_SUPPLEMENT],
        target=State.REFUSED,
        permission=permissions.holds_intake,
        custom={"label": _("Từ chối tiếp nhận…"), "negative": True},
    )
    def refuse(self) -> None:
        """T4: the dossier is not taken in, with a reason and its basis (Form 03).

        Also when what was asked at the door never came.
        """

    @transition(
        field=state,
        source=State.INTAKE_SUPPLEMENT,
        target=State.INTAKE_SUPPLEMENT,
        permission=permissions.holds_intake,
        custom={"label": _("Chờ thêm, đặt hạn mới")},
    )
    def wait_at_intake(self) -> None:
        """T3, drawn out: the last day passed without an answer, the clerk sets a new one."""

    @transition(
        field=state,
        source=[State.ACCEPTED, State.PROCESSING],
        target=State.PROCESSING,
        permission=permissions.holds_step,
        custom={"label": _("Chuyển bước tiếp theo")},
    )
    def forward(self) -> None:
        """T5 and T6: the step is done and handed over to the next one."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.PROCESSING,
        permission=permissions.holds_step,
        custom={"label": _("Trả lại bước trước…"), "negative": True},
    )
    def send_back(self) -> None:
        """T6: the step goes back to an earlier one, with a reason."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.PROCESSING,
        conditions=[may_ask_again, is_not_signed],
        permission=permissions.holds_step,
        custom={"label": _("Đề nghị yêu cầu bổ sung")},
    )
    def propose_supplement(self) -> None:
        """T7, first half: the officer lists what is missing for the head to approve."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.SUPPLEMENT,
        conditions=[is_not_signed],
        permission=permissions.is_agency_head,
        custom={"label": _("Duyệt yêu cầu bổ sung")},
    )
    def ask_for_more(self) -> None:
        """T7, second half: the head approves; Form 02 goes out and the clock pauses."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.PROCESSING,
        permission=permissions.is_agency_head,
        custom={"label": _("Không duyệt yêu cầu bổ sung…"), "negative": True},
    )
    def decline_supplement(self) -> None:
        """T7, refused: nothing is asked of the applicant, the officer goes on."""

    @transition(
        field=state,
        source=State.SUPPLEMENT,
        target=State.SUPPLEMENT,
        permission=permissions.is_agency_head,
        custom={"label": _("Chờ thêm, đặt hạn mới")},
    )
    def wait_longer(self) -> None:
        """T7, drawn out: the last day passed without an answer, the head sets a new one."""

    @transition(
        field=state,
        source=State.INTAKE_SUPPLEMENT,
        target=State.SUBMITTED,
        permission=permissions.is_applicant,
        custom={"label": _("Gửi bổ sung")},
    )
    def answer_at_intake(self) -> None:
        """T8: the applicant has repaired what was asked; the clerk looks again."""

    @transition(
        field=state,
        source=State.SUPPLEMENT,
        target=State.PROCESSING,
        permission=permissions.is_applicant,
        custom={"label": _("Gửi bổ sung")},
    )
    def answer(self) -> None:
        """T8: the applicant has repaired what was asked; the clock runs on."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.AWAITING_PAYMENT,
        conditions=[is_not_signed],
        permission=permissions.holds_step,
        custom={"label": _("Yêu cầu nộp phí, lệ phí")},
    )
    def ask_for_payment(self) -> None:
        """T9: the applicant owes a fee; the clock pauses."""

    @transition(
        field=state,
        source=State.AWAITING_PAYMENT,
        target=State.PROCESSING,
        permission=permissions.is_case_officer,
        custom={"label": _("Đã nộp đủ, xử lý tiếp")},
    )
    def settle_payment(self) -> None:
        """T10: the fee is settled; the clock runs on."""

    @transition(
        field=state,
        source=list(OPEN_TO_WITHDRAWAL),
        target=State.WITHDRAWAL_ASKED,
        conditions=[is_not_signed],
        permission=permissions.is_applicant,
        custom={"label": _("Rút hồ sơ…"), "negative": True},
    )
    def ask_withdrawal(self) -> None:
        """T11, first half: the applicant wants the dossier back, before any signature."""

    @transition(
        field=state,
        source=State.WITHDRAWAL_ASKED,
        target=State.WITHDRAWN,
        permission=permissions.is_reception_clerk,
        custom={"label": _("Xác nhận rút hồ sơ…"), "negative": True},
    )
    def confirm_withdrawal(self) -> None:
        """T11, second half: a clerk confirms; the dossier is closed."""

    @transition(
        field=state,
        source=[State.PROCESSING, State.SUPPLEMENT, State.AWAITING_PAYMENT],
        target=State.STOPPED,
        conditions=[is_not_signed],
        permission=permissions.is_agency_head,
        custom={"label": _("Dừng xử lý…"), "negative": True},
    )
    def stop(self) -> None:
        """T12: the head stops the dossier with a reason; the clock pauses."""

    @transition(
        field=state,
        source=State.STOPPED,
        target=State.PROCESSING,
        permission=permissions.is_agency_head,
        custom={"label": _("Xử lý tiếp")},
    )
    def resume(self) -> None:
        """T12, undone: the head lets the dossier go on; the clock runs on."""

    @transition(
        field=state,
        source=State.PROCESSING,
        target=State.RESOLVED,
        conditions=[is_signed],
        permission=permissions.holds_step,
        custom={"label": _("Vào sổ, phát hành kết quả")},
    )
    def resolve(self) -> None:
        """T13: the signed result gets its number; early, on time or late is frozen."""

    @transition(
        field=state,
        source=State.RESOLVED,
        target=State.RETURNED,
        permission=permissions.is_reception_clerk,
        custom={"label": _("Trả kết quả")},
    )
    def return_result(self) -> None:
        """T14: the result is in the applicant's hands."""
