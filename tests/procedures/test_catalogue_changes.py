"""A changed record is a new version; what was in force on a day stays the answer for it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.core import clock
from portal.reports.catalogue import load_catalogue
from procedures.loading.periods import effective_day
from procedures.models import FormVersion, Procedure, ProcedureVersion, Process, ProcessStep
from tests.cast import Cast
from tests.procedures.catalogue_files import CatalogueCopy, everything

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)


def versions(code: str = BIRTH) -> list[tuple[int, date, date | None]]:
    rows = ProcedureVersion.objects.filter(procedure__code=code).order_by("number")
    return list(rows.values_list("number", "valid_from", "valid_to"))


@pytest.fixture
def copy(tmp_path: Path) -> CatalogueCopy:
    return CatalogueCopy(tmp_path)


def test_a_changed_record_begins_today_and_ends_the_old_one_yesterday(
    copy: CatalogueCopy, cast: Cast
) -> None:
    draft = cast.an.drafts()
    copy.procedure(BIRTH, name="Đăng ký khai sinh cho trẻ em")
    with clock.shifted_to(MONDAY):
        loaded = load_catalogue(copy.folder)
    assert (loaded["procedures"].changed, loaded["procedures"].unchanged) == (1, 76)
    assert versions() == [
        (1, date(2022, 1, 1), date(2026, 11, 22)),
        (2, date(2026, 11, 23), None),
    ]
    new = ProcedureVersion.objects.get(procedure__code=BIRTH, number=2)
    assert new.components.count() == 7
    assert new.form == FormVersion.objects.get(procedure__code=BIRTH)
    draft.refresh_from_db()
    assert draft.procedure_version.number == 1


def test_on_each_day_exactly_one_version_is_in_force(copy: CatalogueCopy) -> None:
    copy.procedure(BIRTH, name="Đăng ký khai sinh cho trẻ em")
    with clock.shifted_to(MONDAY):
        load_catalogue(copy.folder)
    for day, number in ((date(2022, 1, 1), 1), (date(2026, 11, 22), 1), (date(2026, 11, 23), 2)):
        in_force = ProcedureVersion.objects.in_force(day).filter(procedure__code=BIRTH)
        assert [version.number for version in in_force] == [number]


def test_a_changed_record_loads_once(copy: CatalogueCopy) -> None:
    copy.procedure(BIRTH, name="Đăng ký khai sinh cho trẻ em")
    load_catalogue(copy.folder)
    before = everything()
    assert load_catalogue(copy.folder)["procedures"].changed == 0
    assert everything() == before


def test_a_second_change_on_one_day_begins_tomorrow(copy: CatalogueCopy) -> None:
    with clock.shifted_to(MONDAY):
        for name in ("Đăng ký khai sinh (1)", "Đăng ký khai sinh (2)"):
            copy.procedure(BIRTH, name=name)
            load_catalogue(copy.folder)
    assert versions()[1:] == [
        (2, date(2026, 11, 23), date(2026, 11, 23)),
        (3, date(2026, 11, 24), None),
    ]


def test_a_record_with_a_later_start_waits_for_it(copy: CatalogueCopy) -> None:
    copy.procedure(BIRTH, valid_from="2027-01-01")
    load_catalogue(copy.folder)
    assert versions() == [
        (1, date(2022, 1, 1), date(2026, 12, 31)),
        (2, date(2027, 1, 1), None),
    ]


def test_a_record_that_ended_ends_the_version_and_starts_none(copy: CatalogueCopy) -> None:
    copy.procedure(BIRTH, valid_to="2026-06-30")
    with clock.shifted_to(MONDAY):
        load_catalogue(copy.folder)
        assert load_catalogue(copy.folder)["procedures"].changed == 0
    assert versions() == [(1, date(2022, 1, 1), date(2026, 6, 30))]


def test_a_changed_form_is_a_new_form_and_a_new_version(copy: CatalogueCopy) -> None:
    def edit(data: Any) -> None:
        data["forms"][0]["schema"]["properties"]["ghi_chu"] = {"type": "string", "title": "Ghi chú"}

    copy.change("sample_forms.json", edit)
    loaded = load_catalogue(copy.folder)
    assert (loaded["forms"].changed, loaded["procedures"].changed) == (1, 1)
    old, new = FormVersion.objects.filter(procedure__code=BIRTH).order_by("number")
    assert "ghi_chu" not in old.schema["properties"]
    pinned = ProcedureVersion.objects.filter(procedure__code=BIRTH).order_by("number")
    assert [version.form for version in pinned] == [old, new]


def test_a_changed_process_ends_the_old_one(copy: CatalogueCopy) -> None:
    def edit(data: Any) -> None:
        data["processes"][0]["steps"][0]["name"] = "Nhận hồ sơ"

    copy.change("processes.json", edit)
    with clock.shifted_to(MONDAY):
        assert load_catalogue(copy.folder)["processes"].changed == 1
    old, new = Process.objects.filter(procedure__code=BIRTH).order_by("number")
    assert (old.valid_to, new.valid_from) == (date(2026, 11, 22), date(2026, 11, 23))
    assert new.steps.first().name == "Nhận hồ sơ"


def test_a_process_entered_by_hand_stays(copy: CatalogueCopy) -> None:
    procedure = Procedure.objects.get(code=BIRTH)
    own = Process.objects.create(procedure=procedure, number=2, valid_from=date(2026, 1, 1))
    ProcessStep.objects.create(process=own, order=1, name="Một bước", role="officer", minutes=480)
    load_catalogue(copy.folder)
    in_force = Process.objects.for_case(procedure.pk, "mac_dinh", date(2026, 11, 23))
    assert in_force.first() == own


def test_a_procedure_that_left_the_file_is_left_alone(copy: CatalogueCopy) -> None:
    def edit(data: Any) -> None:
        data["procedures"] = [row for row in data["procedures"] if row["code"] != "1.001432"]

    copy.change("procedures.json", edit)
    before = everything()
    load_catalogue(copy.folder)
    assert everything() == before


@pytest.mark.parametrize(
    ("stated", "last", "expected"),
    [
        ("2022-01-01", "2022-01-01", "2026-11-23"),
        ("2026-03-01", "2022-01-01", "2026-03-01"),
        ("2027-03-01", "2022-01-01", "2027-03-01"),
        ("2022-01-01", "2026-11-23", "2026-11-24"),
        ("2022-01-01", "2027-03-01", "2027-03-02"),
    ],
)
def test_when_a_change_takes_effect(stated: str, last: str, expected: str) -> None:
    days = (date.fromisoformat(stated), date.fromisoformat(last), MONDAY.date())
    assert effective_day(*days) == date.fromisoformat(expected)
