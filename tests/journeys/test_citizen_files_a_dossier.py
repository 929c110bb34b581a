"""An takes a procedure from its door to the confirmation, with the pages alone and no script."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from notifications.models import Notice
from portal.accounts.models import Agency
from portal.core.models import Effect
from portal.documents.models import Paper
from portal.reports.demo.answers import answers_for
from procedures.form_compiler import compile_form
from tests.cast import Cast, picture, version_of
from tests.journeys.browsing import form_on, links_on, page_of, press, words_of

WRONG_PHONE = (
    "Số di động gồm 10 chữ số, đầu 03, 05, 07, 08 hoặc 09; số máy bàn gồm 11 chữ số, đầu 02."
)
WALKS = ("birth-registration", "extract-copy", "construction-permit")


def begin(client: Client, procedure: str, **chosen: Any) -> Dossier:
    """Press the button of the start page."""
    code = version_of(procedure).procedure.code
    page = client.get("/nop-ho-so", {"thu_tuc": code, **chosen})
    answer = press(client, page)
    assert answer.status_code == 302
    return Dossier.objects.get(pk=int(answer["Location"].split("/")[2]))


def fill_in_form(client: Client, draft: Dossier) -> Any:
    """Answer the electronic form with lawful answers."""
    schema = draft.form_version.schema  # type: ignore[union-attr]
    page = client.get(f"/nhap/{draft.pk}/to-khai")
    typed = compile_form(schema).post_from(answers_for(schema))
    return press(client, page, **typed)


@pytest.mark.parametrize("procedure", WALKS)
def test_an_files_with_the_pages_alone(client: Client, cast: Cast, procedure: str) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, procedure)
    place = f"/nhap/{draft.pk}"

    onward = press(client, client.get(f"{place}/nguoi-nop"))
    assert onward["Location"] == f"{place}/giay-to"
    if draft.form_version is not None:
        assert fill_in_form(client, draft)["Location"] == f"{place}/giay-to"
    papers = client.get(f"{place}/giay-to")
    boxes = {
        f"tep-{row['no']}": picture()
        for row in papers.context["papers"]
        if row["is_required"] and not row["is_form"]
    }
    assert press(client, papers, **boxes)["Location"] == f"{place}/phi"
    assert press(client, client.get(f"{place}/phi"))["Location"] == f"{place}/xem-lai"

    review = client.get(f"{place}/xem-lai")
    assert review.context["gaps"] == []
    assert Dossier.objects.get(pk=draft.pk).state == "draft"
    sent = press(client, review)
    draft.refresh_from_db()
    assert sent["Location"] == f"/ho-so/{draft.code}/da-gui"
    assert draft.state == "submitted"
    assert draft.attachments.count() == len(boxes)

    confirmation = client.get(sent["Location"])
    assert draft.code in words_of(confirmation)
    assert draft.lookup_secret in words_of(confirmation)


def test_sending_leaves_one_of_each(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    press(client, client.get(f"/nhap/{draft.pk}/xem-lai"))
    draft.refresh_from_db()
    assert [event.kind for event in draft.events.all()] == ["submit"]
    assert [step.kind for step in draft.steps.all()] == ["intake"]
    assert Paper.objects.filter(reference=draft.code).count() == 1
    assert Notice.objects.filter(reference=draft.code).count() == 1
    notice, paper = Notice.objects.get(), Paper.objects.get()
    assert sorted(
        Effect.objects.exclude(task="documents.scan").values_list("task", "arguments")
    ) == [
        ("documents.render", [paper.pk]),
        ("notifications.deliver", [notice.pk]),
    ]


def test_the_draft_knows_what_the_account_knows(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    typed = form_on(client.get(f"/nhap/{draft.pk}/nguoi-nop"))
    assert typed["full_name"] == ["Nguyễn Văn An"]
    assert typed["phone"] == [cast.an.phone]
    assert typed["agency"] == [str(cast.an.home_agency_id)]


def test_communes_stand_as_an_would_look_them_up(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    form = page_of(client.get(f"/nhap/{draft.pk}/nguoi-nop"))
    names = [each.text.strip() for each in form.findall('.//select[@name="agency"]/option')]
    wards = [name.partition(" phường ")[2] for name in names if " phường " in name]
    assert wards[:2] == ["An Hội", "Bến Tre"]
    assert wards.index("Đông Thành") < wards.index("Duyên Hải") < wards.index("Hòa Thuận")


def test_the_agency_and_case_chosen_on_the_procedures_page_come_along(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.an.user)
    serving = Agency.objects.filter(kind="ubnd_xa", org_code__isnull=False, valid_to=None)
    far = serving.exclude(pk=cast.an.home_agency_id).order_by("-pk")[0]
    draft = begin(client, "birth-registration", truong_hop="qua_han", co_quan=far.code)
    assert (draft.case, draft.agency_id) == ("qua_han", far.pk)


def test_every_answer_has_its_own_way_back(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    rows = [row for section in review.context["sections"] for row in section["rows"]]
    links = links_on(review)
    assert all(row["url"] in links for row in rows)
    for row in rows:
        address, anchor = row["url"].split("#")
        assert f'id="{anchor}"' in client.get(address).content.decode(), row


def test_the_review_names_every_gap_and_leads_to_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    assert "Gửi hồ sơ" not in words_of(review)
    assert review.context["gaps"]
    for gap in review.context["gaps"]:
        address, anchor = gap["url"].split("#")
        assert gap["url"] in links_on(review)
        assert f'id="{anchor}"' in client.get(address).content.decode(), gap

    forced = client.post(f"/nhap/{draft.pk}/xem-lai", {"version": draft.version})
    assert forced.status_code == 422
    draft.refresh_from_db()
    assert (draft.state, draft.code) == ("draft", None)


def test_the_gap_in_the_form_shows_its_sentence_beside_the_field(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    page = client.get(f"/nhap/{draft.pk}/to-khai?kiem-tra=1")
    assert words_of(page).count("Chọn giới tính (Người được khai sinh).") == 2
    assert "Còn" not in words_of(client.get(f"/nhap/{draft.pk}/to-khai"))


def test_every_button_of_a_step_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    first = f"/nhap/{draft.pk}/nguoi-nop"
    rested = press(client, client.get(first), full_name="Nguyễn Thị Út", phone="09", di="nghi")
    assert rested["Location"] == "/ho-so-cua-toi"
    typed = form_on(client.get(first))
    assert (typed["full_name"], typed["phone"]) == (["Nguyễn Thị Út"], ["09"])

    back = press(client, client.get(f"/nhap/{draft.pk}/phi"), return_address="Ấp 3", di="lui")
    assert back["Location"] == f"/nhap/{draft.pk}/giay-to"
    assert form_on(client.get(f"/nhap/{draft.pk}/phi"))["return_address"] == ["Ấp 3"]


def test_a_phone_that_cannot_be_right_stops_the_step_and_the_sending(
    client: Client, cast: Cast
) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    answer = press(client, client.get(f"/nhap/{draft.pk}/nguoi-nop"), phone="12")
    assert answer.status_code == 422
    assert form_on(answer)["phone"] == ["12"]
    assert words_of(answer).count(WRONG_PHONE) == 2
    assert b"<title>L\xe1\xbb\x97i:" in answer.content
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    assert [gap["url"] for gap in review.context["gaps"]] == [
        f"/nhap/{draft.pk}/nguoi-nop#id_phone"
    ]


def test_a_refused_file_says_which_and_why_and_the_others_stay(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "construction-permit")
    page = client.get(f"/nhap/{draft.pk}/giay-to")
    bad = picture("bản vẽ.pdf")
    answer = press(client, page, **{"tep-2": picture("sổ đỏ.png"), "tep-3": bad})
    assert answer.status_code == 422
    assert [error["id"] for error in answer.context["errors"]] == ["tep-3"]
    assert "bản vẽ.pdf" in answer.context["errors"][0]["text"]
    assert words_of(answer).count(answer.context["errors"][0]["text"]) == 2
    assert [a.file.original_name for a in draft.attachments.all()] == ["sổ đỏ.png"]


def test_a_file_can_be_taken_out_before_sending(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    attachment = draft.attachments.get()
    client.force_login(cast.an.user)
    page = client.get(f"/nhap/{draft.pk}/giay-to")
    assert "giấy chứng sinh.png" in words_of(page)
    press(client, page, xoa=str(attachment.pk))
    assert "Đã xóa tệp giấy chứng sinh.png." in words_of(client.get(f"/nhap/{draft.pk}/giay-to"))
    assert "giấy chứng sinh.png" not in words_of(client.get(f"/nhap/{draft.pk}/giay-to"))
    assert client.get(f"/tep/{attachment.pk}").status_code == 404


def test_the_sum_follows_what_was_asked_for(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    draft = begin(client, "birth-registration")
    page = client.get(f"/nhap/{draft.pk}/phi")
    assert page.context["sum"]["total"] == 0
    assert "Số lượng: bản sao Giấy khai sinh (không bắt buộc)" in words_of(page)
    press(client, page, quantity_phi="2", di="tinh")
    again = client.get(f"/nhap/{draft.pk}/phi")
    assert again.context["sum"]["total"] == 16_000
    assert "16.000 đ" in words_of(again)
    assert form_on(again)["quantity_phi"] == ["2"]


def test_a_result_by_post_needs_an_address(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    page = client.get(f"/nhap/{draft.pk}/phi")
    answer = press(client, page, return_method="buu_chinh", return_address="")
    assert answer.status_code == 422
    assert "Ghi địa chỉ để bưu chính giao kết quả." in words_of(answer)
    assert (
        client.get(f"/nhap/{draft.pk}/xem-lai")
        .context["gaps"][0]["url"]
        .endswith("/phi#id_return_address")
    )


def test_a_procedure_without_online_filing_begins_no_draft(client: Client, cast: Cast) -> None:
    version = version_of("birth-registration")
    version.channels = ["truc_tiep"]
    version.save(update_fields=["channels"])
    client.force_login(cast.an.user)
    page = client.get("/nop-ho-so", {"thu_tuc": "1.001193"})
    assert "Thủ tục này chưa nộp trực tuyến được" in words_of(page)
    answer = client.post("/nop-ho-so", {"thu_tuc": "1.001193", "token": "a"})
    assert answer.status_code == 409
    assert Dossier.objects.count() == 0
