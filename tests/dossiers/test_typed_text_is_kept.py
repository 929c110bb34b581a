"""A page closed or changed elsewhere: what was typed stays readable, what differs is named."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier, DossierStep
from dossiers.services import closing, drafting, processing, submission
from portal.core import clock
from tests.cast import Cast, picture
from tests.journeys.browsing import form_on, links_on, page_of, press, words_of
from tests.journeys.working import address

TYPED = "Nguyễn Thị Bé – gõ ở thẻ hai"


@pytest.fixture
def draft(client: Client, cast: Cast) -> Dossier:
    """An's draft, An signed in."""
    client.force_login(cast.an.user)
    return cast.an.drafts()


def differing(response: Any) -> dict[str, list[str]]:
    """The table of what differs: the label of each row, and its cells."""
    rows = page_of(response).findall('.//main//table[@aria-labelledby="h-khac"]/tbody/tr')
    return {
        row.find("th").text_content(): [cell.text_content() for cell in row.findall("td")]
        for row in rows
    }


def test_the_banner_names_what_differs_and_shows_both_values(
    client: Client, draft: Dossier
) -> None:
    one, two = (client.get(f"/nhap/{draft.pk}/nguoi-nop") for _tab in range(2))
    press(client, one, full_name="Từ thẻ một", phone="0912345678")
    answer = press(client, two, full_name=TYPED, address="Ấp Tân Lộc")
    assert answer.status_code == 409
    here = "Nơi nộp, chủ hồ sơ, liên hệ: "
    old = draft.contact
    assert differing(answer) == {
        f"{here}Chủ hồ sơ": ["Từ thẻ một", TYPED],
        f"{here}Số điện thoại của bạn": ["0912345678", old["phone"]],
        f"{here}Địa chỉ của bạn": [old["address"], "Ấp Tân Lộc"],
    }
    assert form_on(answer)["full_name"] == [TYPED]


def test_the_banner_of_the_form_names_the_answer(client: Client, draft: Dossier) -> None:
    one, two = (client.get(f"/nhap/{draft.pk}/to-khai") for _tab in range(2))
    name = "f.tre.ho_ten"
    press(client, one, **{name: "Trần Văn Một"})
    answer = press(client, two, **{name: "Trần Văn Hai"})
    assert answer.status_code == 409
    assert ["Trần Văn Một", "Trần Văn Hai"] in differing(answer).values()
    assert form_on(answer)[name] == ["Trần Văn Hai"]


def test_the_same_words_pressed_twice_are_no_conflict(client: Client, draft: Dossier) -> None:
    page = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    first, again = (press(client, page, full_name=TYPED) for _press in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert Dossier.objects.get(pk=draft.pk).version == draft.version + 1


@pytest.mark.parametrize(
    ("page", "field"),
    [("nguoi-nop", "full_name"), ("to-khai", "f.tre.ho_ten"), ("phi", "return_address")],
)
def test_typed_into_a_draft_that_was_sent_meanwhile(
    client: Client, cast: Cast, draft: Dossier, page: str, field: str
) -> None:
    opened = client.get(f"/nhap/{draft.pk}/{page}")
    sent = submission.submit(draft.pk, cast.an.user)
    answer = press(client, opened, **{field: TYPED})
    assert answer.status_code == 409
    assert "no-store" in answer["Cache-Control"]
    words = words_of(answer)
    assert f"Hồ sơ {sent.code} đã gửi lúc" in words
    assert "Phần bạn gõ ở trang này chưa được lưu." in words
    assert TYPED in [cells[-1] for cells in differing(answer).values()]
    assert f"/ho-so/{sent.code}" in links_on(answer)
    sent.refresh_from_db()
    assert TYPED not in str([sent.owner, sent.form_data, sent.return_address])


def test_nothing_new_typed_into_a_sent_draft_just_leads_on(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    opened = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    sent = submission.submit(draft.pk, cast.an.user)
    assert press(client, opened)["Location"] == f"/ho-so/{sent.code}/da-gui"


def test_files_chosen_for_a_draft_that_was_sent_are_named(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    opened = client.get(f"/nhap/{draft.pk}/giay-to")
    paper = draft.attachments.get().component
    submission.submit(draft.pk, cast.an.user)
    answer = press(client, opened, **{f"tep-{paper.no}": picture("sổ hộ khẩu.png")})
    assert answer.status_code == 409
    assert "sổ hộ khẩu.png" in words_of(answer)
    assert draft.attachments.count() == 1


def test_typed_into_a_draft_that_was_thrown_away_meanwhile(
    client: Client, cast: Cast, draft: Dossier
) -> None:
    opened = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    question = client.get(f"/nhap/{draft.pk}/xoa")
    drafting.discard(draft.pk, cast.an.user)
    answer = press(client, opened, full_name=TYPED)
    assert answer.status_code == 409
    assert "Bản nháp này đã bị xóa" in words_of(answer)
    assert [TYPED] in differing(answer).values()
    assert "/nop-ho-so?thu_tuc=1.001193" in links_on(answer)
    assert press(client, question)["Location"] == "/ho-so-cua-toi"
    assert press(client, opened, full_name="Người lạ", di="nghi").status_code == 409
    client.force_login(cast.binh.user)
    assert press(client, opened, full_name=TYPED).status_code == 404


@pytest.fixture
def asked(client: Client, cast: Cast) -> Dossier:
    """Chi asks An to correct a name and to hand in a paper again."""
    dossier = cast.an.submits()
    cast.chi.asks_at_intake(dossier, pointers=["/tre/ho_ten"])
    client.force_login(cast.an.user)
    return dossier


def repair(client: Client, page: Any, text: str = TYPED, **more: Any) -> Any:
    """Type a name on the repair page and press a button."""
    return press(client, page, **{"f.tre.ho_ten": text, **more})


def test_the_repair_answered_in_another_tab_keeps_the_text_of_this_one(
    client: Client, cast: Cast, asked: Dossier
) -> None:
    page = client.get(f"/ho-so/{asked.code}/bo-sung")
    paper = asked.attachments.get().component
    cast.an.answers(asked)
    answer = repair(client, page, gui="1", **{f"tep-{paper.no}": picture("bản mới.png")})
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Phần bổ sung đã được gửi lúc" in words
    assert "bản mới.png" in words
    assert TYPED in [cells[-1] for cells in differing(answer).values()]
    assert f"/ho-so/{asked.code}" in links_on(answer)
    asked.refresh_from_db()
    assert (asked.state, TYPED in str(asked.form_data)) == ("submitted", False)


def test_a_repair_that_is_not_wanted_any_more_keeps_the_text(
    client: Client, cast: Cast, asked: Dossier
) -> None:
    page = client.get(f"/ho-so/{asked.code}/bo-sung")
    closing.ask_withdrawal(asked.pk, cast.an.user, reason="Nộp nhầm.")
    answer = repair(client, page)
    assert answer.status_code == 409
    assert "Cơ quan không còn chờ phần bổ sung này." in words_of(answer)
    assert "Thay đổi gần nhất:" in words_of(answer)
    assert TYPED in [cells[-1] for cells in differing(answer).values()]


def test_two_tabs_of_one_repair_show_both_values(client: Client, asked: Dossier) -> None:
    one, two = (client.get(f"/ho-so/{asked.code}/bo-sung") for _tab in range(2))
    assert repair(client, one, "Trần Văn Một").status_code == 302
    answer = repair(client, two, "Trần Văn Hai")
    assert answer.status_code == 409
    assert list(differing(answer).values()) == [["Trần Văn Một", "Trần Văn Hai"]]
    assert repair(client, answer, "Trần Văn Hai").status_code == 302


def test_dung_who_forwarded_in_another_tab_keeps_what_he_typed_in_this_one(
    client: Client, cast: Cast
) -> None:
    dossier = cast.chi.receives(cast.an.submits("construction-permit"))
    step = dossier.steps.open().get(kind=DossierStep.Kind.PROCESS)
    officer = cast.issuer(dossier)
    officer.claims(dossier)
    client.force_login(officer.user)
    page = client.get(address(dossier, "forward"))
    processing.forward(dossier.pk, officer.again())
    assert DossierStep.objects.get(pk=step.pk).done_by_id == officer.pk
    answer = press(client, page, reason="Ghi chú của thẻ hai")
    assert answer.status_code == 409
    assert "Ghi chú của thẻ hai" in words_of(answer)
    assert dossier.events.filter(kind="forward").count() == 1


def test_everything_chi_ticked_can_be_copied_when_the_dossier_has_moved_on(
    client: Client, cast: Cast
) -> None:
    dossier = cast.an.submits()
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    client.force_login(cast.chi.user)
    page = client.get(address(dossier, "ask_at_intake"))
    cast.an.asks_withdrawal(dossier)
    paper = dossier.attachments.get().component
    day = clock.today().replace(day=28).isoformat()
    ticked = {"components": [str(paper.pk)], "reason": "Ảnh bị mờ.", "due_on": day}
    answer = press(client, page, **ticked)
    words = words_of(answer)
    assert answer.status_code == 409
    assert paper.name.rstrip(".") in words
    assert "Ảnh bị mờ." in words
    assert day in words
