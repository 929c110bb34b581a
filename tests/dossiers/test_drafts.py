"""Drafts: one where one is meant, another only when asked for; nothing typed is lost."""

from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import drafting
from portal.reports.demo.cast import communes
from tests.cast import Cast, version_of
from tests.dossiers.test_races import at_once
from tests.journeys.browsing import form_on, page_of, press, words_of

BIRTH = {"thu_tuc": "1.001193"}


def drafts_of(cast: Cast) -> list[int]:
    """The drafts on An's list."""
    return list(
        Dossier.objects.of(cast.an.user).drafts().order_by("pk").values_list("pk", flat=True)
    )


def test_starting_again_offers_the_draft_and_a_new_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    first = press(client, client.get("/nop-ho-so", BIRTH))
    page = client.get("/nop-ho-so", BIRTH)
    assert "Bạn đang làm dở một bản nháp của thủ tục này" in words_of(page)
    links = [a.get("href") for a in page_of(page).iter("a") if "Tiếp tục" in a.text_content()]
    assert links == [first["Location"]]
    assert len(drafts_of(cast)) == 1

    second = press(client, page)  # the only form of this page makes another one
    assert form_on(page)["lam_moi"] == ["1"]
    assert second["Location"] != first["Location"]
    assert len(drafts_of(cast)) == 2


def test_one_page_pressed_twice_is_one_draft(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    page = client.get("/nop-ho-so", BIRTH)
    first, second = press(client, page), press(client, page)
    assert first["Location"] == second["Location"]
    assert len(drafts_of(cast)) == 1
    again = client.get("/nop-ho-so", BIRTH)
    assert press(client, again)["Location"] == press(client, again)["Location"]
    assert len(drafts_of(cast)) == 2


def test_two_tabs_at_once_are_one_draft(committed: Cast) -> None:
    version, an = version_of("birth-registration"), committed.an.again()
    outcomes = at_once(
        *[
            lambda tab=tab: drafting.start(an, version, f"tab-{tab}")
            for tab in range(4)  # type: ignore[misc]
        ]
    )
    assert len({draft.pk for draft, _new in outcomes}) == 1
    assert sorted(is_new for _draft, is_new in outcomes) == [False, False, False, True]


def test_without_the_lock_two_tabs_are_two_drafts(committed: Cast) -> None:
    version, an = version_of("birth-registration"), committed.an.again()
    gate, real = Barrier(2), drafting.existing_draft

    def read_and_wait(*read: Any) -> Dossier | None:
        found = real(*read)
        gate.wait(timeout=10)
        return found

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows, **_options: rows),
        mock.patch.object(drafting, "existing_draft", read_and_wait),
    ):
        outcomes = at_once(
            lambda: drafting.start(an, version, "tab-1"),
            lambda: drafting.start(an, version, "tab-2"),
        )
    assert [is_new for _draft, is_new in outcomes] == [True, True]


def test_five_drafts_live_side_by_side_and_one_thrown_away_takes_no_other(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.an.user)
    press(client, client.get("/nop-ho-so", BIRTH))
    for _again in range(4):
        press(client, client.get("/nop-ho-so", BIRTH))
    five = drafts_of(cast)
    assert len(five) == 5
    for number, pk in enumerate(five):
        page = client.get(f"/nhap/{pk}/nguoi-nop")
        press(client, page, full_name=f"Con thứ {number}", di="nghi")
    gone = five[2]
    page = client.get(f"/nhap/{gone}/xoa")
    assert "không bị ảnh hưởng" in words_of(page)
    assert drafts_of(cast) == five  # looking at the question throws nothing away
    assert press(client, page)["Location"] == "/ho-so-cua-toi"
    assert drafts_of(cast) == [pk for pk in five if pk != gone]
    assert client.get(f"/nhap/{gone}/nguoi-nop").status_code == 404
    names = [form_on(client.get(f"/nhap/{pk}/nguoi-nop"))["full_name"] for pk in drafts_of(cast)]
    assert names == [[f"Con thứ {n}"] for n in (0, 1, 3, 4)]


def test_the_start_page_of_a_thrown_away_draft_begins_afresh(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    page = client.get("/nop-ho-so", BIRTH)
    press(client, page)
    press(client, client.get(f"/nhap/{drafts_of(cast)[0]}/xoa"))
    answer = press(client, page)
    assert answer.status_code == 302
    assert answer["Location"] == f"/nhap/{drafts_of(cast)[0]}/nguoi-nop"
    assert Dossier.objects.count() == 2


def test_the_start_page_of_a_sent_dossier_leads_to_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    page = client.get("/nop-ho-so", BIRTH)
    press(client, page)
    draft = Dossier.objects.get()
    ready = cast.an.drafts()
    Dossier.objects.filter(pk=draft.pk).update(form_data=ready.form_data)
    ready.attachments.update(dossier=draft)
    press(client, client.get(f"/nhap/{draft.pk}/xem-lai"))
    draft.refresh_from_db()
    assert press(client, page)["Location"] == f"/ho-so/{draft.code}/da-gui"


def test_a_token_used_by_binh_is_not_ans_draft(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    page = client.get("/nop-ho-so", BIRTH)
    token = form_on(page)["token"]
    press(client, page)
    client.force_login(cast.binh.user)
    client.post("/nop-ho-so", {**BIRTH, "token": token})
    owners = set(Dossier.objects.values_list("applicant__username", flat=True))
    assert owners == {"an", "binh"}


def test_autosave_keeps_half_an_answer(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts(agency=communes(1)[0])
    client.force_login(cast.an.user)
    typed = {**form_on(client.get(f"/nhap/{draft.pk}/nguoi-nop")), "phone": "09", "agency": ""}
    answer = client.post(f"/nhap/{draft.pk}/tu-luu/nguoi-nop", typed)
    assert answer.status_code == 200
    assert answer.json()["version"] == draft.version + 1
    draft.refresh_from_db()
    assert draft.contact["phone"] == "09"
    assert draft.agency == communes(1)[0]  # nothing chosen is not a choice


def test_autosave_of_the_form_keeps_what_the_schema_refuses(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    press(client, client.get("/nop-ho-so", BIRTH))
    draft = Dossier.objects.get()
    page = client.get(f"/nhap/{draft.pk}/to-khai")
    name = next(field for field in form_on(page) if field.endswith("ngay_sinh"))
    saved = client.post(f"/nhap/{draft.pk}/tu-luu/to-khai", {**form_on(page), name: "32/13/20"})
    assert saved.status_code == 200
    assert form_on(client.get(f"/nhap/{draft.pk}/to-khai"))[name] == ["32/13/20"]


def test_autosave_without_a_change_changes_nothing(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    typed = form_on(client.get(f"/nhap/{draft.pk}/nguoi-nop"))
    first = client.post(f"/nhap/{draft.pk}/tu-luu/nguoi-nop", typed).json()
    again = client.post(
        f"/nhap/{draft.pk}/tu-luu/nguoi-nop", {**typed, "version": first["version"]}
    ).json()
    assert again["version"] == first["version"]


@pytest.mark.parametrize("page", ["giay-to", "xem-lai", "gi-do"])
def test_pages_without_text_have_nothing_to_autosave(client: Client, cast: Cast, page: str) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    answer = client.post(f"/nhap/{draft.pk}/tu-luu/{page}", {"version": draft.version})
    assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.version == Dossier.objects.get(pk=draft.pk).version


def test_control_characters_in_a_name_are_refused_and_never_kept(
    client: Client, cast: Cast
) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    page = client.get(f"/nhap/{draft.pk}/nguoi-nop")
    answer = press(client, page, full_name="An\x00\u202eX")
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Nguyễn Văn An"
