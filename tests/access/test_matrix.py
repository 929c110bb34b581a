"""Every door × everybody × a dossier under way and one that has ended, against the policy.

What must come of each cell is read from the policy's row and from whose the thing is. A cell
leaks when somebody gets further than that, when what is not theirs looks different from what
does not exist, or when an answer tells a number or a name that is not theirs to see.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.policy import About, Row, roles_of, row_of
from tests.access.world import CLOSED, LIVE, UNKNOWN, Route, World, routes
from tests.cast import Cast, Person
from tests.journeys.browsing import same

pytestmark = pytest.mark.heavy

# What looking may leave behind: the session's time, a line of the log, a counter of tries, and
# when a file was handed out (a file that is read is looked into again sooner).
TRACES = ("accounts_session", "audit_entry", "core_taken", "documents_storedfile")
SHUT = {401, 403, 404}
NO_ROW = Row(frozenset())
WITH_STATES = {About.DOSSIER, About.CASE, About.EITHER, About.LINK, About.OVERSEEN}
# What a view may still say to whoever its row admits: the thing itself knows the moment.
NARROWER = {
    "accounts:decide": {403, 404},
    "accounts:desk_act": {403, 404},
    "accounts:desk_end": {403},
    "accounts:desk_give": {403},
    "dossiers:move": {403, 404},
    "dossiers:show_full": {403},
    "dossiers:start": {404},
    "identity:back": {403, 404},
    "mailbox:list": {404},
    "mailbox:message": {404},
    "metrics": {403, 404},
    "quan-tri/login/": {403},
}


def group_of(route: Route) -> str:
    """The doors that are tried together: by whose things they name, the configuration by room."""
    if route.address.startswith("quan-tri/"):
        return route.address.rpartition("quan-tri/")[2].partition("/")[0][:20]
    return str((row_of(route.address, route.name) or NO_ROW).about)


def states_of(route: Route) -> tuple[str, ...]:
    """A dossier under way and one that has ended, where a dossier is named."""
    about = (row_of(route.address, route.name) or NO_ROW).about
    return (LIVE, CLOSED) if about in WITH_STATES else (LIVE,)


GROUPS = sorted({group_of(route) for route in routes()})


@pytest.fixture
def world(cast: Cast, settings: Any) -> World:
    settings.PORTAL_DEMO = False  # the demo's mailbox shows everybody every letter
    return World(cast)


def rows_changed() -> dict[str, int]:
    """How many rows this transaction has written so far, by table, traces left out."""
    asked = """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
        FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)"""
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(TRACES)])
        return dict(cursor.fetchall())


@contextmanager
def nothing_changes(cell: str) -> Iterator[None]:
    """Fails when a row was written meanwhile."""
    before = rows_changed()
    yield
    after = rows_changed()
    assert {name for name in after if after[name] != before.get(name, 0)} == set(), cell


class Visit:
    """One person's browser, and what the policy says of them."""

    def __init__(self, world: World, person: Person | None) -> None:
        self.world, self.person = world, person
        self.client = Client(raise_request_exception=False)
        if person is not None:
            self.client.force_login(person.again())
        self.roles = roles_of(person.user if person else None)

    def may(self, row: Row, state: str) -> bool:
        """What the table says of the cell."""
        is_admitted = bool(self.roles & row.who)
        return is_admitted and self.world.is_theirs(self.person, row.about, state)

    def is_shut_out(self, answer: Any) -> bool:
        """Whether they got no further than the door."""
        leads_to_door = answer.get("Location", "").startswith(("/dang-nhap", "/quan-tri/login"))
        return answer.status_code in SHUT or (self.person is None and leads_to_door)


def body(answer: Any) -> bytes:
    """All that was said."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def canaries(world: World) -> list[bytes]:
    """What of An's nobody else finds on any page: the whole number, the telephone, the street."""
    an = world.cast.an.user
    return [an.identity_number.encode(), an.phone.encode(), world.draft.start_token.encode()]


@pytest.mark.parametrize("group", GROUPS)
def test_every_cell_is_as_the_policy_says(
    world: World, group: str, request: pytest.FixtureRequest
) -> None:
    doors = [route for route in routes() if group_of(route) == group]
    cells, leaks = 0, []
    names_things = any(row_of(r.address, r.name).about is not About.NOTHING for r in doors)  # type: ignore[union-attr]
    people = world.people if names_things else world.one_of_each_role
    for username, person in people:
        visit = Visit(world, person)
        for route in doors:
            for state in states_of(route):
                cells += 1
                try:
                    look(visit, route, state, f"{username or 'stranger'} {route.address} {state}")
                except AssertionError as leak:
                    leaks.append(str(leak).partition("\n")[0])
    request.node.user_properties.append(("cells", cells))
    request.node.user_properties.append(("leaks", len(leaks)))
    assert leaks == [], "\n".join(leaks)
    assert cells == len(people) * sum(len(states_of(route)) for route in doors)


def look(visit: Visit, route: Route, state: str, cell: str) -> None:
    """GET and, for whoever has no business there, POST: neither tells nor changes anything."""
    row = row_of(route.address, route.name)
    assert row is not None, cell
    address = visit.world.address(route, state)
    with nothing_changes(f"GET {cell}"):
        answer = visit.client.get(address)
    said = body(answer)
    assert answer.status_code < 500, cell
    if visit.person is None or visit.person.user != visit.world.cast.an.user:
        assert [c for c in canaries(visit.world) if c in said] == [], cell
    if visit.may(row, state):
        assert answer.status_code not in SHUT or is_narrower(route, state, answer), cell
        return
    assert visit.is_shut_out(answer) or answer.status_code == 405, f"{cell}: {answer.status_code}"
    with nothing_changes(f"POST {cell}"):
        pushed = visit.client.post(address)
    is_foreign = row.about is not About.NOTHING and visit.person is not None
    if not is_foreign:
        assert visit.is_shut_out(pushed) or pushed.status_code == 405, f"POST {cell}"
        return
    nobodys = visit.world.address(route, UNKNOWN)
    assert told(answer) == told(visit.client.get(nobodys)), cell
    assert told(pushed) == told(visit.client.post(nobodys)), f"POST {cell}"


def is_narrower(route: Route, state: str, answer: Any) -> bool:
    """Whether the row admits them and the thing itself does not: the view knows the moment.

    A number is shown in full at some steps only, a file that was taken out is gone, and in the
    configuration nothing is added by hand that comes from a file.
    """
    if route.name == "dossiers:result":
        return bool(answer.status_code == 404) and state == LIVE
    if route.name.startswith("admin:"):
        return answer.status_code in {403, 404}
    return answer.status_code in NARROWER.get(route.name or route.address, set())


def told(answer: Any) -> tuple[int, bytes]:
    """All that an answer tells, without what is new each time it is drawn."""
    return answer.status_code, plain(answer)


def plain(answer: Any) -> bytes:
    """The answer without what is new each time it is drawn."""
    return (
        same(answer)
        if answer.content and "html" in answer.get("Content-Type", "")
        else body(answer)
    )
