"""Timers: sweeps over rows that are due, each claimed once by a conditional update."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dossiers.models import Dossier, DossierStep, SupplementRequest
from dossiers.services.moving import locked, record
from dossiers.services.one_by_one import each_duty, each_row
from dossiers.services.stepping import open_step
from dossiers.services.timing import reply_due_at
from dossiers.telling import tell_applicant, tell_officer
from portal.accounts.models import Posting, Role, User
from portal.calendars.snapshot import PROVINCIAL, calendars
from portal.calendars.working_days import add_working_minutes
from portal.core import clock

SOON_HOURS = 8
Act = Callable[[Dossier], None]


def tick() -> dict[str, int]:
    """Do every timed duty that is due now; returns how many of each were done."""
    duties = {
        "due_soon": _notice_due_soon,
        "overdue": _notice_overdue,
        "supplements_expired": _expire_supplements,
        "abandoned": _give_back_abandoned,
    }
    return each_duty(duties, clock.now())


def _give_back_abandoned(now: datetime) -> int:
    """Work whose holder serves there no more, or whose account was shut, waits for others again."""
    abandoned = DossierStep.objects.open().abandoned(now.date())

    def free(step_id: int) -> bool:
        step = DossierStep.objects.get(pk=step_id)
        dossier = locked(step.dossier_id)
        is_mine = abandoned.filter(pk=step_id).update(claimed_by=None, claimed_at=None) == 1
        if is_mine:
            record(dossier, None, "freed", before=dossier.state, step_name=step.name)
        return is_mine

    return each_row(abandoned, free)


def _notice_due_soon(now: datetime) -> int:
    """Warn the officers who hold an open step one working day before the dossier is due."""
    near = Dossier.objects.running().filter(
        _within_a_working_day(now), due_at__gt=now, due_soon_noticed_at__isnull=True
    )

    def warn(dossier: Dossier) -> None:
        _tell_officers(dossier, "officer_due_soon", cause=f"{dossier.due_at:%Y%m%d%H%M}")

    return _each(near, "due_soon_noticed_at", now, warn)


def _within_a_working_day(now: datetime) -> Q:
    """Due before eight more working hours have passed by the calendar of the agency.

    The calendars are read at every sweep: a holiday added today moves the next warning.
    """
    latest = {
        code: add_working_minutes(now, SOON_HOURS * 60, calendar)
        for code, calendar in calendars().items()
    }
    if PROVINCIAL not in latest:
        return Q(pk__in=[])  # nothing has a deadline before the calendars are loaded
    common = latest.pop(PROVINCIAL)
    own = [Q(agency__code=code, due_at__lte=instant) for code, instant in latest.items()]
    return reduce(or_, own, Q(due_at__lte=common) & ~Q(agency__code__in=list(latest)))


def _notice_overdue(now: datetime) -> int:
    """Tell officers and applicant, once, that the result is late; the state stays as it is."""
    late = Dossier.objects.overdue(now).filter(overdue_noticed_at__isnull=True)

    def say_sorry(dossier: Dossier) -> None:
        record(dossier, None, "became_overdue", before=dossier.state)
        _tell_officers(dossier, "officer_overdue")
        tell_applicant(dossier, "dossier_late")

    return _each(late, "overdue_noticed_at", now, say_sorry)


def _each(due: QuerySet[Dossier], stamp: str, now: datetime, act: Act) -> int:
    """Act on every due dossier that this sweep, and no other, has stamped; returns how many."""

    def claim(dossier_id: int) -> bool:
        dossier = locked(dossier_id)  # first: the update must see what the last sweep did
        is_mine = due.filter(pk=dossier_id).update(**{stamp: now}) == 1
        if is_mine:
            act(dossier)
        return is_mine

    return each_row(due, claim)


def _expire_supplements(now: datetime) -> int:
    """An unanswered request whose last day has passed goes to those who must decide."""
    expired = SupplementRequest.objects.filter(
        state=SupplementRequest.State.ASKED, due_on__lt=now.date(), expired_at__isnull=True
    )

    def claim(request_id: int) -> bool:
        request = SupplementRequest.objects.get(pk=request_id)
        dossier = locked(request.dossier_id)
        is_mine = expired.filter(pk=request_id).update(expired_at=now) == 1
        if is_mine:
            request.refresh_from_db()
            _pass_on(dossier, request)
        return is_mine

    return each_row(expired, claim)


def _pass_on(dossier: Dossier, request: SupplementRequest) -> None:
    """After acceptance the head decides; before it the dossier is back in the clerk's queue."""
    record(dossier, None, "supplement_expired", before=dossier.state)
    if request.is_at_intake:
        reply_due = reply_due_at(dossier)
        dossier.steps.open().update(queue_at=reply_due, due_at=reply_due)
    else:
        _ask_head(dossier)
    _tell_officers(dossier, "supplement_expired", cause=f"{request.pk}:{request.due_on}")


def _ask_head(dossier: Dossier) -> None:
    """The head decides whether to stop the dossier or to go on waiting."""
    open_step(
        dossier,
        DossierStep.Kind.APPROVAL,
        _("Quá hạn bổ sung: quyết định dừng hay chờ thêm"),
        Role.AGENCY_HEAD,
        reply_due_at(dossier),
    )


def _tell_officers(dossier: Dossier, kind: str, cause: str = "") -> None:
    """The holders of open steps; the heads of the agency when nobody holds one."""
    holders = User.objects.filter(
        pk__in=dossier.steps.open().filter(claimed_by__isnull=False).values("claimed_by")
    )
    heads = User.objects.filter(
        pk__in=Posting.objects.valid_on(clock.today())
        .filter(agency_id=dossier.agency_id, role=Role.AGENCY_HEAD)
        .values("user")
    )
    for officer in list(holders) or list(heads):
        tell_officer(dossier, officer, kind, cause=cause)
