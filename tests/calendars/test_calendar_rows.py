"""Hoa keeps the calendars; every process sees her edits at once."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from portal.calendars.models import Calendar, CalendarStamp, DayOff, MakeUpDay, OfficeHours
from portal.calendars.services import calendar_for, load_holidays
from portal.calendars.snapshot import CalendarNotLoaded
from portal.calendars.working_days import WorkingCalendar
from portal.core.catalogue import CatalogueError
from tests.calendars.times import day, deadline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_calendar_yet(db: None) -> None:
    """Each test brings the calendars it speaks of."""
    Calendar.objects.all().delete()


def own_calendar(code: str = "xa-1", **values: Any) -> Calendar:
    """A calendar of its own for one agency."""
    return Calendar.objects.create(code=code, name=code, agency_code=code, **values)


def test_the_loaded_calendar_is_the_file(
    holidays_data: dict[str, Any], provincial: WorkingCalendar
) -> None:
    assert load_holidays(holidays_data) == {
        "days_off": 103,
        "make_up_days": 4,
        "created": 108,
        "changed": 1,
        "kept": 0,
    }
    loaded = calendar_for(None)
    assert dict(loaded.days_off) == dict(provincial.days_off)
    assert (loaded.make_up, loaded.weekend) == (provincial.make_up, provincial.weekend)
    assert loaded.hours_on(day("2026-11-23")) == provincial.office_hours
    assert deadline(loaded, "2026-08-28 09:00", 3, "working_day") == deadline(
        provincial, "2026-08-28 09:00", 3, "working_day"
    )
    assert DayOff.objects.unverified().count() == 18
    assert MakeUpDay.objects.unverified().get().date == day("2026-01-10")


def test_loading_twice_changes_nothing(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    stamp = CalendarStamp.objects.current()
    counts = load_holidays(holidays_data)
    assert (counts["created"], counts["changed"]) == (0, 0)
    assert CalendarStamp.objects.current() == stamp


def test_a_corrected_file_corrects_but_leaves_what_hoa_edited(
    holidays_data: dict[str, Any],
) -> None:
    load_holidays(holidays_data)
    DayOff.objects.filter(date=day("2027-02-04")).update(is_cancelled=True, is_edited_by_hand=True)
    for row in holidays_data["holidays"]:
        if row["date"] in ("2027-02-04", "2027-02-05"):
            row["verified"] = True
    counts = load_holidays(holidays_data)
    assert (counts["created"], counts["changed"], counts["kept"]) == (0, 1, 1)
    assert DayOff.objects.get(date=day("2027-02-05")).is_verified is True
    assert DayOff.objects.get(date=day("2027-02-04")).is_verified is False
    assert calendar_for(None).is_working(day("2027-02-04"))


def test_a_broken_file_leaves_the_calendar_as_it_was(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    stamp = CalendarStamp.objects.current()
    holidays_data["holidays"][0]["name"] = "Khác"
    holidays_data["working_weekends"][0]["verified"] = None
    with pytest.raises(CatalogueError):
        load_holidays(holidays_data)
    assert CalendarStamp.objects.current() == stamp
    assert DayOff.objects.get(date=day("2021-01-01")).name == "Tết Dương lịch"


def test_without_a_calendar_nothing_is_guessed() -> None:
    with pytest.raises(CalendarNotLoaded):
        calendar_for(None)


def test_an_agency_differs_only_where_it_says_so(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    own = own_calendar()
    DayOff.objects.create(calendar=own, date=day("2026-11-25"), name="Mất điện", kind="dong_cua")
    DayOff.objects.create(calendar=own, date=day("2026-08-22"), name="Sửa nhà", kind="dong_cua")
    MakeUpDay.objects.create(calendar=own, date=day("2026-11-24"))
    OfficeHours.objects.create(
        calendar=own,
        valid_from=day("2026-11-01"),
        intervals=[["07:30", "11:30"], ["13:30", "16:30"]],
    )
    calendar = calendar_for("xa-1")
    assert calendar.reason_off(day("2026-11-25")) == "Ngày nghỉ: Mất điện"
    assert calendar.reason_off(day("2026-08-22")) == "Ngày nghỉ: Sửa nhà"
    assert calendar.is_working(day("2026-11-24"))
    assert not calendar.is_working(day("2026-09-02"))
    assert f"{calendar.close_of(day('2026-11-23')):%H:%M}" == "16:30"
    assert f"{calendar.close_of(day('2026-10-23')):%H:%M}" == "17:00"
    assert not calendar_for(None).is_working(day("2026-11-24"))
    assert calendar_for("xa-2") is calendar_for(None)


def test_asking_again_costs_one_statement(
    holidays_data: dict[str, Any], django_assert_num_queries: Any
) -> None:
    load_holidays(holidays_data)
    calendar_for(None)
    with django_assert_num_queries(1):
        first = calendar_for(None)
    with django_assert_num_queries(1):
        assert calendar_for("xa-1") is first


def test_an_edit_by_any_means_is_seen_at_once(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    assert not calendar_for(None).is_working(day("2026-11-24"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calendars_dayoff SET is_cancelled = true WHERE date = '2026-11-24'")
    assert calendar_for(None).is_working(day("2026-11-24"))
    DayOff.objects.filter(date=day("2026-11-24")).update(is_cancelled=False)
    assert not calendar_for(None).is_working(day("2026-11-24"))


def test_an_edit_that_is_rolled_back_is_forgotten(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    for name in ("Một", "Hai"):
        with transaction.atomic():
            DayOff.objects.filter(date=day("2026-11-24")).update(name=name)
            assert calendar_for(None).days_off[day("2026-11-24")] == name
            transaction.set_rollback(True)
        assert calendar_for(None).days_off[day("2026-11-24")] == "Ngày Văn hóa Việt Nam"


def test_a_date_cannot_be_off_and_made_up(holidays_data: dict[str, Any]) -> None:
    load_holidays(holidays_data)
    calendar = Calendar.objects.get(agency_code=None)
    with pytest.raises(ValidationError) as refused:
        MakeUpDay(calendar=calendar, date=day("2026-11-24")).full_clean()
    assert refused.value.message_dict == {
        "date": ["Ngày này vừa nghỉ vừa làm bù; hãy bỏ một dòng."]
    }


@pytest.mark.parametrize("written", ["x", [["07:00"]], [["11:00", "07:00"]], [[7, 11]], []])
def test_senseless_office_hours_are_refused(holidays_data: dict[str, Any], written: object) -> None:
    load_holidays(holidays_data)
    calendar = Calendar.objects.get(agency_code=None)
    with pytest.raises(ValidationError) as refused:
        OfficeHours(calendar=calendar, valid_from=day("2027-01-01"), intervals=written).full_clean()
    assert list(refused.value.message_dict) == ["intervals"]
