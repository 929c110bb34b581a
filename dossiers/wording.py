"""How the portal speaks about dossiers: events, tones, who acts next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Dossier
from dossiers.workflow import State
from portal.calendars.remaining import remaining_in_words
from portal.calendars.services import calendar_for
from portal.calendars.working_days import WorkingCalendar
from portal.core import clock

WEEKDAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)
EVENTS = {
    "submit": gettext_lazy("Đã gửi hồ sơ"),
    "claim": gettext_lazy("Cán bộ nhận việc"),
    "release": gettext_lazy("Cán bộ trả việc lại hàng đợi"),
    "freed": gettext_lazy("Việc về lại hàng đợi: người nhận không còn phụ trách"),
    "receive": gettext_lazy("Đã tiếp nhận"),
    "ask_at_intake": gettext_lazy("Yêu cầu bổ sung trước khi tiếp nhận"),
    "refuse": gettext_lazy("Không được tiếp nhận"),
    "forward": gettext_lazy("Xong một bước"),
    "send_back": gettext_lazy("Trả lại bước trước"),
    "propose_supplement": gettext_lazy("Đề nghị yêu cầu bổ sung"),
    "ask_for_more": gettext_lazy("Yêu cầu bổ sung giấy tờ"),
    "decline_supplement": gettext_lazy("Không duyệt yêu cầu bổ sung"),
    "wait_longer": gettext_lazy("Gia hạn bổ sung giấy tờ"),
    "wait_at_intake": gettext_lazy("Gia hạn bổ sung giấy tờ"),
    "answer_at_intake": gettext_lazy("Đã gửi bổ sung"),
    "answer": gettext_lazy("Đã gửi bổ sung"),
    "ask_for_payment": gettext_lazy("Chờ nộp phí, lệ phí"),
    "settle_payment": gettext_lazy("Đã nộp phí, lệ phí"),
    "ask_withdrawal": gettext_lazy("Xin rút hồ sơ"),
    "confirm_withdrawal": gettext_lazy("Đã rút hồ sơ"),
    "stop": gettext_lazy("Dừng xử lý"),
    "resume": gettext_lazy("Xử lý tiếp"),
    "resolve": gettext_lazy("Đã có kết quả"),
    "return_result": gettext_lazy("Đã trả kết quả"),
    "became_overdue": gettext_lazy("Quá hạn trả kết quả"),
    "supplement_expired": gettext_lazy("Hết hạn bổ sung"),
}
# What happens inside the agency before it concerns the applicant.
INTERNAL = {"claim", "release", "freed", "propose_supplement", "decline_supplement", "send_back"}
TONES = {
    State.DRAFT: ("", "pen"),
    State.SUBMITTED: ("info", "mail"),
    State.ACCEPTED: ("info", "clock"),
    State.PROCESSING: ("info", "clock"),
    State.INTAKE_SUPPLEMENT: ("warn", "warn"),
    State.SUPPLEMENT: ("warn", "warn"),
    State.AWAITING_PAYMENT: ("warn", "tag"),
    State.WITHDRAWAL_ASKED: ("", "x"),
    State.WITHDRAWN: ("", "x"),
    State.STOPPED: ("warn", "pause"),
    State.REFUSED: ("bad", "x"),
    State.RESOLVED: ("ok", "check"),
    State.RETURNED: ("ok", "check"),
}


WAYS_TO_GET: dict[str, Any] = {
    Dossier.ReturnMethod.ONLINE: gettext_lazy("Tải kết quả trên Cổng."),
    Dossier.ReturnMethod.COUNTER: gettext_lazy("Đến Bộ phận Một cửa nhận kết quả."),
    Dossier.ReturnMethod.POST: gettext_lazy("Nhận kết quả bưu chính giao đến."),
}


@dataclass(frozen=True)
class Next:
    """Who must act now, and what they are expected to do."""

    is_applicant: bool
    actor: str
    sentence: str


def date_in_words(day: date) -> str:
    """A day as people say it: thứ Năm, 26/11/2026."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def day_in_words(instant: datetime | None) -> str:
    """The day of an instant on Vietnam's clock, as people say it."""
    return date_in_words(clock.local(instant).date()) if instant else ""


def last_day_of(dossier: Dossier) -> str:
    """The last day to repair, of a dossier read `with_last_day`."""
    day = getattr(dossier, "last_day", None)
    return date_in_words(day) if day else ""


def moment_in_words(instant: datetime | None) -> str:
    """An instant as people say it: 07:35, thứ Ba, 10/11/2026."""
    return f"{clock.local(instant):%H:%M}, {day_in_words(instant)}" if instant else ""


def tag_of(dossier: Dossier) -> dict[str, str]:
    """The state as a chip: words, tone, icon."""
    tone, icon = TONES[State(dossier.state)]
    return {"text": str(dossier.get_state_display()), "tone": tone, "icon": icon}


def deadline_words(
    dossier: Dossier, calendar: WorkingCalendar | None = None
) -> dict[str, str] | None:
    """How much time is left, as words with a tone; nothing before acceptance and after the end.

    A list hands in the calendar, so that it is looked up once and not for every row.
    """
    if dossier.due_at is None or not (dossier.is_running or dossier.is_paused):
        return None
    assert dossier.agency is not None  # noqa: S101 - an accepted dossier has an agency
    left = remaining_in_words(
        clock.now(),
        dossier.due_at,
        dossier.is_paused,
        calendar or calendar_for(dossier.agency.code),
    )
    return {
        "words": left.words,
        "tone": left.tone,
        "date": _("hạn %(when)s") % {"when": f"{clock.local(dossier.due_at):%H:%M, %d/%m/%Y}"},
    }


def next_of(dossier: Dossier, *, is_public: bool = False) -> Next:
    """Who acts next; the first thing on every page of a dossier."""
    agency = str(dossier.agency or "")
    office = _("Bộ phận Một cửa, %(agency)s") % {"agency": agency}
    me = _("Người nộp hồ sơ") if is_public else _("Bạn")
    solve = _("Giải quyết hồ sơ và trả kết quả đúng hẹn.")
    if dossier.is_overdue():
        solve = _("Hồ sơ vẫn đang được giải quyết; có kết quả là báo ngay.")
    answers = {
        State.DRAFT: Next(True, me, _("Khai nốt rồi gửi hồ sơ.")),
        State.SUBMITTED: Next(
            False,
            office,
            _("Kiểm tra giấy tờ và gửi giấy hẹn trước %(when)s.")
            % {"when": moment_in_words(dossier.intake_due_at)},
        ),
        State.INTAKE_SUPPLEMENT: Next(True, me, _("Bổ sung giấy tờ để được tiếp nhận.")),
        State.SUPPLEMENT: Next(True, me, _("Bổ sung giấy tờ; thời hạn đang tạm dừng.")),
        State.AWAITING_PAYMENT: Next(True, me, _("Nộp phí, lệ phí; thời hạn đang tạm dừng.")),
        State.WITHDRAWAL_ASKED: Next(False, office, _("Xác nhận việc rút hồ sơ.")),
        State.STOPPED: Next(False, agency, _("Hồ sơ đang dừng; lãnh đạo quyết định bước tiếp.")),
        State.RESOLVED: Next(
            True, me, str(WAYS_TO_GET.get(dossier.return_method, _("Nhận kết quả.")))
        ),
        State.ACCEPTED: Next(False, agency, solve),
        State.PROCESSING: Next(False, agency, solve),
        State.REFUSED: Next(
            False, "", _("Hồ sơ không được tiếp nhận; lý do ghi trong phiếu từ chối.")
        ),
        State.WITHDRAWN: Next(False, "", _("Hồ sơ đã rút theo đề nghị của người nộp.")),
        State.RETURNED: Next(False, "", _("Kết quả đã trả, hồ sơ kết thúc.")),
    }
    return answers[State(dossier.state)]
