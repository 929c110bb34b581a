"""Officers work by program: the same queue, moves, refusals and masks as on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier, DossierStep
from dossiers.workflow import State
from portal.core import clock
from portal.reports.demo.cast import communes
from tests.cast import Cast, picture
from tests.dossiers.backlog import backlog
from tests.dossiers.calling import ROOT, Caller, address_of
from tests.dossiers.states import WAYS

QUEUE = "/api/v1/queue"


def kinds_of(dossier: Dossier) -> list[str]:
    """Everything that happened to the dossier, in its order."""
    return list(dossier.events.values_list("kind", flat=True))


def test_the_officers_bring_a_dossier_home_by_program(cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    chi = Caller(cast.chi)
    [row] = chi.get(QUEUE, view="unclaimed").json()["results"]
    assert (row["dossier"], row["may_claim"]) == (str(dossier.public_id), True)
    assert chi.move(dossier, "claim").json()["moves"][0]["move"] == "receive"
    assert chi.move(dossier, "receive").json()["state"] == "accepted"
    while True:
        person = Caller(cast.issuer(dossier))
        person.move(dossier, "claim")
        offered = [each["move"] for each in person.get(address_of(dossier)).json()["moves"]]
        if "resolve" in offered:
            break
        assert person.move(dossier, "forward", reason="Xong.").status_code == 200
    dossier.refresh_from_db()
    body = {"move": "resolve", "version": dossier.version, "file": picture("kết quả.png")}
    answer = person.upload(f"{address_of(dossier)}/moves", body)
    assert (answer.status_code, answer.json()["state"]) == (200, "resolved")
    chi.move(dossier, "claim")
    done = chi.move(dossier, "return_result", received_by="Nguyễn Văn An").json()
    assert (done["state"], done["national_code"]) == ("returned", 10)


def test_what_was_not_claimed_cannot_be_moved(cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    answer = Caller(cast.chi).move(dossier, "receive")
    assert answer.status_code == 409
    assert "Nhận việc" in answer.json()["detail"]
    assert kinds_of(dossier) == ["submit"]


def test_a_move_on_an_old_version_is_refused(cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    answer = Caller(cast.chi).move(dossier, "receive", version=dossier.version - 1)
    assert answer.status_code == 409
    assert answer.json()["current_version"] == dossier.version
    assert kinds_of(dossier) == ["submit", "claim"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"move": "fly"}, {"move"}),
        ({"move": "refuse", "version": None}, {"version"}),
        ({"move": "refuse"}, {"reason", "basis"}),
        ({"move": "refuse", "reason": "Sai", "basis": ""}, {"basis"}),
        ({"move": "ask_at_intake", "reason": "Mờ", "components": [77]}, {"components", "due_on"}),
    ],
)
def test_what_a_move_needs_is_named_when_it_is_missing(
    cast: Cast, asked: dict[str, Any], named: set[str]
) -> None:
    dossier = cast.an.submits()
    cast.chi.claims(dossier, DossierStep.Kind.INTAKE)
    body = {"version": dossier.version, **asked}
    if body["version"] is None:
        del body["version"]
    answer = Caller(cast.chi).post(f"{address_of(dossier)}/moves", body)
    assert answer.status_code == 400
    assert named <= set(answer.json()["errors"])
    assert kinds_of(dossier) == ["submit", "claim"]


def test_papers_are_asked_for_by_their_number_and_an_repairs_by_program(cast: Cast) -> None:
    dossier = cast.an.submits()
    paper = dossier.attachments.get().component
    chi, an = Caller(cast.chi), Caller(cast.an)
    chi.move(dossier, "claim")
    asked = chi.move(
        dossier,
        "ask_at_intake",
        reason="Ảnh bị mờ.",
        components=[paper.no],
        due_on=f"{clock.today() + timedelta(days=15)}",
    )
    assert asked.json()["state"] == "intake_supplement"
    assert an.get(address_of(dossier)).json()["asked"]["components"] == [paper.no]
    assert an.move(dossier, "answer").status_code == 409  # nothing uploaded yet
    upload = {"component": paper.no, "file": picture("rõ hơn.png")}
    [kept] = an.upload(f"{address_of(dossier)}/attachments", upload).json()
    assert kept["is_pending"] is True
    assert an.move(dossier, "answer").json()["state"] == "submitted"
    names = [each["name"] for each in chi.get(address_of(dossier)).json()["attachments"]]
    assert names == ["rõ hơn.png"]


@pytest.mark.parametrize("move", ["receive", "stop", "resolve", "settle_payment", "claim"])
def test_the_applicant_makes_no_officers_move(cast: Cast, move: str) -> None:
    dossier = cast.an.submits("extract-copy")
    assert Caller(cast.an).move(dossier, move).status_code == 403
    assert kinds_of(dossier) == ["submit"]


def test_an_asks_for_her_dossier_back_with_a_reason(cast: Cast) -> None:
    dossier, an = cast.an.submits("extract-copy"), Caller(cast.an)
    assert list(an.move(dossier, "ask_withdrawal").json()["errors"]) == ["reason"]
    asked = an.move(dossier, "ask_withdrawal", reason="Nộp nhầm.")
    assert asked.json()["state"] == "withdrawal_asked"


def test_a_move_of_another_role_is_refused(cast: Cast) -> None:
    dossier = WAYS[State.PROCESSING](cast)
    cast.dung.claims(dossier)
    assert Caller(cast.dung).move(dossier, "stop", reason="Không.").status_code == 403
    assert Caller(cast.giang).move(dossier, "stop", reason="Chờ tòa.").json()["state"] == "stopped"


def test_officers_read_masked_numbers_and_never_the_raw_form(cast: Cast) -> None:
    dossier = cast.an.submits()
    seen = Caller(cast.chi).get(address_of(dossier))
    number, phone = dossier.owner["identity_number"], dossier.contact["phone"]
    assert seen.json()["owner"]["identity_number"] == f"{number[:3]}••••••{number[-3:]}"
    assert number not in seen.content.decode()
    assert phone not in seen.content.decode()
    assert {"form_data", "lookup_secret", "quote"} & set(seen.json()) == set()


def test_a_citizen_has_no_queue(cast: Cast) -> None:
    assert Caller(cast.an).get(QUEUE).status_code == 403


def test_the_queue_by_program_is_the_queue_of_the_page(cast: Cast) -> None:
    backlog(70, cast.an.user, communes(1))
    chi, page = Caller(cast.chi), Client()
    page.force_login(cast.chi.user)
    shown = page.get("/can-bo").context
    first = chi.get(QUEUE).json()
    assert first["count"] == shown["total"] == 70
    assert [r["code"] for r in first["results"]] == [r["dossier"].code for r in shown["rows"]]
    second = chi.client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (50, 20, None)
    assert second["previous"].endswith("/api/v1/queue?view=all")
    overdue = chi.get(QUEUE, view="overdue").json()
    assert overdue["count"] == page.get("/can-bo?xem=qua-han").context["total"]
    assert chi.get(QUEUE, view="xyz").status_code == 400


def test_the_queue_costs_the_same_for_one_and_for_a_hundred(cast: Cast) -> None:
    chi, sums = Caller(cast.chi), []
    for number in (1, 100):
        backlog(number, cast.an.user, communes(1), seed=number)
        chi.get(QUEUE)
        with CaptureQueriesContext(connection) as taken:
            assert chi.get(QUEUE).status_code == 200
        sums.append(len(taken))
    assert sums[0] == sums[1] <= 11


def test_the_openapi_names_every_move_and_state(cast: Cast) -> None:
    told = Client().get("/api/v1/schema").json()
    assert {
        "/api/v1/dossiers", "/api/v1/dossiers/{dossier_id}", "/api/v1/queue",
        "/api/v1/dossiers/{dossier_id}/submit", "/api/v1/dossiers/{dossier_id}/moves",
        "/api/v1/dossiers/{dossier_id}/attachments", "/api/v1/lookup", "/api/v1/procedures",
        "/api/v1/procedures/{code}", "/api/v1/deadlines", "/api/v1/quotes",
        "/api/v1/statistics/summary",
    } <= set(told["paths"])  # fmt: skip
    words = {
        word for each in told["components"]["schemas"].values() for word in each.get("enum", [])
    }
    moves = {t.name for t in Dossier().get_all_state_transitions()}  # type: ignore[attr-defined]
    assert moves | {"claim", "release"} | set(State.values) <= words
    submit = told["paths"]["/api/v1/dossiers/{dossier_id}/submit"]["post"]
    [key] = [p for p in submit["parameters"] if p["in"] == "header"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)


def test_no_address_of_the_api_ends_with_a_slash(cast: Cast) -> None:
    an = Caller(cast.an)
    assert an.get(f"{ROOT}/").status_code == 404
    assert all(not path.endswith("/") for path in Client().get("/api/v1/schema").json()["paths"])
