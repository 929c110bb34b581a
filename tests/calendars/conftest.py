"""The provincial calendar as the project's own catalogue states it."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.calendars.holidays_file import read_holidays
from portal.calendars.working_days import WorkingCalendar

CATALOGUE = Path(__file__).parents[2] / "procedures" / "data" / "catalogue" / "holidays.json"


@pytest.fixture
def holidays_data() -> dict[str, Any]:
    """The parsed `holidays.json`, a fresh copy for each test to break."""
    data: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="session")
def provincial() -> WorkingCalendar:
    """The working calendar of the province, unverified rows included."""
    return read_holidays(json.loads(CATALOGUE.read_text(encoding="utf-8"))).calendar()
