"""Each move on a page of its own: what it does, what it asks, and what was typed is never lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dossiers.models import Dossier, DossierStep
from dossiers.services import stepping, sweeping
from dossiers.workflow import State
from portal.core import clock
from tests.cast import Cast, Person
from tests.dossiers.states import WAYS
from tests.journeys.browsing import form_on, page_of, press, words_of
from tests.journeys.working import address, buttons_on, make, take_on
from tests.phones import sign_in

Kind = DossierStep.Kind
REASON = "Thiếu trang hai của giấy chứng sinh.\nXin chụp lại cả tờ."
# In which state who is offered what.
OFFERS = [
    (State.SUBMITTED, "chi", ["receive", "ask_at_intake", "refuse"]),
    (State.PROCESSING, "dung", ["forward", "propose_supplement", "send_back"]),
    (State.PROCESSING, "giang", ["stop"]),
    (State.STOPPED, "giang", ["resume"]),
    (State.WITHDRAWAL_ASKED, "chi", ["confirm_withdrawal"]),
    (State.RESOLVED, "chi", ["return_result"]),
]


@pytest.fixture
def sent(cast: Cast) -> Dossier:
    """An's dossier at the door, taken on by Chi."""
    dossier = cast.an.submits("birth-registration")
    cast.chi.claims(dossier, Kind.INTAKE)
    return dossier


@pytest.fixture
def reviewed(cast: Cast) -> Dossier:
    """An's dossier on Dũng's desk."""
    dossier = WAYS[State.PROCESSING](cast)
    cast.dung.claims(dossier)
    return dossier


def opened(client: Client, person: Person, dossier: Dossier, move: str) -> Any:
    """The page of a move as the person gets it."""
    client.force_login(person.user)
    return client.get(address(dossier, move))


def events_of(dossier: Dossier) -> list[str]:
    """Everything that happened to the dossier, in its order."""
    return list(dossier.events.values_list("kind", flat=True))


@pytest.mark.parametrize(("state", "who", "moves"), OFFERS)
def test_everybody_is_offered_their_own_moves_each_with_its_effect(
    client: Client, cast: Cast, state: str, who: str, moves: list[str]
) -> None:
    dossier = WAYS[state](cast)
    assert buttons_on(take_on(client, getattr(cast, who), dossier)) == moves
    for move in moves:
        page = client.get(address(dossier, move))
        assert page.status_code == 200
        assert str(page.context["effect"]) in words_of(page)
        assert form_on(page)["version"] == [str(Dossier.objects.get(pk=dossier.pk).version)]


def test_a_dangerous_move_is_outlined_red_and_ends_with_three_dots(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi.user)
    links = page_of(client.get(address(sent))).findall('.//main//div[@class="actions"]/a')
    styles = {str(a.text_content()): a.get("class") for a in links}
    assert styles == {
        "Tiếp nhận, hẹn ngày trả": "btn",
        "Yêu cầu bổ sung": "btn btn-2",
        "Từ chối tiếp nhận…": "btn btn-bad",
    }


def test_chi_cannot_refuse_without_a_reason_and_its_basis(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    before = events_of(sent)
    answer: Any = press(client, opened(client, cast.chi, sent, "refuse"), reason=REASON)
    assert answer.status_code == 422
    assert page_of(answer).findtext(".//title").strip().startswith("Lỗi:")
    assert "Ghi căn cứ pháp lý của việc từ chối." in words_of(answer)
    assert "Xin chụp lại cả tờ." in words_of(answer)
    sent.refresh_from_db()
    assert (sent.state, events_of(sent)) == (State.SUBMITTED, before)


def test_chi_must_say_what_is_missing(client: Client, cast: Cast, sent: Dossier) -> None:
    answer: Any = press(client, opened(client, cast.chi, sent, "ask_at_intake"), reason=REASON)
    assert answer.status_code == 422
    assert words_of(answer).count("Đánh dấu ít nhất một giấy tờ hoặc một ô cần sửa.") == 2
    links = page_of(answer).xpath('//div[@class="errors"]//a/@href')
    assert links == ["#id_components_0"]
    assert len(page_of(answer).xpath('//input[@id="id_components_0"]')) == 1
    assert not sent.supplement_requests.exists()


@pytest.mark.parametrize("day", ["31/12/2020", "mai", "", "2040-01-01"])
def test_the_last_day_to_answer_lies_ahead_and_not_too_far(
    client: Client, cast: Cast, sent: Dossier, day: str
) -> None:
    component = sent.attachments.values_list("component_id", flat=True)[0]
    page = opened(client, cast.chi, sent, "ask_at_intake")
    answer: Any = press(client, page, reason=REASON, components=[component], due_on=day)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"due_on"}
    assert not sent.supplement_requests.exists()


def test_the_day_offered_is_fifteen_days_away_and_worked(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    with clock.shifted_to(datetime(2026, 11, 27, 9, 0, tzinfo=clock.ZONE)):  # 12/12 is a Saturday
        page = opened(client, cast.chi, sent, "ask_at_intake")
    assert form_on(page)["due_on"] == ["2026-12-14"]
    with clock.shifted_to(datetime(2026, 11, 26, 9, 0, tzinfo=clock.ZONE)):
        page = opened(client, cast.chi, sent, "ask_at_intake")
    assert form_on(page)["due_on"] == ["2026-12-11"]


def test_chi_can_ask_for_a_field_an_left_blank(client: Client, cast: Cast, sent: Dossier) -> None:
    typed = {"f.cha.giay_to.loai": "ho_chieu", "f.cha.giay_to.so": "C1234567"}
    sent.form_data.get("cha", {}).pop("giay_to", None)
    Dossier.objects.filter(pk=sent.pk).update(form_data=sent.form_data)
    page = opened(client, cast.chi, sent, "ask_at_intake")
    assert "Cha: Giấy tờ tùy thân (chưa điền)" in words_of(page)
    press(client, page, reason=REASON, pointers=["/cha/giay_to"])
    client.force_login(cast.an.user)
    assert "Cha: Giấy tờ tùy thân: Điền nội dung còn thiếu" in words_of(
        client.get(f"/ho-so/{sent.code}")
    )
    repair = client.get(f"/ho-so/{sent.code}/bo-sung")
    press(client, repair, **typed, gui="1")
    sent.refresh_from_db()
    assert sent.state == State.SUBMITTED
    assert sent.form_data["cha"]["giay_to"] == {"loai": "ho_chieu", "so": "C1234567"}


def test_chi_reads_which_case_an_chose(client: Client, cast: Cast, sent: Dossier) -> None:
    client.force_login(cast.chi.user)
    page = f"/can-bo/ho-so/{sent.code}"
    assert "Trường hợpTrường hợp thông thường" in words_of(client.get(page))
    Dossier.objects.filter(pk=sent.pk).update(case="qua_han")
    assert "Trường hợpĐăng ký quá 60 ngày kể từ ngày sinh" in words_of(client.get(page))


def test_with_the_result_chi_reads_what_to_collect(client: Client, cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    cast.chi.receives(dossier)
    cast.issuer(cast.walks(dossier)).resolves(dossier)
    cast.chi.claims(dossier, Kind.RETURN)
    words = words_of(opened(client, cast.chi, dossier, "return_result"))
    assert "Phí, lệ phí phải thu8.000 đồng" in words
    dossier.refresh_from_db()
    Dossier.objects.filter(pk=dossier.pk).update(quote={**dossier.quote, "total": None})
    words = words_of(opened(client, cast.chi, dossier, "return_result"))
    assert "Phí, lệ phí phải thuchưa tính được" in words


def test_while_an_repairs_no_step_has_a_last_hour(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi.user)
    address = f"/can-bo/ho-so/{sent.code}"
    assert "Kiểm tra, tiếp nhận · Cán bộ một cửa · hạn" in words_of(client.get(address))
    cast.chi.asks_at_intake(sent)
    words = words_of(client.get(address))
    assert "Kiểm tra, tiếp nhận · Cán bộ một cửa · tạm dừng" in words


def test_chi_asks_for_everything_at_once_and_goes_back_to_the_dossier(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi.user)
    components = list(sent.attachments.values_list("component_id", flat=True))
    until = clock.today() + timedelta(days=20)
    page = make(
        client,
        sent,
        "ask_at_intake",
        reason=REASON,
        components=components,
        due_on=f"{until:%d/%m/%Y}",
    )
    assert f"Đã gửi yêu cầu bổ sung hồ sơ {sent.code}." in words_of(page)
    asked = sent.supplement_requests.get()
    assert (asked.due_on, set(asked.component_ids)) == (until, set(components))
    assert asked.reason == REASON


def test_a_dossier_that_changed_meanwhile_answers_with_everything_typed(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    page = opened(client, cast.chi, sent, "refuse")
    step = sent.steps.open().get()
    stepping.release(step.pk, cast.chi.again())
    stepping.claim(step.pk, cast.chi.again())
    Dossier.objects.filter(pk=sent.pk).update(version=sent.version + 1)
    before = events_of(sent)
    answer: Any = press(client, page, reason=REASON, basis="Điều 35")
    assert answer.status_code == 409
    assert "Hồ sơ vừa có thay đổi từ nơi khác." in words_of(answer)
    assert form_on(answer)["reason"][0].strip() == REASON
    assert form_on(answer)["basis"] == ["Điều 35"]
    assert events_of(sent) == before
    again: Any = press(client, answer)
    assert again.status_code == 302
    sent.refresh_from_db()
    assert sent.state == State.REFUSED


def test_what_chi_typed_can_be_copied_when_the_dossier_has_moved_on(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    page = opened(client, cast.chi, sent, "refuse")
    cast.an.asks_withdrawal(sent)
    before = events_of(sent)
    answer: Any = press(client, page, reason=REASON, basis="Điều 35")
    assert answer.status_code == 409
    assert "Hồ sơ đang ở bước khác nên chưa làm được việc này." in words_of(answer)
    assert "Phần bạn đã gõ" in words_of(answer)
    assert "Xin chụp lại cả tờ." in words_of(answer)
    assert page_of(answer).find('.//main//form[@method="post"]') is None
    assert events_of(sent) == before


def test_dung_is_told_to_take_the_work_on_first(client: Client, cast: Cast) -> None:
    dossier = WAYS[State.PROCESSING](cast)
    answer = opened(client, cast.dung, dossier, "forward")
    assert answer.status_code == 409
    assert "Bạn chưa nhận việc này." in words_of(answer)


def test_dung_is_told_who_has_taken_the_work_on(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    answer = opened(client, cast.khanh, reviewed, "forward")
    assert answer.status_code == 409
    assert f"{cast.dung.full_name} đang giữ việc này." in words_of(answer)


def test_the_move_of_another_role_is_not_chis(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    assert opened(client, cast.chi, reviewed, "stop").status_code == 403
    assert client.post(address(reviewed, "stop"), {"reason": REASON}).status_code == 403
    reviewed.refresh_from_db()
    assert reviewed.state == State.PROCESSING


@pytest.mark.parametrize("move", ["submit", "answer", "ask_withdrawal", "khong-co", "delete"])
def test_other_moves_have_no_page(client: Client, cast: Cast, reviewed: Dossier, move: str) -> None:
    assert opened(client, cast.dung, reviewed, move).status_code == 404


def test_nothing_moves_on_while_giang_looks_at_a_proposal(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    client.force_login(cast.dung.user)
    choices = client.get(address(reviewed, "propose_supplement")).context["form"].fields["pointers"]
    pointer, _label = choices.choices[0]
    page = make(client, reviewed, "propose_supplement", reason=REASON, pointers=[pointer])
    assert buttons_on(page) == []
    answer = client.get(address(reviewed, "forward"))
    assert answer.status_code == 409
    assert "Đang chờ lãnh đạo duyệt yêu cầu bổ sung" in words_of(answer)
    page = take_on(client, cast.giang, reviewed)
    assert buttons_on(page) == ["ask_for_more", "decline_supplement", "stop"]
    approval = client.get(address(reviewed, "ask_for_more"))
    assert "Thiếu trang hai của giấy chứng sinh." in words_of(approval)
    make(client, reviewed, "decline_supplement", reason="Đã đủ để xem xét.")
    client.force_login(cast.dung.user)
    page = make(client, reviewed, "forward")
    assert "Đã đủ để xem xét." in words_of(page)


def test_giang_decides_when_an_lets_the_last_day_pass(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    cast.dung.proposes_supplement(reviewed)
    cast.giang.approves_supplement(reviewed)
    reviewed.supplement_requests.update(due_on=clock.today() - timedelta(days=1))
    sweeping.tick()
    page = take_on(client, cast.giang, reviewed)
    assert buttons_on(page) == ["wait_longer", "stop"]
    assert "đã hết hạn" in words_of(page)
    until = clock.today() + timedelta(days=10)
    make(client, reviewed, "wait_longer", due_on=f"{until:%Y-%m-%d}")
    assert reviewed.supplement_requests.get().due_on == until
    assert not reviewed.steps.open().filter(kind=Kind.APPROVAL).exists()
    client.force_login(cast.an.user)
    assert f"{until:%d/%m/%Y}" in words_of(client.get(f"/ho-so/{reviewed.code}"))


def test_chi_decides_at_the_door_when_an_lets_the_last_day_pass(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    cast.chi.asks_at_intake(sent)
    client.force_login(cast.chi.user)
    assert buttons_on(client.get(address(sent))) == []
    early = client.get(address(sent, "refuse"))
    assert early.status_code == 409
    assert "Người nộp còn hạn bổ sung" in words_of(early)
    sent.supplement_requests.update(due_on=clock.today() - timedelta(days=1))
    sweeping.tick()
    page = client.get(address(sent))
    assert buttons_on(page) == ["wait_at_intake", "refuse"]
    assert "Ảnh bị mờ." in words_of(client.get(address(sent, "wait_at_intake")))
    until = clock.today() + timedelta(days=10)
    page = make(client, sent, "wait_at_intake", due_on=f"{until:%Y-%m-%d}")
    assert buttons_on(page) == []
    sent.supplement_requests.update(due_on=clock.today() - timedelta(days=1))
    sweeping.tick()
    make(client, sent, "refuse", reason=REASON, basis="Điều 35")
    sent.refresh_from_db()
    assert sent.state == State.REFUSED
    client.force_login(cast.an.user)
    assert "Thiếu trang hai" in words_of(client.get(f"/ho-so/{sent.code}"))


def test_a_result_that_is_no_document_is_refused_beside_its_field(
    client: Client, cast: Cast
) -> None:
    dossier = WAYS["processing, signed"](cast)
    issuer = cast.issuer(dossier)
    take_on(client, issuer, dossier)
    page = client.get(address(dossier, "resolve"))
    script = SimpleUploadedFile("kết quả.pdf", b"<script>alert(1)</script>", "application/pdf")
    answer: Any = press(client, page, is_granted="1", file=script)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"file"}
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING
    assert not hasattr(dossier, "result")


def test_officers_see_masked_numbers_only(client: Client, cast: Cast, sent: Dossier) -> None:
    Dossier.objects.filter(pk=sent.pk).update(
        owner={"full_name": "Nguyễn Văn An", "identity_number": "086090000199"},
        contact={"phone": "0909123456"},
        form_data={**sent.form_data, "nguoi_yeu_cau": {"so_dinh_danh": "086190000155"}},
    )
    client.force_login(cast.chi.user)
    page = words_of(client.get(address(sent)))
    assert "086••••••199" in page
    assert "•••••••456" in page
    for number in ("086090000199", "0909123456", "086190000155"):
        assert number not in page
        assert number not in words_of(client.get("/can-bo"))


def test_the_due_date_is_explained_day_by_day(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    client.force_login(cast.dung.user)
    lines = client.get(address(reviewed)).context["explanation"]
    assert [line["day"] for line in lines] == sorted(
        (line["day"] for line in lines), key=lambda day: day.split("/")[::-1]
    )
    reviewed.refresh_from_db()
    assert reviewed.due_at is not None
    assert lines[-1]["day"] == f"{clock.local(reviewed.due_at):%d/%m/%Y}"
    assert lines[-1]["counted"] is True


def test_a_signed_dossier_cannot_be_stopped_any_more(client: Client, cast: Cast) -> None:
    dossier = WAYS["processing, signed"](cast)
    answer = opened(client, cast.giang, dossier, "stop")
    assert answer.status_code == 409
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING


def test_after_sign_in_an_officer_stands_before_the_queue(client: Client, cast: Cast) -> None:
    assert sign_in(client, "/dang-nhap", "chi") == "/can-bo"
    assert client.get("/can-bo").status_code == 200


def test_a_long_note_is_kept_whole(client: Client, cast: Cast, reviewed: Dossier) -> None:
    note = "Đã đối chiếu sổ gốc. " * 95
    client.force_login(cast.dung.user)
    make(client, reviewed, "forward", reason=note)
    assert reviewed.events.get(kind="forward", actor=cast.dung.user).reason == note.strip()
