"""Every date between acceptance and the promise is explained to An in a few words."""

import itertools

from portal.calendars.deadlines import Deadline
from portal.calendars.working_days import WorkingCalendar
from tests.calendars.times import day, deadline


def told(found: Deadline) -> list[tuple[str, bool, str]]:
    return [(line.date.isoformat(), line.counted, line.reason) for line in found.explanation]


def test_working_days_say_what_was_skipped_and_why(provincial: WorkingCalendar) -> None:
    found = deadline(
        provincial,
        "2026-08-21 09:00",
        3,
        "working_day",
        pauses=[("2026-08-25 10:00", "2026-08-25 11:00")],
    )
    assert told(found) == [
        ("2026-08-21", False, "Ngày tiếp nhận, không tính"),
        ("2026-08-22", True, "Ngày làm việc thứ 1 (làm bù)"),
        ("2026-08-23", False, "Chủ nhật"),
        ("2026-08-24", True, "Ngày làm việc thứ 2"),
        ("2026-08-25", False, "Tạm dừng"),
        ("2026-08-26", True, "Ngày làm việc thứ 3"),
    ]


def test_a_holiday_is_named_in_vietnamese(provincial: WorkingCalendar) -> None:
    found = deadline(provincial, "2022-09-01 09:00", 1, "working_day")
    assert told(found)[1:] == [
        ("2022-09-02", False, "Ngày nghỉ: Quốc khánh"),
        ("2022-09-03", False, "Thứ Bảy"),
        ("2022-09-04", False, "Chủ nhật"),
        ("2022-09-05", True, "Ngày làm việc thứ 1"),
    ]


def test_calendar_days_show_the_roll(provincial: WorkingCalendar) -> None:
    found = deadline(provincial, "2022-10-20 09:00", 2, "calendar_day")
    assert told(found) == [
        ("2022-10-20", False, "Ngày tiếp nhận, không tính"),
        ("2022-10-21", True, "Ngày thứ 1"),
        ("2022-10-22", True, "Ngày thứ 2 (Thứ Bảy)"),
        ("2022-10-23", False, "Chủ nhật"),
        ("2022-10-24", False, "Ngày làm việc đầu tiên sau ngày nghỉ"),
    ]


def test_hours_are_told_day_by_day(provincial: WorkingCalendar) -> None:
    found = deadline(
        provincial,
        "2022-10-21 17:30",
        10,
        "working_hour",
        pauses=[("2022-10-24 08:30", "2022-10-25 13:30")],
    )
    assert told(found) == [
        ("2022-10-21", False, "Tiếp nhận sau giờ làm việc"),
        ("2022-10-22", False, "Thứ Bảy"),
        ("2022-10-23", False, "Chủ nhật"),
        ("2022-10-24", True, "Tính 1 giờ 30 phút, có lúc tạm dừng"),
        ("2022-10-25", True, "Tính 3 giờ 30 phút, có lúc tạm dừng"),
        ("2022-10-26", True, "Tính 5 giờ"),
    ]


def test_the_cutoff_is_told(provincial: WorkingCalendar) -> None:
    found = deadline(provincial, "2026-11-23 15:20", None, "same_day", "15:00")
    assert told(found) == [
        ("2026-11-23", False, "Tiếp nhận từ 15:00 trở đi, chuyển sang ngày làm việc kế tiếp"),
        ("2026-11-24", False, "Ngày nghỉ: Ngày Văn hóa Việt Nam"),
        ("2026-11-25", True, "Trả kết quả trong ngày"),
    ]


def test_no_date_is_missing_and_none_told_twice(provincial: WorkingCalendar) -> None:
    found = deadline(provincial, "2023-01-10 09:00", 20, "working_day")
    dates = [line.date for line in found.explanation]
    assert dates[0] == day("2023-01-10")
    assert all((later - earlier).days == 1 for earlier, later in itertools.pairwise(dates))
    assert dates[-1] == found.due_at.date()
    assert sum(line.counted for line in found.explanation) == 20
