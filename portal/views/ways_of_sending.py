"""The ways of sending a dossier side by side: how long, how much, and when the result is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.services import channel_sums
from portal.calendars.deadlines import compute_deadline
from portal.calendars.services import calendar_for
from portal.calendars.snapshot import CalendarNotLoaded
from portal.calendars.working_days import DeadlineError, WorkingCalendar
from procedures.effective_rows import row_for
from procedures.models import Channel, Fee, ProcedureVersion, ProcessingTime
from procedures.presenting import capitalised, time_words, without_source_marks

NAMES = {
    Channel.ONLINE: gettext_lazy("Trực tuyến"),
    Channel.DIRECT: gettext_lazy("Tại Bộ phận Một cửa"),
    Channel.POSTAL: gettext_lazy("Qua bưu chính"),
}


@dataclass
class Way:
    """One way of sending: words for the time, the sum, and the date if accepted now."""

    channel: str
    name: str
    time: ProcessingTime | None
    time_words: str
    due_at: datetime | None
    lines: list[dict[str, Any]]
    total: int | None
    is_fee_known: bool
    is_fee_confirmed: bool
    saving: int = 0
    also: list[str] = field(default_factory=list)

    @property
    def short_time(self) -> str:
        """The time in a few words, for a card."""
        return capitalised(str(self.time)) if self.time else ""

    @property
    def is_time_confirmed(self) -> bool:
        """Whether an official has confirmed the time."""
        return self.time is not None and self.time.is_confirmed


def ways(version: ProcedureVersion, case: str, now: datetime, agency_code: str | None) -> list[Way]:
    """Every way the version may be sent by, online first."""
    calendar = _calendar(agency_code)
    times = list(version.processingtimes.all())
    rows = []
    for priced in channel_sums(version, case, now.date()):
        time = row_for(times, case, priced["channel"])
        rows.append(_way(priced, time, calendar, now))
    _say_savings(rows)
    return rows


def _calendar(agency_code: str | None) -> WorkingCalendar | None:
    try:
        return calendar_for(agency_code)
    except CalendarNotLoaded:
        return None


def _way(
    priced: dict[str, Any],
    time: ProcessingTime | None,
    calendar: WorkingCalendar | None,
    now: datetime,
) -> Way:
    return Way(
        channel=priced["channel"],
        name=str(NAMES[Channel(priced["channel"])]),
        time=time,
        time_words=time_words(time) if time else "",
        due_at=due_at(time, calendar, now),
        lines=sum_lines(priced["lines"]),
        total=priced["total"],
        is_fee_known=bool(priced["lines"]) and priced["total"] is not None,
        is_fee_confirmed=priced["is_confirmed"],
        also=[rule["title"] for line in priced["lines"] for rule in line["may_apply"]],
    )


def due_at(
    time: ProcessingTime | None, calendar: WorkingCalendar | None, now: datetime
) -> datetime | None:
    """When the result is due if the dossier is accepted now; None where it cannot be told."""
    if time is None or calendar is None:
        return None
    try:
        return compute_deadline(now, time.amount, time.unit, time.cutoff, (), calendar).due_at
    except DeadlineError:
        return None


def _say_savings(rows: Sequence[Way]) -> None:
    """What sending online saves against the counter, where both sums are known."""
    known = {way.channel: way for way in rows if way.is_fee_known}
    online, direct = known.get(Channel.ONLINE), known.get(Channel.DIRECT)
    if online and direct:
        online.saving = max(0, (direct.total or 0) - (online.total or 0))


def sum_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The priced lines as `ui/_sum.html` takes them: the legal amount, then what is taken off."""
    shown = []
    for line in lines:
        shown.append(_legal_amount(line))
        if line["rule"] and (line["reduction"] or line["is_exempt"]):
            shown.append(_taken_off(line))
    return shown


def _legal_amount(line: dict[str, Any]) -> dict[str, Any]:
    notes = [_("mỗi %(unit)s") % {"unit": line["unit"]}] if line["unit"] else []
    if line["is_optional"]:
        notes.append(_("chỉ trả khi bạn yêu cầu, không tính vào tổng"))
    if line["base"] is not None and not line["is_confirmed"]:
        notes.append(_("mức này chưa xác nhận"))
    return {
        "label": capitalised(str(Fee.Kind(line["kind"]).label)),
        "amount": line["base"],
        "note": " · ".join(notes),
        "legal_basis": "" if line["rule"] else without_source_marks(line["legal_basis"]),
    }


def _taken_off(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": line["rule"]["title"],
        "amount": line["reduction"] or 0,
        "minus": bool(line["reduction"]),
        "legal_basis": line["rule"]["legal_basis"],
    }


def may_apply(rows: Sequence[Way]) -> list[str]:
    """Reductions that some people get, by their title."""
    return sorted({title for way in rows for title in way.also})
