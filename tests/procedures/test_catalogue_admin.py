"""The catalogue in the admin: published versions are read, doubts are said."""

import pytest
from django.test import Client
from django.urls import reverse

from procedures.models import ProcedureVersion, Process
from tests.cast import Cast


def url(page: str, *args: object) -> str:
    """The address of an admin page of this room."""
    return reverse(f"admin:procedures_{page}", args=args)


@pytest.fixture
def lap(client: Client, cast: Cast) -> Client:
    """A browser in which Lập, who keeps the procedures, is signed in."""
    client.force_login(cast.thutuc.user)
    return client


def published(code: str) -> ProcedureVersion:
    return ProcedureVersion.objects.published().get(procedure__code=code)


def test_lap_filters_what_is_not_verified(lap: Client) -> None:
    page = lap.get(url("procedureversion_changelist"), {"is_verified__exact": "0"})
    assert page.context["cl"].result_count == 21
    assert page.content.decode().count("⚠ chưa kiểm chứng") == 21


def test_lap_sees_an_unconfirmed_time_and_fee_as_such(lap: Client) -> None:
    version = published("2.001428")
    page = lap.get(url("procedureversion_change", version.pk)).content.decode()
    assert page.count("⚠ CHƯA XÁC NHẬN") == 2
    sure = lap.get(url("procedureversion_change", published("1.001193").pk)).content.decode()
    assert "CHƯA XÁC NHẬN" not in sure


def test_lap_cannot_change_a_published_version(lap: Client) -> None:
    version = published("1.001193")
    response = lap.post(url("procedureversion_change", version.pk), {"name": "Khác"})
    assert response.status_code == 403
    assert lap.post(url("procedureversion_delete", version.pk), {"post": "yes"}).status_code == 403
    version.refresh_from_db()
    assert version.name == "Đăng ký khai sinh"


def test_lap_cannot_change_a_process_of_the_catalogue(lap: Client) -> None:
    process = Process.objects.get(procedure__code="1.001193")
    response = lap.post(url("process_change", process.pk), {"case": "khac"})
    assert response.status_code == 403
    assert process.steps.count() == 4


def test_lap_enters_a_process_of_her_own(lap: Client) -> None:
    procedure = published("1.001193").procedure
    step = "steps-0-"
    values = {
        "procedure": procedure.pk,
        "case": "mac_dinh",
        "valid_from": "01/12/2026",
        "source": "",
        "unverified": "",
        "note": "",
        "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 0,
        f"{step}order": 1,
        f"{step}name": "Một bước",
        f"{step}role": "officer",
        f"{step}minutes": 480,
        f"{step}agency_kind": "",
    }
    response = lap.post(url("process_add"), values)
    assert response.status_code == 302
    own = Process.objects.get(procedure=procedure, number=2)
    assert [row.name for row in own.steps.all()] == ["Một bước"]
