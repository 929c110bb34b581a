"""A process somebody adds while the portal runs is walked from page to page to its end."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.workflow import State
from portal.accounts.models import Role
from portal.core import clock
from procedures.models import Process, ProcessStep
from tests.cast import Cast, Person, picture, version_of
from tests.journeys.browsing import download, words_of
from tests.journeys.working import buttons_on, make, take_on

NAME = "extract-copy"
STEPS = [
    (1, "Tiếp nhận", Role.RECEPTION_CLERK),
    (2, "Phân công", Role.DEPARTMENT_HEAD),
    (3, "Thẩm định", Role.OFFICER),
    (3, "Đối chiếu sổ gốc", Role.RECORDS_CLERK),
    (4, "Kiểm tra", Role.DEPARTMENT_HEAD),
    (5, "Ký", Role.AGENCY_HEAD),
    (6, "Vào sổ", Role.RECORDS_CLERK),
]


@pytest.fixture
def seven(cast: Cast) -> Process:
    """Seven steps, two of them side by side, in force from today."""
    process = Process.objects.create(
        procedure=version_of(NAME).procedure, number=2, valid_from=clock.today()
    )
    ProcessStep.objects.bulk_create(
        ProcessStep(process=process, order=order, name=name, role=role, minutes=60)
        for order, name, role in STEPS
    )
    return process


def open_steps(dossier: Dossier) -> list[str]:
    """What the dossier waits for now."""
    return list(dossier.steps.open().order_by("pk").values_list("name", flat=True))


def hands_over(client: Client, person: Person, dossier: Dossier) -> Any:
    """Take the work on and hand it over with a note."""
    take_on(client, person, dossier)
    return make(client, dossier, "forward", reason="Đã xem kỹ.")


def test_seven_steps_added_while_the_portal_runs_lead_to_the_result(
    client: Client, cast: Cast, seven: Process
) -> None:
    dossier = cast.an.submits(NAME)
    assert buttons_on(take_on(client, cast.chi, dossier)) == ["receive", "ask_at_intake", "refuse"]
    make(client, dossier, "receive")
    hands_over(client, cast.chi, dossier)
    assert open_steps(dossier) == ["Phân công"]
    hands_over(client, cast.phuong, dossier)
    assert open_steps(dossier) == ["Thẩm định", "Đối chiếu sổ gốc"]
    hands_over(client, cast.van, dossier)
    assert open_steps(dossier) == ["Thẩm định"]  # the other one is not hurried
    hands_over(client, cast.dung, dossier)
    assert open_steps(dossier) == ["Kiểm tra"]
    hands_over(client, cast.phuong, dossier)
    hands_over(client, cast.giang, dossier)
    page = take_on(client, cast.van, dossier)
    assert buttons_on(page) == ["resolve", "send_back"]
    make(client, dossier, "resolve", is_granted="1", file=picture("trích lục.png"))
    take_on(client, cast.chi, dossier)
    page = make(client, dossier, "return_result", received_by="Nguyễn Văn An")
    assert "Đã trả kết quả hồ sơ" in words_of(page)
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED
    assert dossier.result.signed_by == cast.giang.user
    assert dossier.result.received_by == "Nguyễn Văn An"
    client.force_login(cast.an.user)
    assert download(client, f"/ho-so/{dossier.code}/ket-qua")


def test_two_last_steps_side_by_side_end_with_the_slower_one(
    client: Client, cast: Cast, seven: Process
) -> None:
    ProcessStep.objects.create(
        process=seven, order=6, name="Đóng dấu", role=Role.RECEPTION_CLERK, minutes=30
    )
    dossier = cast.chi.receives(cast.an.submits(NAME))
    for person in (cast.chi, cast.phuong, cast.dung, cast.van, cast.phuong, cast.giang):
        hands_over(client, person, dossier)
    assert open_steps(dossier) == ["Vào sổ", "Đóng dấu"]
    assert buttons_on(take_on(client, cast.chi, dossier)) == ["forward", "send_back"]
    make(client, dossier, "forward")
    assert buttons_on(take_on(client, cast.van, dossier)) == ["resolve", "send_back"]
    make(client, dossier, "resolve", is_granted="0", file=picture("trả lời.png"))
    dossier.refresh_from_db()
    assert dossier.state == State.RESOLVED
    assert dossier.result.is_granted is False


def test_the_page_shows_where_the_dossier_stands(
    client: Client, cast: Cast, seven: Process
) -> None:
    dossier = cast.chi.receives(cast.an.submits(NAME))
    hands_over(client, cast.chi, dossier)
    hands_over(client, cast.phuong, dossier)
    take_on(client, cast.dung, dossier)
    way = make(client, dossier, "send_back", order="2", reason="Thiếu phân công.").context["way"]
    assert [step["state"] for step in way] == ["done", "now", *["todo"] * 5]
    client.force_login(cast.van.user)
    assert client.get(f"/can-bo/ho-so/{dossier.code}").status_code == 200  # was hers once
