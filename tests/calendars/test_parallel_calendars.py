"""Two calendars asked at once, while one of them changes."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from django.db import connections

from portal.calendars.models import Calendar, OfficeHours
from portal.calendars.services import calendar_for
from tests.calendars.test_calendar_rows import own_calendar
from tests.calendars.times import deadline
from tests.cast import Cast


@pytest.fixture
def committed_calendars(committed: Cast) -> Iterator[None]:
    """Calendars that other threads see; the agency's own ones are gone afterwards."""
    yield
    Calendar.objects.exclude(agency_code=None).delete()


def test_two_calendars_in_parallel_threads_do_not_mix(committed_calendars: None) -> None:
    own = own_calendar("xa-1", weekend=[6])
    OfficeHours.objects.create(calendar=own, intervals=[["08:00", "12:00"]])
    expected = {None: "2022-10-24T17:00:00+07:00", "xa-1": "2022-10-22T12:00:00+07:00"}
    found = {None: set(), "xa-1": set()}
    start = Barrier(4)

    def ask(agency: str | None) -> None:
        start.wait()
        for turn in range(40):
            if turn % 10 == 0:  # keep the snapshot changing under the others
                own.save()
            due = deadline(calendar_for(agency), "2022-10-17 09:00", 5, "working_day").due_at
            found[agency].add(due.isoformat())
        connections.close_all()

    threads = [Thread(target=ask, args=(agency,)) for agency in (None, "xa-1") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {agency: {due} for agency, due in expected.items()}
