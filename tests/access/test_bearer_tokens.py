"""A program acts for somebody with a token, within its scopes and never beyond its owner."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from dossiers.models import Dossier
from portal.accounts.models import Token, User
from portal.audit.models import Entry
from portal.core import clock
from tests.cast import Cast

READ, WRITE, HANDLE = "dossiers:read", "dossiers:write", "dossiers:handle"


def token_of(username: str, *scopes: str, **options: Any) -> str:
    """A token as the command prints it."""
    said = StringIO()
    call_command("issue_token", username, scope=list(scopes), stdout=said, **options)
    return said.getvalue().strip()


def ask(token: str, address: str, method: str = "get", **body: Any) -> Any:
    """One call of a program; its browser knows no session."""
    client = Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)
    if method == "get":
        return client.get(f"/api/v1/{address}")
    return client.post(f"/api/v1/{address}", json.dumps(body), "application/json")


def test_ans_program_reads_what_an_reads(cast: Cast) -> None:
    mine, foreign = cast.an.submits(), cast.binh.submits()
    token = token_of("an", READ)
    assert [row["code"] for row in ask(token, "dossiers").json()["results"]] == [mine.code]
    assert ask(token, f"dossiers/{mine.public_id}").status_code == 200
    assert ask(token, f"dossiers/{foreign.public_id}").status_code == 404


def test_a_token_opens_only_what_its_scopes_name(cast: Cast) -> None:
    draft = {"procedure": "2.000635", "channel": "online"}
    only_read = ask(token_of("an", READ), "dossiers", "post", **draft)
    assert only_read.status_code == 403
    assert Dossier.objects.count() == 0
    assert ask(token_of("chi", READ), "queue").status_code == 403
    assert ask(token_of("chi", HANDLE), "queue").status_code == 200


def test_a_token_opens_nothing_its_owner_may_not(cast: Cast) -> None:
    assert ask(token_of("an", HANDLE), "queue").status_code == 403
    dossier = cast.an.submits()
    assert ask(token_of("chi2", READ), f"dossiers/{dossier.public_id}").status_code == 404


def test_with_the_posting_the_queue_is_gone(cast: Cast) -> None:
    token = token_of("chi", HANDLE)
    cast.chi.user.postings.update(ended_at=clock.now())
    assert ask(token, "queue").status_code == 403


@pytest.mark.parametrize("ending", ["expired", "revoked", "shut", "altered"])
def test_a_token_that_has_ended_is_answered_401(cast: Cast, ending: str) -> None:
    token = token_of("an", READ)
    if ending == "expired":
        Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif ending == "revoked":
        call_command("issue_token", "an", revoke=True, stdout=StringIO())
    elif ending == "shut":
        User.objects.filter(username="an").update(is_active=False)
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    answer = ask(token, "dossiers")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_only_the_digest_is_kept_and_the_log_knows(cast: Cast) -> None:
    token = token_of("an", READ, days=7)
    kept = Token.objects.get()
    assert token.startswith("mc_")
    assert token not in {str(value) for value in vars(kept).values()}
    assert kept.expires_at - kept.made_at > timedelta(days=6, hours=23)
    line = Entry.objects.filter(kind=Entry.Kind.ACCOUNT_CHANGED).latest("pk")
    assert line.person == cast.an.user
    assert line.details == {"what": "token_issued", "scopes": [READ], "days": 7}


@pytest.mark.parametrize(
    "options", [{"scope": []}, {"scope": [READ], "days": 0}, {"scope": [READ], "days": 999}]
)
def test_a_token_without_scope_or_end_is_not_issued(cast: Cast, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("issue_token", "an", **options)
    assert Token.objects.count() == 0


def test_who_is_refused_stands_in_the_log(cast: Cast, client: Client) -> None:
    dossier = cast.an.submits()
    client.force_login(cast.binh.user)
    assert client.get(f"/ho-so/{dossier.code}").status_code == 404
    assert client.get("/can-bo").status_code == 403
    lines = Entry.objects.filter(kind=Entry.Kind.REFUSED).order_by("pk")
    assert [(line.actor, line.details) for line in lines] == [
        (cast.binh.user, {"door": "dossiers:show", "status": 404}),
        (cast.binh.user, {"door": "dossiers:queue", "status": 403}),
    ]
