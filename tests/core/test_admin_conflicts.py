"""Two administrators at one form: the second overwrites nothing unseen and loses no word."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import AgencyKind, Posting, Role
from portal.calendars.models import DayOff
from portal.reports.demo.cast import province_office
from procedures.models import Process
from tests.cast import Cast
from tests.journeys.browsing import form_on, press, words_of


@pytest.fixture
def day(cast: Cast) -> DayOff:
    """A day off of the provincial calendar."""
    found: DayOff = DayOff.objects.order_by("pk")[0]
    return found


def opened(client: Client, person: Any, row: Any) -> Any:
    """The admin form of a row, as the person opens it."""
    client.force_login(person.user)
    meta = row._meta
    page: Any = client.get(
        reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    )
    assert page.status_code == 200
    return page


def admins(cast: Cast) -> tuple[Any, Any]:
    """Two who serve both as system administrator and as procedure administrator."""
    for person in (cast.hoa, cast.thutuc):
        for role in (Role.SYSTEM_ADMIN, Role.PROCEDURE_ADMIN):
            Posting.objects.get_or_create(
                user=person.user, agency=province_office(), role=role, valid_from=date(2022, 1, 1)
            )
    return cast.hoa, cast.thutuc


def test_the_second_save_is_a_conflict_that_names_the_first(cast: Cast, day: DayOff) -> None:
    hoa, lap = admins(cast)
    one, two = Client(), Client()
    page, other = opened(one, hoa, day), opened(two, lap, day)
    assert press(one, page, name="Nghỉ lễ (Hoa sửa)").status_code == 302
    answer = press(two, other, name="Nghỉ lễ (Lập sửa)")
    assert answer.status_code == 409
    words = words_of(answer)
    assert hoa.user.full_name in words
    assert "Nghỉ lễ (Lập sửa)" in words
    day.refresh_from_db()
    assert day.name == "Nghỉ lễ (Hoa sửa)"

    assert press(two, answer).status_code == 302  # Lập has looked and saves his words anyway
    day.refresh_from_db()
    assert day.name == "Nghỉ lễ (Lập sửa)"


def test_a_save_on_the_newest_row_is_no_conflict(cast: Cast, day: DayOff) -> None:
    hoa, _lap = admins(cast)
    client = Client()
    for name in ("Một", "Hai"):
        assert press(client, opened(client, hoa, day), name=name).status_code == 302
    day.refresh_from_db()
    assert day.name == "Hai"


def test_a_list_with_long_filters_is_where_the_save_leads_back_to(cast: Cast, day: DayOff) -> None:
    hoa, _lap = admins(cast)
    client = Client()
    where = opened(client, hoa, day).wsgi_request.path
    page: Any = client.get(where, {"_changelist_filters": f"q={'x' * 600}"})
    once, again = (press(client, page, name="Ba") for _press in range(2))
    assert (once.status_code, again.status_code) == (302, 302)
    assert once.headers["Location"] == again.headers["Location"]
    assert once.headers["Location"].endswith(f"q={'x' * 600}")


def test_a_step_changed_by_another_is_a_conflict_of_the_process(cast: Cast) -> None:
    _hoa, lap = admins(cast)
    process = Process.objects.order_by("pk")[0]
    Process.objects.filter(pk=process.pk).update(content_hash="")
    process.refresh_from_db()
    client = Client()
    page = opened(client, lap, process)
    step = process.steps.order_by("pk")[0]
    process.steps.filter(pk=step.pk).update(name="Đã đổi tên")
    answer = press(client, page)
    assert answer.status_code == 409
    assert process.steps.get(pk=step.pk).name == "Đã đổi tên"


def test_a_double_click_adds_one_row(cast: Cast) -> None:
    hoa, _lap = admins(cast)
    client = Client()
    client.force_login(hoa.user)
    address = reverse("admin:accounts_agencykind_add")
    typed = form_on(client.get(address)) | {"key": "kiem_thu", "name": "Kiểm thử"}
    before = AgencyKind.objects.count()
    answers = [client.post(address, typed) for _each in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert AgencyKind.objects.count() == before + 1
