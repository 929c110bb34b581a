"""After sending: An reads who acts next, repairs what was asked and nothing else, withdraws."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.wording import date_in_words, moment_in_words
from portal.core import clock
from portal.documents.models import Paper
from portal.documents.services import render
from procedures.form_compiler import describe
from tests.cast import Cast, picture
from tests.journeys.browsing import download, form_on, links_on, page_of, press, words_of


def two_answers(dossier: Dossier) -> tuple[str, str]:
    """The pointers of two answers in words: one that will be asked for, one that will not."""
    schema = dossier.form_version.schema  # type: ignore[union-attr]
    lines = [line for section in describe(schema, dossier.form_data) for line in section.lines]
    names = [line.pointer for line in lines if line.pointer.endswith("ho_ten")]
    return names[0], names[1]


def answer_at(dossier: Dossier, pointer: str) -> Any:
    """The answer of the dossier at a pointer."""
    value: Any = dossier.form_data
    for key in pointer.strip("/").split("/"):
        value = value[key]
    return value


def name_of(pointer: str) -> str:
    """The field's name on the page."""
    return "f." + pointer.strip("/").replace("/", ".")


@pytest.fixture
def dossier(client: Client, cast: Cast) -> Dossier:
    """An's dossier, sent; An signed in."""
    client.force_login(cast.an.user)
    return cast.an.submits()


def test_before_reception_the_office_acts_and_an_waits(client: Client, dossier: Dossier) -> None:
    page = client.get(f"/ho-so/{dossier.code}")
    words = words_of(page)
    assert f"Đang chờ: Bộ phận Một cửa, {dossier.agency}" in words
    assert "Bạn chưa phải làm gì." in words
    assert page.context["intake_due"] in words
    assert page.context["timeline"][0]["title"] == "Đã gửi hồ sơ"
    assert [item["state"] for item in page.context["timeline"]] == ["done", "now"]


def test_a_paper_is_linked_once_it_has_been_made(client: Client, dossier: Dossier) -> None:
    paper = Paper.objects.get(reference=dossier.code)
    assert "(đang lập)" in words_of(client.get(f"/ho-so/{dossier.code}"))
    assert client.get(f"/giay/{paper.pk}").status_code == 404
    render(paper)
    links = links_on(client.get(f"/ho-so/{dossier.code}"))
    assert links.count(f"/giay/{paper.pk}") == 2  # beside its event and among the papers
    assert download(client, f"/giay/{paper.pk}").startswith(b"%PDF")


def test_after_reception_the_promised_day_stands_first(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    cast.chi.receives(dossier)
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    page = client.get(f"/ho-so/{dossier.code}")
    assert f"{clock.local(dossier.due_at):%d/%m/%Y}" in page.context["first_due"]
    assert page.context["first_due"] in words_of(page)
    assert page.context["is_moved"] is False


def test_the_repair_page_shows_only_what_was_asked(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    asked, other = two_answers(dossier)
    cast.chi.asks_at_intake(dossier, pointers=[asked], component_ids=[])
    page = client.get(f"/ho-so/{dossier.code}")
    assert "Ảnh bị mờ." in words_of(page)
    assert f"/ho-so/{dossier.code}/bo-sung" in links_on(page)
    fields = form_on(client.get(f"/ho-so/{dossier.code}/bo-sung"))
    assert name_of(asked) in fields
    assert name_of(other) not in fields
    assert not page_of(client.get(f"/ho-so/{dossier.code}/bo-sung")).findall(
        './/input[@type="file"]'
    )


def test_only_what_was_asked_changes_and_only_when_sent(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    asked, other = two_answers(dossier)
    before = answer_at(dossier, other)
    cast.chi.asks_at_intake(dossier, pointers=[asked], component_ids=[])
    address = f"/ho-so/{dossier.code}/bo-sung"
    forged = {name_of(asked): "Nguyễn Thị Sửa", name_of(other): "Kẻ Khác"}
    assert press(client, client.get(address), **forged)["Location"] == address
    dossier.refresh_from_db()
    assert answer_at(dossier, asked) != "Nguyễn Thị Sửa"  # kept, but the office sees nothing yet
    assert form_on(client.get(address))[name_of(asked)] == ["Nguyễn Thị Sửa"]

    sent = press(client, client.get(address), gui="1", **{name_of(other): "Kẻ Khác"})
    assert sent["Location"] == f"/ho-so/{dossier.code}"
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
    assert answer_at(dossier, asked) == "Nguyễn Thị Sửa"
    assert answer_at(dossier, other) == before
    assert dossier.events.filter(kind="answer_at_intake").count() == 1


def test_a_repair_without_its_paper_is_not_sent(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    cast.chi.asks_at_intake(dossier)
    answer = press(client, client.get(f"/ho-so/{dossier.code}/bo-sung"), gui="1")
    assert answer.status_code == 422
    assert [error["id"] for error in answer.context["errors"]] == ["tep-2"]
    assert words_of(answer).count("Hãy tải lên “") == 2
    dossier.refresh_from_db()
    assert dossier.state == "intake_supplement"


def test_a_new_paper_replaces_the_old_one_when_sent(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    cast.chi.asks_at_intake(dossier)
    address = f"/ho-so/{dossier.code}/bo-sung"
    press(client, client.get(address), **{"tep-2": picture("bản rõ hơn.png"), "tai": "2"})
    waiting = client.get(address)
    assert "giấy chứng sinh.png" in words_of(waiting)
    assert "bản rõ hơn.png" in words_of(waiting)
    files = [file["name"] for file in client.get(f"/ho-so/{dossier.code}").context["files"]]
    assert files == ["giấy chứng sinh.png"]

    press(client, waiting, gui="1")
    files = [file["name"] for file in client.get(f"/ho-so/{dossier.code}").context["files"]]
    assert files == ["bản rõ hơn.png"]


def test_files_chosen_and_sent_in_one_go(client: Client, cast: Cast, dossier: Dossier) -> None:
    cast.chi.asks_at_intake(dossier)
    page = client.get(f"/ho-so/{dossier.code}/bo-sung")
    sent = press(client, page, **{"tep-2": picture("một lần.png"), "gui": "1"})
    assert sent["Location"] == f"/ho-so/{dossier.code}"
    again = press(client, page, gui="1")
    assert again["Location"] == f"/ho-so/{dossier.code}"
    assert dossier.events.filter(kind="answer_at_intake").count() == 1


def test_a_waiting_file_can_be_taken_back_and_a_sent_one_cannot(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    old = dossier.attachments.get()
    cast.chi.asks_at_intake(dossier)
    address = f"/ho-so/{dossier.code}/bo-sung"
    press(client, client.get(address), **{"tep-2": picture("nhầm.png"), "tai": "2"})
    new = dossier.attachments.get(is_pending=True)
    assert press(client, client.get(address), xoa=str(new.pk))["Location"] == f"{address}#giay-to-2"
    assert press(client, client.get(address), xoa=str(old.pk)).status_code == 404
    assert client.post(f"/tep/{old.pk}/xoa").status_code == 409
    left = dossier.attachments.filter(removed_at__isnull=True)
    assert [attachment.pk for attachment in left] == [old.pk]


def test_a_paper_that_was_not_asked_for_is_not_taken_in(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    cast.chi.asks_at_intake(dossier)
    address = f"/ho-so/{dossier.code}/bo-sung"
    press(client, client.get(address), **{"tep-3": picture("thừa.png")})
    client.post(f"{address}/3", {"files": picture("thừa.png")})
    assert dossier.attachments.count() == 1


def test_while_the_clock_is_paused_the_page_says_since_when_and_the_new_day(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.an.user)
    dossier = cast.an.submits("extract-copy")
    cast.chi.receives(dossier)
    cast.chi.forwards(dossier)
    cast.dung.proposes_supplement(dossier)
    assert "Bạn cần bổ sung" not in words_of(client.get(f"/ho-so/{dossier.code}"))
    cast.giang.approves_supplement(dossier)
    page = client.get(f"/ho-so/{dossier.code}")
    pause = page.context["pause"]
    words = words_of(page)
    assert f"tạm dừng từ {pause['since']}" in words
    assert f"hẹn trả dự kiến là {pause['new_due']}" in words
    assert page.context["deadline"]["words"] == "Tạm dừng"


@pytest.mark.parametrize("state", ["intake_supplement", "withdrawal_asked"])
def test_while_reception_waits_for_something_else_no_day_is_promised(
    client: Client, cast: Cast, dossier: Dossier, state: str
) -> None:
    assert "Tiếp nhận trước" in words_of(client.get(f"/ho-so/{dossier.code}"))
    if state == "intake_supplement":
        cast.chi.asks_at_intake(dossier)
    else:
        cast.an.asks_withdrawal(dossier)
    dossier.refresh_from_db()
    words = words_of(client.get(f"/ho-so/{dossier.code}"))
    assert dossier.state == state
    assert "Tiếp nhận trước" not in words
    assert "hẹn trả" not in words


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_for_a_dossier_without_a_result_nothing_is_owed(
    client: Client, cast: Cast, state: str
) -> None:
    client.force_login(cast.an.user)
    dossier = cast.an.submits("extract-copy")
    owed = "Nộp khi nhận kết quả."
    assert owed in words_of(client.get(f"/ho-so/{dossier.code}"))
    if state == "refused":
        cast.chi.refuses(dossier)
    else:
        cast.chi.confirms_withdrawal(cast.an.asks_withdrawal(dossier))
    dossier.refresh_from_db()
    assert dossier.state == state
    pages = {cast.an: f"/ho-so/{dossier.code}", cast.chi: f"/can-bo/ho-so/{dossier.code}"}
    for person, address in pages.items():
        client.force_login(person.user)
        words = words_of(client.get(address))
        assert owed not in words, address
        assert "Hồ sơ không có kết quả nên không phải nộp khoản này." in words, address


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ("truc_tuyen", "Tải kết quả trên Cổng."),
        ("tai_bo_phan_mot_cua", "Đến Bộ phận Một cửa nhận kết quả."),
        ("buu_chinh", "Nhận kết quả bưu chính giao đến."),
    ],
)
def test_with_the_result_an_is_told_how_she_gets_it(
    client: Client, cast: Cast, dossier: Dossier, method: str, sentence: str
) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(return_method=method, return_address="Ấp 3")
    cast.chi.receives(dossier)
    cast.issuer(cast.walks(dossier)).resolves(dossier)
    card = words_of(client.get("/ho-so-cua-toi"))
    assert f"Bạn: {sentence}" in card
    page = client.get(f"/ho-so/{dossier.code}")
    assert page.context["timeline"][-1]["title"] == sentence.rstrip(".")


def test_a_late_dossier_begins_with_an_apology_and_says_what_comes_now(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    cast.chi.receives(dossier)
    due_at = clock.now() - timedelta(days=30)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=due_at)
    step = dossier.steps.open().get()
    for address in (f"/ho-so/{dossier.code}", f"/tra-cuu/{dossier.link_token}"):
        words = words_of(client.get(address))
        assert "Hồ sơ đã quá hẹn. Chúng tôi xin lỗi" in words, address
        assert f"Kết quả đã hẹn trả lúc {moment_in_words(due_at)}. Quá hạn" in words, address
        assert f"Chịu trách nhiệm: {dossier.agency}." in words, address
        assert f"Hồ sơ đang ở bước “{step.name}”." in words, address
        assert "văn bản xin lỗi, nói rõ lý do và ngày hẹn trả mới" in words, address
        assert "Hiện chưa có ngày hẹn nào sau ngày đó." in words, address
        assert "Giải quyết hồ sơ" not in words, address


def test_withdrawing_needs_a_reason_and_says_what_it_means(
    client: Client, dossier: Dossier
) -> None:
    address = f"/ho-so/{dossier.code}/rut"
    page = client.get(address)
    assert "bạn không nhận được kết quả" in words_of(page)
    empty = press(client, page)
    assert empty.status_code == 422
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
    first = press(client, page, reason="Nộp nhầm.")
    dossier.refresh_from_db()
    assert dossier.state == "withdrawal_asked"
    assert press(client, page, reason="Nộp nhầm.")["Location"] == first["Location"]
    assert press(client, page, reason="Nộp nhầm phường.").status_code == 409
    assert "Lúc này không rút hồ sơ được nữa" in words_of(client.get(address))
    assert dossier.events.filter(kind="ask_withdrawal").count() == 1


def test_the_list_puts_what_waits_for_an_first(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    waiting = cast.an.submits()
    cast.chi.asks_at_intake(waiting)
    draft = cast.an.drafts()
    page = client.get("/ho-so-cua-toi")
    groups = {
        name: [card["dossier"].pk for card in page.context[name]]
        for name in ("waiting", "drafts", "others")
    }
    assert groups == {"waiting": [waiting.pk], "drafts": [draft.pk], "others": [dossier.pk]}
    asked = waiting.supplement_requests.get().due_on
    assert asked is not None
    assert f"Muộn nhất {date_in_words(asked)}" in words_of(page)
    headings = [h.text_content().strip() for h in page_of(page).findall(".//main//h2")]
    assert headings[:3] == ["Đang chờ bạn", "Bản nháp", "Hồ sơ đã gửi"]


def test_an_empty_list_says_where_to_begin(client: Client, cast: Cast) -> None:
    client.force_login(cast.khach.user)
    page = client.get("/ho-so-cua-toi")
    assert "Bạn chưa có hồ sơ nào" in words_of(page)
    assert "/thu-tuc" in links_on(page)


def test_a_long_reason_and_a_long_name_do_not_break_the_page(
    client: Client, cast: Cast, dossier: Dossier
) -> None:
    reason = "Rất dài " * 240
    cast.chi.asks_at_intake(dossier, reason=reason, component_ids=[])
    dossier.refresh_from_db()
    dossier.owner = {"full_name": "<b>Tên</b> " + "Đ" * 100}
    dossier.save()
    page = client.get(f"/ho-so/{dossier.code}")
    assert page.status_code == 200
    assert "<b>Tên</b>" not in page.content.decode()
    assert "<b>Tên</b>" in words_of(page)
