"""The catalogue in the admin: published versions are read, doubts are said."""

from collections.abc import Callable

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


def steps_typed(*steps: tuple[int, str, str], **changes: object) -> dict[str, object]:
    """What Lập types for a new process of birth registration."""
    values: dict[str, object] = {
        "procedure": published("1.001193").procedure_id,
        "case": "mac_dinh",
        "valid_from": "01/12/2026",
        "source": "",
        "unverified": "",
        "note": "",
        "steps-TOTAL_FORMS": len(steps),
        "steps-INITIAL_FORMS": 0,
    }
    for place, (order, name, role) in enumerate(steps):
        row = {"order": order, "name": name, "role": role, "minutes": 60, "agency_kind": ""}
        values |= {f"steps-{place}-{field}": value for field, value in row.items()}
    return values | changes


DRAFT_STEP = (1, "Dự thảo", "officer")
SIGN_STEP = (2, "Ký duyệt", "agency_head")
ISSUE_STEP = (3, "Vào sổ", "records_clerk")


def test_lap_enters_a_process_of_her_own(lap: Client) -> None:
    values = steps_typed(DRAFT_STEP, SIGN_STEP, ISSUE_STEP)
    assert lap.post(url("process_add"), values).status_code == 302
    own = Process.objects.get(procedure__code="1.001193", number=2)
    assert [row.name for row in own.steps.all()] == ["Dự thảo", "Ký duyệt", "Vào sổ"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (steps_typed, "chưa có bước nào của lãnh đạo cơ quan"),
        (lambda: steps_typed(DRAFT_STEP, ISSUE_STEP), "chưa có bước nào của lãnh đạo cơ quan"),
        (lambda: steps_typed(DRAFT_STEP, SIGN_STEP), "Bước ký “Ký duyệt” đang là bước cuối"),
        (
            lambda: steps_typed((2, "Đối chiếu", "officer"), SIGN_STEP, ISSUE_STEP),
            "Bước “Đối chiếu” trùng thứ tự với bước ký “Ký duyệt”",
        ),
    ],
)
def test_lap_is_told_which_step_nobody_could_get_past(
    lap: Client, values: Callable[[], dict[str, object]], said: str
) -> None:
    page = lap.post(url("process_add"), values())
    assert page.status_code == 200
    assert said in page.content.decode()
    assert Process.objects.filter(procedure__code="1.001193").count() == 1


def test_lap_cannot_take_the_signature_out_of_her_process(lap: Client) -> None:
    lap.post(url("process_add"), steps_typed(DRAFT_STEP, SIGN_STEP, ISSUE_STEP))
    own = Process.objects.get(procedure__code="1.001193", number=2)
    changes: dict[str, object] = {"steps-INITIAL_FORMS": 3, "steps-1-DELETE": "on"}
    for place, step in enumerate(own.steps.all()):
        changes |= {f"steps-{place}-id": step.pk, f"steps-{place}-process": own.pk}
    stamp = lap.get(url("process_change", own.pk)).context["row_stamp"]
    values = steps_typed(DRAFT_STEP, SIGN_STEP, ISSUE_STEP, row_stamp=stamp, **changes)
    page = lap.post(url("process_change", own.pk), values)
    assert page.status_code == 200
    assert "chưa có bước nào của lãnh đạo cơ quan" in page.content.decode()
    assert own.steps.count() == 3


def test_lap_reads_a_published_version_in_words(lap: Client) -> None:
    page = lap.get(url("procedureversion_change", published("1.001193").pk)).content.decode()
    words = ("người dân", "nộp trực tuyến", "Trường hợp thông thường", "Ủy ban nhân dân cấp xã")
    assert [word for word in words if word not in page] == []
    keys = (">cong_dan", ">truc_tuyen", "mac_dinh", "ubnd_xa", "service_level_for")
    assert [key for key in keys if key in page] == []


def test_lap_reads_a_process_of_the_catalogue_in_words(lap: Client) -> None:
    process = Process.objects.get(steps__agency_kind="trung_tam_hcc")
    page = lap.get(url("process_change", process.pk)).content.decode()
    words = ("Trường hợp thông thường", "Lãnh đạo cơ quan", "Trung tâm Phục vụ hành chính công")
    assert [word for word in words if word not in page] == []
    assert "agency_head" not in page
    assert "trung_tam_hcc" not in page
    listed = lap.get(url("process_changelist"), {"q": "1.001193"}).content.decode()
    assert "Đăng ký khai sinh" in listed
    assert "mac_dinh" not in listed


def test_lap_chooses_the_role_of_a_step_from_those_who_work_on_dossiers(lap: Client) -> None:
    page = lap.get(url("process_add"))
    step = page.context["inline_admin_formsets"][0].formset.empty_form
    assert step.fields["role"].choices == [
        ("", "---------"),
        ("reception_clerk", "Cán bộ một cửa"),
        ("officer", "Công chức chuyên môn"),
        ("department_head", "Lãnh đạo phòng"),
        ("agency_head", "Lãnh đạo cơ quan"),
        ("records_clerk", "Văn thư"),
    ]
    assert ("so_y_te", "Sở Y tế") in step.fields["agency_kind"].choices


def test_lap_cannot_give_a_step_to_a_role_that_does_not_exist(lap: Client) -> None:
    page = lap.post(url("process_add"), steps_typed(DRAFT_STEP, (2, "Ký", "giam_doc"), ISSUE_STEP))
    assert page.status_code == 200
    assert "role" in page.context["inline_admin_formsets"][0].formset.forms[1].errors
    assert Process.objects.filter(procedure__code="1.001193").count() == 1


def test_lap_ticks_whom_a_draft_is_for_and_how_it_may_be_sent(lap: Client) -> None:
    form = lap.get(url("procedureversion_add")).context["adminform"].form
    assert form.fields["audience"].choices == [
        ("cong_dan", "người dân"),
        ("doanh_nghiep", "doanh nghiệp, hộ kinh doanh"),
    ]
    assert form.fields["audience"].clean(["doanh_nghiep"]) == ["doanh_nghiep"]
    assert form.fields["channels"].label == "Cách nộp"
