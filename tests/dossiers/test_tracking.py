"""Where is my dossier? Asked without an account, answered without personal data."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.wording import date_in_words
from portal.core import clock
from portal.core.models import Province
from tests.cast import Cast
from tests.dossiers.states import WAYS
from tests.journeys.browsing import same, words_of


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """An's dossier, with a secret that can be mistyped in every way."""
    dossier = cast.an.submits()
    typed = {"lookup_secret": "1A0B1C0D"}  # pragma: allowlist secret
    Dossier.objects.filter(pk=dossier.pk).update(**typed)
    dossier.refresh_from_db()
    return dossier


def ask(client: Client, code: Any, secret: str) -> Any:
    """Look a dossier up."""
    return client.post("/tra-cuu", {"code": code, "secret": secret})


@pytest.mark.parametrize(
    "secret",
    ["1A0B1C0D", "1a0b1c0d", "1a0b-1c0d", " 1A0B 1C0D ", "lAoBiCOd", "IAOBLCOD", "1A0B–1C0D"],
)
def test_the_secret_may_be_typed_in_any_way(client: Client, dossier: Dossier, secret: str) -> None:
    page = ask(client, dossier.code, secret)
    assert page.status_code == 200
    assert f"Mã hồ sơ {dossier.code}" in words_of(page)


def test_the_code_may_be_typed_in_any_way(client: Client, dossier: Dossier) -> None:
    assert dossier.code is not None
    for typed in (dossier.code.lower(), f"  {dossier.code} ", dossier.code.replace("-", "–")):
        assert ask(client, typed, "1A0B1C0D").status_code == 200, typed


def test_an_unknown_code_and_a_wrong_secret_are_answered_alike(
    client: Client, dossier: Dossier
) -> None:
    wrong = ask(client, dossier.code, "ZZZZZZZZ")
    Dossier.objects.filter(pk=dossier.pk).update(code="H61.101-200101-9999")
    unknown = ask(client, dossier.code, "ZZZZZZZZ")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert same(wrong) == same(unknown)
    assert "Không tìm thấy hồ sơ với mã này" in words_of(unknown)


def test_a_draft_cannot_be_looked_up(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    assert ask(client, f"nháp {draft.pk}", draft.lookup_secret).status_code == 404
    assert client.get(f"/tra-cuu/{draft.link_token}").status_code == 404


def test_the_link_and_the_two_codes_tell_the_same(client: Client, dossier: Dossier) -> None:
    by_link = client.get(f"/tra-cuu/{dossier.link_token}")
    by_code = ask(client, dossier.code, "1A0B1C0D")
    assert words_of(by_link) == words_of(by_code)
    assert client.get(f"/tra-cuu/{'0' * 32}").status_code == 404


@pytest.mark.parametrize("state", WAYS)
def test_no_state_shows_personal_data(client: Client, cast: Cast, state: str) -> None:
    dossier = WAYS[state](cast)
    if dossier.code is None:
        return
    page = client.get(f"/tra-cuu/{dossier.link_token}")
    assert page.status_code == 200
    shown = page.content.decode()
    an = cast.an.user
    private = [an.full_name, an.identity_number, an.phone, an.email, dossier.lookup_secret]
    private += ["Nguyễn Thị Hạnh", "086199000123", "0900000123", "hanh@demo.invalid"]
    private += [cast.chi.full_name, cast.dung.full_name, cast.giang.full_name]
    private += [reason for reason in dossier.events.values_list("reason", flat=True) if reason]
    assert [secret for secret in private if secret in shown] == []


def test_officers_steps_inside_the_office_are_not_told(client: Client, cast: Cast) -> None:
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.dung.proposes_supplement(dossier)
    titles = [
        item["title"] for item in client.get(f"/tra-cuu/{dossier.link_token}").context["timeline"]
    ]
    assert titles[:2] == ["Đã gửi hồ sơ", "Đã tiếp nhận"]
    assert "Đề nghị yêu cầu bổ sung" not in titles
    assert "Cán bộ nhận việc" not in titles


def test_who_must_act_is_the_applicant_without_a_name(client: Client, cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits())
    words = words_of(client.get(f"/tra-cuu/{dossier.link_token}"))
    assert "Đang chờ: Người nộp hồ sơ" in words
    assert "Bạn" not in words.replace("Bạn cũng", "")


def test_while_the_clock_stands_the_last_day_to_repair_is_told(
    client: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    dossier = cast.chi.forwards(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.giang.approves_supplement(cast.dung.proposes_supplement(dossier))
    address = f"/tra-cuu/{dossier.link_token}"
    words = words_of(client.get(address))
    until = dossier.supplement_requests.get().due_on
    assert until is not None
    assert f"Bổ sung muộn nhất {date_in_words(until)}." in words
    assert "Hẹn trả trước khi tạm dừng" in words
    assert "sẽ lùi theo những ngày tạm dừng" in words
    with django_assert_num_queries(4):
        client.get(address)


def test_rubbish_is_answered_with_a_sentence(client: Client, db: None) -> None:
    for code, secret in (("", ""), ("x" * 500, "1"), ("H61\x00", "1A0B1C0D"), ("'; --", "%")):
        answer = ask(client, code, secret)
        assert answer.status_code in (404, 422), code
        assert 'role="alert"' in answer.content.decode(), code


def test_looking_up_takes_few_statements(
    client: Client, dossier: Dossier, django_assert_num_queries: Any
) -> None:
    client.get(f"/tra-cuu/{dossier.link_token}")  # calendars are read once for each process
    with django_assert_num_queries(3):  # the dossier, what happened, the province
        client.get(f"/tra-cuu/{dossier.link_token}")


def test_the_sample_code_is_one_of_the_own_province(client: Client, cast: Cast) -> None:
    Province.objects.update(code="H07")
    with clock.shifted_to(datetime(2026, 11, 30, 9, 0, tzinfo=clock.ZONE)):
        page = words_of(client.get("/tra-cuu"))
    assert "In trên giấy hẹn, ví dụ H07.101-261130-0042." in page
