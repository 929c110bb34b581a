"""People on their way to the provider and back, kept in their own session, each used once."""

from dataclasses import asdict, dataclass

from django.contrib.sessions.backends.base import SessionBase

from portal.core import clock
from portal.integrations.identity.client import Errand

ON_THE_WAY = "identity_errands"
MOST_TABS = 5
SECONDS = 10 * 60


@dataclass(frozen=True)
class Sent:
    """One person sent away: what to compare, and where they wanted to go."""

    errand: Errand
    onward: str


def remember(session: SessionBase, errand: Errand, onward: str) -> None:
    """Keep the errand until they come back; the oldest of too many tabs is forgotten."""
    kept = dict(list(session.get(ON_THE_WAY, {}).items())[-(MOST_TABS - 1) :])
    told = {"errand": asdict(errand), "onward": onward, "until": _now() + SECONDS}
    session[ON_THE_WAY] = {**kept, errand.state: told}


def recall(session: SessionBase, state: str) -> Sent | None:
    """The errand of that state, once and in time."""
    kept = dict(session.get(ON_THE_WAY, {}))
    found = kept.pop(state, None)
    if found is None:
        return None
    session[ON_THE_WAY] = kept
    return Sent(Errand(**found["errand"]), found["onward"]) if _now() < found["until"] else None


def _now() -> float:
    return clock.now().timestamp()
