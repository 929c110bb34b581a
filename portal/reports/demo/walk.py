"""Some two hundred dossiers of the past quarter, walked through the real services."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageDraw

from dossiers.completeness import needs_file
from dossiers.models import Dossier, DossierStep
from dossiers.services import (
    closing,
    drafting,
    intake,
    processing,
    stepping,
    submission,
    supplements,
)
from dossiers.workflow import State
from portal.accounts.models import Agency, Posting, User
from portal.calendars.services import calendar_for
from portal.calendars.working_days import add_working_minutes
from portal.core import clock
from portal.core.models import Effect
from portal.reports.demo.answers import answers_for
from portal.reports.demo.cast import communes
from procedures.models import ProcedureVersion

DAYS_BACK = 88
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
MIDDLE = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Hoàng")
GIVEN = (
    "Hạnh",
    "Tâm",
    "Lộc",
    "Phúc",
    "Thảo",
    "Vinh",
    "Ngân",
    "Quyên",
    "Sang",
    "Tùng",
    "Yến",
    "Đạt",
)


@dataclass
class Walk:
    """One dossier on its way: who files it, where, and how far it gets."""

    applicant: User
    version: ProcedureVersion
    agency: Agency
    starts_at: datetime
    haste: float
    goal: str
    dice: random.Random


def walk_dossiers(count: int, seed: int = 2026) -> int:
    """Walk `count` dossiers; returns how many were sent. Always the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - demo data, no secret
    sent = 0
    for walk in _walks(count, dice):
        sent += _go(walk)
    Effect.objects.filter(state=Effect.State.WAITING).update(next_attempt_at=clock.now())
    return sent


def _walks(count: int, dice: random.Random) -> Iterator[Walk]:
    people = _neighbours()
    versions = _versions()
    homes = communes(2)
    start = clock.now() - timedelta(days=DAYS_BACK)
    goals = [State.RETURNED] * 11 + [State.RESOLVED, State.PROCESSING, State.SUPPLEMENT]
    goals += [State.REFUSED, State.INTAKE_SUPPLEMENT, State.WITHDRAWN, State.SUBMITTED]
    for number in range(count):
        day = DAYS_BACK * number / count
        moment = start + timedelta(days=day, minutes=dice.randint(0, 600))
        is_recent = day > DAYS_BACK - 12
        goal = dice.choice(goals[10:]) if is_recent else dice.choice(goals[:14])
        yield Walk(
            dice.choice(people),
            dice.choice(versions),
            homes[0] if dice.random() < 0.7 else homes[1],
            moment,
            dice.choice((0.3, 0.5, 0.6, 0.8, 0.9, 1.6)),
            goal,
            dice,
        )


def _neighbours() -> list[User]:
    """Citizens who live beside the cast."""
    password = make_password(None)
    return [
        User.objects.get_or_create(
            username=f"dan-{number:02d}",
            defaults={
                "full_name": f"{FAMILY[number % 8]} {MIDDLE[number % 6]} {GIVEN[number % 12]}",
                "identity_number": f"0861950001{number:02d}",
                "phone": f"09000001{number:02d}",
                "address": "Ấp Tân Lộc",
                "password": password,
            },
        )[0]
        for number in range(1, 25)
    ]


def _versions() -> list[ProcedureVersion]:
    """Procedures of communes that have an electronic form and can be filed online."""
    rows = ProcedureVersion.objects.in_force(clock.today()).filter(
        form__isnull=False,
        channels__contains=["truc_tuyen"],
        competences__agency_kind_id="ubnd_xa",
        competences__valid_to__isnull=True,
    )
    return list(rows.select_related("form", "procedure").order_by("procedure__code").distinct())


def _go(walk: Walk) -> bool:
    """Walk one dossier as far as its goal, or as far as the present lets it."""
    try:
        with clock.shifted_to(walk.starts_at), transaction.atomic():
            dossier = _send(walk)
        later = _Later(dossier, walk)
        ROUTES[walk.goal](later)
    except _Present:
        pass
    return True


class _Present(Exception):
    """The walk has reached today; the rest has not happened yet."""


class _Later:
    """Makes the next move some working time after the last one."""

    def __init__(self, dossier: Dossier, walk: Walk) -> None:
        self.dossier, self.walk, self.at = dossier, walk, walk.starts_at
        self.calendar = calendar_for(walk.agency.code)

    def after(self, minutes: int, move: Callable[[], object]) -> None:
        self.at = add_working_minutes(self.at, max(20, minutes), self.calendar)
        if self.at >= clock.now():
            raise _Present
        with clock.shifted_to(self.at):
            move()
        self.dossier.refresh_from_db()

    def claimed(self, kind: str) -> User:
        """The officer who takes on the next open step of that kind."""
        step = self.dossier.steps.open().filter(kind=kind).first()
        assert step is not None  # noqa: S101 - routes only ask for what is open
        if step.claimed_by is not None:
            return step.claimed_by
        officer = _officer(step)
        with clock.shifted_to(self.at):
            stepping.claim(step.pk, officer)
        return officer


def _officer(step: DossierStep) -> User:
    posting = Posting.objects.valid_on(clock.today()).filter(
        agency_id=step.agency_id, role=step.role
    )
    found = posting.select_related("user").order_by("pk").first()
    assert found is not None  # noqa: S101 - the cast holds every role
    officer: User = found.user
    return officer


def _send(walk: Walk) -> Dossier:
    draft, _is_new = drafting.start(
        walk.applicant,
        walk.version,
        f"demo-{walk.starts_at.timestamp():.0f}",
        agency=walk.agency,
        another=True,
    )
    assert walk.version.form is not None  # noqa: S101 - _versions asks for one
    drafting.save(
        draft.pk,
        walk.applicant,
        None,
        form_data=answers_for(walk.version.form.schema),
        contact={"phone": walk.applicant.phone, "address": walk.applicant.address},
    )
    for component in walk.version.components.all():
        if needs_file(component):
            drafting.attach(draft.pk, walk.applicant, component, [_scan(component.name)])
    return submission.submit(draft.pk, walk.applicant)


def _scan(title: str) -> SimpleUploadedFile:
    """A small picture standing for a scanned paper."""
    picture = Image.new("RGB", (420, 594), "#fbf8f2")
    ImageDraw.Draw(picture).rectangle((30, 30, 390, 564), outline="#8b7d6d", width=2)
    content = BytesIO()
    picture.save(content, "PNG")
    return SimpleUploadedFile("giấy tờ (bản chụp).png", content.getvalue(), "image/png")


def _receive(later: _Later) -> None:
    clerk = later.claimed(DossierStep.Kind.INTAKE)
    later.after(later.walk.dice.randint(30, 300), lambda: intake.receive(later.dossier.pk, clerk))


def _process(later: _Later) -> None:
    """Forward step by step until only the result is missing, then issue it."""
    while _forward(later):
        pass
    officer = later.claimed(DossierStep.Kind.PROCESS)
    later.after(30, lambda: processing.resolve(later.dossier.pk, officer, _scan("kết quả")))


def _forward(later: _Later) -> bool:
    """Hand the open step over; false when it is the last one."""
    step = later.dossier.steps.open().filter(kind=DossierStep.Kind.PROCESS).first()
    assert step is not None  # noqa: S101 - a running dossier has one
    if step.order == max(stepping.orders_of(later.dossier)):
        return False
    officer = later.claimed(DossierStep.Kind.PROCESS)
    minutes = int(step.allotted_minutes * later.walk.haste)
    later.after(minutes, lambda: processing.forward(later.dossier.pk, officer))
    return True


def _to_submitted(later: _Later) -> None:
    """Nothing more has happened."""


def _to_processing(later: _Later) -> None:
    _receive(later)
    clerk = later.claimed(DossierStep.Kind.PROCESS)
    later.after(40, lambda: processing.forward(later.dossier.pk, clerk))


def _to_resolved(later: _Later) -> None:
    _receive(later)
    _process(later)


def _to_returned(later: _Later) -> None:
    _to_resolved(later)
    clerk = later.claimed(DossierStep.Kind.RETURN)
    name = later.walk.applicant.full_name
    later.after(120, lambda: processing.return_result(later.dossier.pk, clerk, received_by=name))


def _to_refused(later: _Later) -> None:
    clerk = later.claimed(DossierStep.Kind.INTAKE)
    later.after(
        90,
        lambda: intake.refuse(
            later.dossier.pk,
            clerk,
            reason="Nơi cư trú của người nộp thuộc xã khác, hồ sơ không thuộc thẩm quyền.",
            basis="Khoản 1 Điều 35 Luật Hộ tịch 60/2014/QH13",
        ),
    )


def _to_intake_supplement(later: _Later) -> None:
    clerk = later.claimed(DossierStep.Kind.INTAKE)
    later.after(
        100,
        lambda: intake.ask_at_intake(
            later.dossier.pk,
            clerk,
            reason="Ảnh chụp giấy tờ bị mờ, chưa đọc được số và ngày cấp.",
            pointers=[],
            component_ids=_papers(later.dossier),
            due_on=clock.today() + timedelta(days=15),
        ),
    )


def _to_supplement(later: _Later) -> None:
    _to_processing(later)
    officer = later.claimed(DossierStep.Kind.PROCESS)
    later.after(
        60,
        lambda: supplements.propose(
            later.dossier.pk,
            officer,
            reason="Giấy tờ tải lên thiếu trang có dấu xác nhận.",
            pointers=[],
            component_ids=_papers(later.dossier),
            due_on=clock.today() + timedelta(days=15),
        ),
    )
    head = later.claimed(DossierStep.Kind.APPROVAL)
    later.after(60, lambda: supplements.approve(later.dossier.pk, head))


def _papers(dossier: Dossier) -> list[int]:
    """The first paper that was attached, if any."""
    return list(dossier.attachments.values_list("component_id", flat=True)[:1])


def _to_withdrawn(later: _Later) -> None:
    later.after(
        60,
        lambda: closing.ask_withdrawal(
            later.dossier.pk, later.walk.applicant, reason="Gia đình đã nộp tại xã khác."
        ),
    )
    clerk = later.claimed(DossierStep.Kind.WITHDRAWAL)
    later.after(60, lambda: closing.confirm_withdrawal(later.dossier.pk, clerk))


ROUTES: dict[str, Callable[[_Later], None]] = {
    State.SUBMITTED: _to_submitted,
    State.PROCESSING: _to_processing,
    State.RESOLVED: _to_resolved,
    State.RETURNED: _to_returned,
    State.REFUSED: _to_refused,
    State.INTAKE_SUPPLEMENT: _to_intake_supplement,
    State.SUPPLEMENT: _to_supplement,
    State.WITHDRAWN: _to_withdrawn,
}
