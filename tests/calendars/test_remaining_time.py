"""An reads how much time is left."""

import pytest

from portal.calendars.remaining import remaining_in_words
from portal.calendars.working_days import WorkingCalendar
from tests.calendars.times import at


@pytest.mark.parametrize(
    ("now", "due", "tone", "words"),
    [
        ("2022-10-18 08:00", "2022-10-24 17:00", "ok", "Còn 4 ngày làm việc"),
        ("2026-11-23 08:00", "2026-11-25 17:00", "ok", "Còn 1 ngày làm việc"),  # 24 is off
        ("2022-10-22 08:00", "2022-10-24 17:00", "ok", "Còn 1 ngày làm việc"),
        ("2022-10-21 08:00", "2022-10-22 17:00", "ok", "Còn 1 ngày làm việc"),  # made off later
        ("2022-10-24 13:59", "2022-10-24 17:00", "warn", "Hôm nay, còn 3 giờ"),
        ("2022-10-24 16:15", "2022-10-24 17:00", "warn", "Hôm nay, còn 45 phút"),
        ("2022-10-24 17:00", "2022-10-24 17:00", "warn", "Hôm nay, còn 1 phút"),
        ("2022-10-24 19:30", "2022-10-24 17:00", "bad", "Quá hạn 2 giờ"),
        ("2022-10-25 07:00", "2022-10-24 17:00", "bad", "Quá hạn 1 ngày"),
        ("2022-10-22 07:00", "2022-10-21 17:00", "bad", "Quá hạn 1 ngày"),
        ("2022-10-25 07:00", "2022-10-21 17:00", "bad", "Quá hạn 2 ngày"),
    ],
)
def test_the_words_fit_the_time_left(
    provincial: WorkingCalendar, now: str, due: str, tone: str, words: str
) -> None:
    assert remaining_in_words(at(now), at(due), False, provincial) == (tone, words)


def test_a_paused_clock_says_so_even_when_late(provincial: WorkingCalendar) -> None:
    found = remaining_in_words(at("2022-10-25 07:00"), at("2022-10-21 17:00"), True, provincial)
    assert found == ("paused", "Tạm dừng")
