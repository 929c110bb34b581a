"""Supervisors and auditors see every dossier of the province, masked, and change nothing."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.audit.models import Entry
from portal.core.field_keys import keyed_hash
from tests.cast import Cast
from tests.journeys.browsing import links_on, words_of

LIST = "/giam-sat"


@pytest.fixture(params=["giamsat", "kiemtoan"])
def watcher(request: pytest.FixtureRequest, cast: Cast) -> Client:
    """A supervisor, and an auditor."""
    client = Client()
    client.force_login(getattr(cast, request.param).user)
    return client


def test_all_dossiers_of_the_province_newest_first(watcher: Client, cast: Cast) -> None:
    first, second = cast.an.submits(), cast.binh.submits("extract-copy")
    cast.an.drafts()
    found = [link for link in links_on(watcher.get(LIST)) if link.startswith(f"{LIST}/")]
    assert found == [f"{LIST}/{second.code}", f"{LIST}/{first.code}"]


def test_the_list_names_nobody(watcher: Client, cast: Cast) -> None:
    cast.an.submits()
    words = words_of(watcher.get(LIST))
    assert cast.an.user.full_name.upper() not in words.upper()


def test_one_dossier_is_masked_read_only_and_each_look_is_written(
    watcher: Client, cast: Cast
) -> None:
    dossier = cast.chi.receives(cast.an.submits())
    page: Any = watcher.get(f"{LIST}/{dossier.code}")
    assert page.status_code == 200
    said = page.content.decode()
    assert cast.an.user.identity_number not in said
    assert cast.an.user.phone not in said
    assert '<form method="post" action="/can-bo' not in said
    line = Entry.objects.filter(kind=Entry.Kind.READ).latest("pk")
    assert (line.subject_key, line.details["part"]) == (str(dossier.pk), "form")
    assert line.role in {"supervisor", "auditor"}


def test_filters_by_state_agency_and_code(watcher: Client, cast: Cast) -> None:
    running = cast.chi.receives(cast.an.submits())
    waiting = cast.chi.asks_at_intake(cast.an.submits())
    shown = {
        "xem=dang-lam": [running.code],
        "xem=tam-dung": [waiting.code],
        "xem=qua-han": [],
        "xem=da-xong": [],
        f"ma={waiting.code}": [waiting.code],
        "co_quan=khong+co+noi+nao": [],
        "xem=%00": None,
        "sau=9-9-9&xem=la": [waiting.code, running.code],
    }
    for query, codes in shown.items():
        page: Any = watcher.get(f"{LIST}?{query}")
        if codes is None:
            assert page.status_code == 400, query
        else:
            assert [row["code"] for row in page.context["rows"]] == codes, query


def test_pages_follow_one_another(
    watcher: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dossiers.overseeing.PAGE", 2)
    codes = [cast.an.submits("extract-copy").code for _each in range(5)]
    found, address = [], LIST
    while address:
        page: Any = watcher.get(address)
        found += [row["code"] for row in page.context["rows"]]
        address = f"{LIST}{page.context['next']}" if page.context["next"] else ""
    assert found == codes[::-1]


def test_whoever_watches_sees_nothing_of_their_own_case(cast: Cast, client: Client) -> None:
    dossier = cast.an.submits()
    named = keyed_hash(cast.giamsat.user.identity_number)
    Dossier.objects.filter(pk=dossier.pk).update(party_hashes=[*dossier.party_hashes, named])
    client.force_login(cast.giamsat.user)
    assert client.get(f"{LIST}/{dossier.code}").status_code == 404
    assert client.get(LIST).context["rows"] == []  # type: ignore[index]


def test_nobody_else_comes_in(client: Client, cast: Cast) -> None:
    dossier = cast.an.submits()
    for person in (cast.an, cast.chi, cast.giang, cast.thutuc, cast.hoa):
        client.force_login(person.user)
        assert client.get(LIST).status_code == 403
        assert client.get(f"{LIST}/{dossier.code}").status_code == 404
