"""Through the agency, step by step: the steps are rows, the signature is the head's."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed

from dossiers.models import Dossier, Result
from dossiers.services import processing
from dossiers.workflow import State
from portal.accounts.models import Posting, Role
from portal.core import clock
from portal.core.refusals import NotNow
from procedures.models import Process, ProcessingTime, ProcessStep
from tests.cast import Cast, picture, version_of

NAME = "extract-copy"
SEVEN = [
    (1, "Tiếp nhận", Role.RECEPTION_CLERK),
    (2, "Phân công", Role.DEPARTMENT_HEAD),
    (3, "Thẩm định", Role.OFFICER),
    (3, "Đối chiếu sổ gốc", Role.RECORDS_CLERK),
    (4, "Kiểm tra", Role.DEPARTMENT_HEAD),
    (5, "Ký", Role.AGENCY_HEAD),
    (6, "Vào sổ", Role.RECORDS_CLERK),
]
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=clock.ZONE)


def seven_steps() -> Process:
    """A new process of the procedure, in force from today, made while the portal runs."""
    process = Process.objects.create(
        procedure=version_of(NAME).procedure, number=2, valid_from=clock.today()
    )
    for order, name, role in SEVEN:
        ProcessStep.objects.create(process=process, order=order, name=name, role=role, minutes=60)
    return process


def waiting(dossier: Dossier) -> list[str]:
    """What the dossier waits for."""
    return list(dossier.steps.open().order_by("pk").values_list("name", flat=True))


def signed(cast: Cast) -> Dossier:
    """An's dossier, signed by Giang, waiting to be issued."""
    return cast.walks(cast.chi.receives(cast.an.submits(NAME)))


def test_a_dossier_walks_a_new_process_of_seven_steps_two_of_them_side_by_side(cast: Cast) -> None:
    process = seven_steps()
    dossier = cast.chi.receives(cast.an.submits(NAME))
    assert dossier.process == process
    assert waiting(dossier) == ["Tiếp nhận"]
    cast.chi.forwards(dossier)
    assert waiting(dossier) == ["Phân công"]
    cast.phuong.forwards(dossier)
    assert waiting(dossier) == ["Thẩm định", "Đối chiếu sổ gốc"]
    cast.van.forwards(dossier)
    assert waiting(dossier) == ["Thẩm định"]
    cast.dung.forwards(dossier)
    assert waiting(dossier) == ["Kiểm tra"]
    cast.phuong.forwards(dossier)
    cast.giang.forwards(dossier)
    assert waiting(dossier) == ["Vào sổ"]
    cast.van.resolves(dossier)
    assert waiting(dossier) == ["Trả kết quả"]
    cast.chi.returns(dossier)
    assert waiting(dossier) == []
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED
    done = dossier.events.filter(kind__in=["forward", "resolve"])
    assert list(done.values_list("step_name", flat=True)) == [
        "Tiếp nhận",
        "Phân công",
        "Đối chiếu sổ gốc",
        "Thẩm định",
        "Kiểm tra",
        "Ký",
        "Vào sổ",
    ]


def test_a_dossier_already_received_keeps_the_process_it_began_with(cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits(NAME))
    began_with = dossier.process
    seven_steps()
    cast.chi.forwards(dossier)
    dossier.refresh_from_db()
    assert dossier.process == began_with
    assert waiting(dossier) == ["Thẩm định, tra cứu dữ liệu, dự thảo kết quả"]


def test_chi_sends_a_signed_dossier_back_and_the_signature_is_void(cast: Cast) -> None:
    dossier = signed(cast)
    due_at = dossier.due_at
    cast.chi.claims(dossier)
    processing.send_back(dossier.pk, cast.chi.user, order=2, reason="Sai ngày sinh.")
    dossier.refresh_from_db()
    assert dossier.signed_at is None
    assert dossier.due_at == due_at
    assert waiting(dossier) == ["Thẩm định, tra cứu dữ liệu, dự thảo kết quả"]
    event = dossier.events.get(kind="send_back")
    assert (event.actor, event.reason) == (cast.chi.user, "Sai ngày sinh.")
    cast.dung.forwards(dossier)
    cast.giang.forwards(dossier)
    cast.chi.resolves(dossier)
    assert Result.objects.get(dossier=dossier).signed_by == cast.giang.user


def test_dung_can_send_back_only_to_a_step_already_passed(cast: Cast) -> None:
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits(NAME)))
    cast.dung.claims(dossier)
    for order in (2, 3, 99):
        with pytest.raises(NotNow):
            processing.send_back(dossier.pk, cast.dung.user, order=order, reason="Trả lại.")
    assert waiting(dossier) == ["Thẩm định, tra cứu dữ liệu, dự thảo kết quả"]
    assert not dossier.events.filter(kind="send_back").exists()


def test_dung_cannot_sign_what_he_drafted_though_he_stands_in_for_the_head(cast: Cast) -> None:
    Posting.objects.create(
        user=cast.dung.user,
        agency=cast.dung.current_postings[0].agency,
        role=Role.AGENCY_HEAD,
        valid_from=clock.today(),
    )
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits(NAME)))
    cast.dung.forwards(dossier)
    with pytest.raises(PermissionDenied):
        cast.dung.forwards(dossier)
    dossier.refresh_from_db()
    assert dossier.signed_at is None
    assert waiting(dossier) == ["Ký duyệt"]
    assert dossier.events.filter(kind="forward").count() == 2


def test_no_result_goes_out_without_a_signature(cast: Cast) -> None:
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits(NAME)))
    cast.dung.claims(dossier)
    with pytest.raises(TransitionNotAllowed):
        processing.resolve(dossier.pk, cast.dung.user, picture("kết quả.png"))
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert not Result.objects.exists()
    assert not dossier.events.filter(kind="resolve").exists()


def test_the_last_step_cannot_be_handed_over_only_issued(cast: Cast) -> None:
    dossier = signed(cast)
    with pytest.raises(NotNow, match="phát hành kết quả"):
        cast.chi.forwards(dossier)
    assert waiting(dossier) == ["Vào sổ, ký số, số hóa, chuyển trả kết quả"]


def test_results_of_an_agency_are_numbered_one_after_the_other(cast: Cast) -> None:
    for _each in range(2):
        dossier = signed(cast)
        cast.issuer(dossier).resolves(dossier)
    year = clock.today().year
    numbers = list(Result.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [f"0001/KQ-{year}", f"0002/KQ-{year}"]


@pytest.mark.parametrize(
    ("unit", "amount", "issued", "punctuality"),
    [
        # One working day from Monday 09:00 is due on Tuesday 17:00: dates decide.
        ("working_day", 1, (30, 16, 59, 0), "early"),
        ("working_day", 1, (1, 17, 30, 0), "on_time"),
        ("working_day", 1, (1, 7, 0, 0), "on_time"),
        ("working_day", 1, (2, 0, 0, 30), "late"),
        # Four working hours from Monday 09:00 are due at 15:00: minutes decide.
        ("working_hour", 4, (30, 14, 59, 30), "early"),
        ("working_hour", 4, (30, 15, 0, 40), "on_time"),
        ("working_hour", 4, (30, 15, 1, 10), "late"),
    ],
)
def test_how_timely_a_result_was_is_frozen_when_it_is_issued(
    cast: Cast, unit: str, amount: int, issued: tuple[int, int, int, int], punctuality: str
) -> None:
    ProcessingTime.objects.filter(version=version_of(NAME)).update(
        unit=unit, amount=amount, cutoff=None
    )
    day, hour, minute, second = issued
    at = MONDAY.replace(month=11 if day == 30 else 12, day=day, hour=hour)
    with clock.shifted_to(MONDAY):
        dossier = signed(cast)
    with clock.shifted_to(at.replace(minute=minute, second=second)):
        cast.issuer(dossier).resolves(dossier)
    dossier.refresh_from_db()
    assert dossier.punctuality == punctuality
    with clock.shifted_to(MONDAY.replace(year=2027)):
        cast.chi.returns(dossier)
    dossier.refresh_from_db()
    assert dossier.punctuality == punctuality
