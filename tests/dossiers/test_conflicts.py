"""Somebody else was faster: the page says who, what and when, and keeps what was typed."""

from typing import Any

import pytest
from django.test import Client

from dossiers.last_change import last_change
from dossiers.models import Dossier, DossierStep
from dossiers.services import drafting
from portal.core.refusals import NotNow
from tests.cast import Cast, picture, version_of
from tests.journeys.browsing import form_on, press, words_of
from tests.journeys.working import address

REASON = "Tôi nộp nhầm phường.\nXin rút lại."


def test_an_withdrawing_meanwhile_learns_what_the_agency_did(client: Client, cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    client.force_login(cast.an.user)
    page = client.get(f"/ho-so/{dossier.code}/rut")
    cast.chi.receives(dossier)
    answer: Any = press(client, page, reason=REASON)
    words = words_of(answer)
    assert answer.status_code == 409
    assert f"Thay đổi gần nhất: Đã tiếp nhận – {dossier.agency}" in words
    assert cast.chi.full_name not in words
    assert form_on(answer)["reason"][0].strip() == REASON
    dossier.refresh_from_db()
    assert dossier.state == "accepted"
    assert press(client, answer).status_code == 302  # the page now carries the newest version


def test_chi_refusing_an_older_version_keeps_her_words_and_learns_of_the_change(
    client: Client, cast: Cast
) -> None:
    dossier = cast.an.submits("extract-copy")
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    client.force_login(cast.chi.user)
    page = client.get(address(dossier, "refuse"))
    Dossier.objects.filter(pk=dossier.pk).update(version=dossier.version + 1)
    answer: Any = press(client, page, reason="Sai thẩm quyền.", basis="Điều 35")
    words = words_of(answer)
    assert answer.status_code == 409
    assert "Thay đổi gần nhất: Đã gửi hồ sơ – người nộp" in words
    assert form_on(answer)["reason"][0].strip() == "Sai thẩm quyền."


def test_officers_are_named_to_officers_only(cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits("extract-copy"))
    dossier.refresh_from_db()
    assert cast.chi.full_name in last_change(dossier, for_officer=True)
    assert cast.chi.full_name not in last_change(dossier, for_officer=False)


def test_a_saved_draft_is_told_as_a_save_from_another_tab(cast: Cast) -> None:
    draft = cast.an.drafts("extract-copy")
    saved = drafting.save(draft.pk, cast.an.user, None, return_address="Ấp Tân Lộc")
    assert "lưu nội dung đang khai – bạn, ở thẻ hoặc máy khác" in last_change(
        saved, for_officer=False
    )


def test_an_upload_pressed_twice_attaches_the_file_once(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    page: Any = client.get(f"/nhap/{draft.pk}/giay-to")
    paper = draft.attachments.get().component
    for _press in range(2):
        answer = press(client, page, **{f"tep-{paper.no}": picture("bổ sung.png"), "di": "tinh"})
        assert answer.status_code == 302
    assert draft.attachments.filter(file__original_name="bổ sung.png").count() == 1
    another = press(client, page, **{f"tep-{paper.no}": picture("tệp khác.png"), "di": "tinh"})
    assert another.status_code == 302
    assert draft.attachments.filter(file__original_name="tệp khác.png").count() == 1


def test_the_start_button_of_one_page_opens_one_draft(cast: Cast) -> None:
    one, two = version_of("birth-registration"), version_of("extract-copy")
    token = "a" * 32
    draft, _new = drafting.start(cast.an.user, one, token, another=True)
    again, is_new = drafting.start(cast.an.user, one, token, another=True)
    assert (again.pk, is_new) == (draft.pk, False)
    with pytest.raises(NotNow):
        drafting.start(cast.an.user, two, token, another=True)
    assert Dossier.objects.count() == 1
