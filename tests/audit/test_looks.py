"""Whoever looks leaves a line, and An reads who it was and why."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier
from portal.audit.models import Entry
from portal.documents.models import Paper
from portal.documents.services import render
from tests.cast import Cast
from tests.journeys.browsing import download, same

REASON = "Đối chiếu với giấy chứng sinh."


@pytest.fixture
def sent(cast: Cast) -> Dossier:
    """An's dossier, sent; its files have left quarantine."""
    dossier = cast.an.submits()
    cast.scanner_looks()
    return dossier


@pytest.fixture
def claimed(cast: Cast, sent: Dossier) -> Dossier:
    """An's dossier, which Chi has taken on at the door."""
    cast.chi.claims(sent, "intake")
    return sent


def looks(dossier: Dossier) -> list[tuple[str, str, str]]:
    """What the log tells of the dossier: kind, who, in which capacity."""
    lines = Entry.objects.filter(subject="dossiers.dossier", subject_key=str(dossier.pk))
    return list(lines.order_by("pk").values_list("kind", "actor__username", "role"))


def unmask_page(dossier: Dossier, name: str = "so-dinh-danh") -> str:
    """The address where a number is seen in full."""
    return reverse("dossiers:show_full", args=[dossier.code, name])


def body(answer: Any) -> str:
    """The page as text."""
    text: str = answer.content.decode()
    return text


def test_chi_opens_the_dossier_and_it_is_written(client: Client, cast: Cast, sent: Dossier) -> None:
    client.force_login(cast.chi.user)
    assert client.get(f"/can-bo/ho-so/{sent.code}").status_code == 200
    assert looks(sent) == [("read", "chi", "reception_clerk")]
    line = Entry.objects.get(subject_key=str(sent.pk), kind="read")
    assert (line.person_id, line.agency_id) == (cast.an.pk, sent.agency_id)


def test_an_reads_her_own_dossier_and_nothing_is_written(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.an.user)
    assert client.get(f"/ho-so/{sent.code}").status_code == 200
    assert download(client, f"/tep/{sent.attachments.get().pk}")
    assert looks(sent) == []


def test_each_file_chi_opens_is_written_but_not_the_small_pictures(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    paper, attachment = Paper.objects.get(reference=sent.code), sent.attachments.get()
    render(paper)
    client.force_login(cast.chi.user)
    assert download(client, f"/giay/{paper.pk}").startswith(b"%PDF")
    assert download(client, f"/tep/{attachment.pk}")
    client.get(f"/tep/{attachment.pk}/anh-nho")
    details = Entry.objects.filter(kind="downloaded").order_by("pk").values_list("details", flat=1)
    assert list(details) == [
        {"code": sent.code, "paper": paper.pk},
        {"code": sent.code, "attachment": attachment.pk},
    ]


def test_a_foreign_look_finds_nothing_and_is_no_look(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi2.user)
    assert client.get(f"/can-bo/ho-so/{sent.code}").status_code == 404
    assert looks(sent) == []


def test_a_program_that_reads_over_json_is_written_too(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi.user)
    assert client.get(f"/api/v1/dossiers/{sent.public_id}").status_code == 200
    assert looks(sent) == [("read", "chi", "reception_clerk")]


def test_an_sees_who_looked_and_binh_sees_nothing_of_it(
    client: Client, cast: Cast, claimed: Dossier
) -> None:
    client.force_login(cast.chi.user)
    client.get(f"/can-bo/ho-so/{claimed.code}")
    client.post(unmask_page(claimed), {"reason": REASON})
    client.force_login(cast.an.user)
    page = body(client.get("/ai-da-xem"))
    assert [word in page for word in ("Lê Thị Chi", "Cán bộ một cửa", str(claimed.code))] == [
        True
    ] * 3
    assert page.count("Xem hồ sơ<br>") == 1
    assert page.count(REASON) == 1
    client.force_login(cast.binh.user)
    assert "Chưa ai xem" in body(client.get("/ai-da-xem"))


def test_chi_sees_the_number_after_she_has_said_why(
    client: Client, cast: Cast, claimed: Dossier
) -> None:
    number = claimed.owner["identity_number"]
    client.force_login(cast.chi.user)
    asked = client.get(unmask_page(claimed))
    assert (asked.status_code, number in body(asked)) == (200, False)
    silent = client.post(unmask_page(claimed), {"reason": "vì"})
    assert (silent.status_code, number in body(silent)) == (422, False)
    assert ">vì</textarea>" in body(silent).replace("\n", "")
    assert Entry.objects.filter(kind="unmasked").count() == 0
    told = client.post(unmask_page(claimed), {"reason": REASON})
    assert (told.status_code, number in body(told)) == (200, True)
    assert "no-store" in told["Cache-Control"]
    line = Entry.objects.get(kind="unmasked")
    assert (line.actor_id, line.person_id, line.reason, line.details["field"]) == (
        cast.chi.pk, cast.an.pk, REASON, "so-dinh-danh",
    )  # fmt: skip
    assert number not in str(Entry.objects.values())


def test_a_number_inside_the_form_is_seen_the_same_way(
    client: Client, cast: Cast, claimed: Dossier
) -> None:
    client.force_login(cast.chi.user)
    page = body(client.get(f"/can-bo/ho-so/{claimed.code}"))
    door = f"/can-bo/ho-so/{claimed.code}/xem-du/khai/"
    assert page.count(door) > 0
    address = page[page.index(door) :].split('"')[0]
    told = client.post(address, {"reason": REASON})
    assert told.status_code == 200
    assert Entry.objects.filter(kind="unmasked").count() == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [("giang", 200), ("van", 404), ("chi2", 404), ("hoa", 404), ("kiemtoan", 404), ("binh", 404)],
)
def test_who_else_may_see_it_in_full(
    client: Client, cast: Cast, claimed: Dossier, name: str, status: int
) -> None:
    client.force_login(getattr(cast, name).user)
    told = client.post(unmask_page(claimed), {"reason": REASON})
    assert told.status_code == status
    assert (claimed.owner["identity_number"] in body(told)) is (status == 200)
    assert Entry.objects.filter(kind="unmasked").count() == (status == 200)


def test_whoever_does_not_hold_the_step_sees_it_masked_only(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    client.force_login(cast.chi.user)  # has not taken it on yet
    assert client.post(unmask_page(sent), {"reason": REASON}).status_code == 403
    assert "Xem đầy đủ" not in body(client.get(f"/can-bo/ho-so/{sent.code}"))
    assert Entry.objects.filter(kind="unmasked").count() == 0


def test_a_field_that_is_not_masked_and_one_that_never_was_are_the_same(
    client: Client, cast: Cast, claimed: Dossier
) -> None:
    client.force_login(cast.chi.user)
    answers = [client.get(unmask_page(claimed, name)) for name in ("ho-ten", "khai/khong/co")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert same(answers[0]) == same(answers[1])


def test_after_forty_numbers_in_an_hour_there_is_a_pause(
    client: Client, cast: Cast, claimed: Dossier
) -> None:
    client.force_login(cast.chi.user)
    statuses = [
        client.post(unmask_page(claimed), {"reason": REASON}).status_code for _turn in range(41)
    ]
    assert statuses == [200] * 40 + [429]
    assert Entry.objects.filter(kind="unmasked").count() == 40
