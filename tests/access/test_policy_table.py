"""Every door has one row in the policy, every row a door; without its row a door is shut."""

import pytest
from django.test import Client

from portal import policy
from portal.policy import CONFIGURATION, ROUTES, row_of
from tests.access.world import routes
from tests.cast import Cast


def test_every_route_has_a_row() -> None:
    assert [r.address for r in routes() if row_of(r.address, r.name) is None] == []


def test_every_row_has_a_route() -> None:
    names = {route.name or route.address for route in routes()}
    assert set(ROUTES) - names == set()
    apps = {name.partition(":")[2].partition("_")[0] for name in names if name.startswith("admin:")}
    assert set(CONFIGURATION) - apps == set()


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_without_its_row_a_route_is_shut(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    route = next(each for each in routes() if (each.name or each.address) == name)
    monkeypatch.delitem(policy.ROUTES, name)
    assert row_of(route.address, route.name) is None
    if not route.gaps:
        client.force_login(cast.an.user)
        assert client.get(f"/{route.address}").status_code == 404


def test_without_its_row_a_room_of_the_configuration_is_shut(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.thutuc.user)
    assert client.get("/quan-tri/procedures/procedure/").status_code == 200
    monkeypatch.delitem(policy.CONFIGURATION, "procedures")
    assert client.get("/quan-tri/procedures/procedure/").status_code == 404
