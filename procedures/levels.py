"""What can be done online, and the level and mode that follow from it.

Levels 1–4 are those of Nghị định 43/2011/NĐ-CP; the modes (toàn trình, một phần) are those of
Nghị định 42/2022/NĐ-CP, which replaced them. The portal shows both.
"""

from collections.abc import Iterable

LEARN, SUBMIT, PAY, FOLLOW, RECEIVE = "learn", "submit", "pay", "follow", "receive"
ACTIVITIES = (LEARN, SUBMIT, PAY, FOLLOW, RECEIVE)

WHOLE, PART, INFORMATION = "toan_trinh", "mot_phan", "cung_cap_thong_tin"

_ONLINE_AT = {
    4: frozenset(ACTIVITIES),
    3: frozenset({LEARN, SUBMIT, FOLLOW}),
    2: frozenset({LEARN}),
    1: frozenset({LEARN}),
}


def online_at(level: int) -> frozenset[str]:
    """The activities that a procedure of this level is taken to offer online.

    A proposal only: what is really offered is decided per procedure, never by rule.
    """
    return _ONLINE_AT[level]


def level_of(activities: Iterable[str]) -> int:
    """The level that a set of online activities amounts to.

    Level 3 is submitting online; level 4 adds paying online, the result may come by post.
    Information with forms to print is level 2.
    """
    online = _known(activities)
    if {SUBMIT, PAY} <= online:
        return 4
    if SUBMIT in online:
        return 3
    return 2 if LEARN in online else 1


def mode_of(activities: Iterable[str]) -> str:
    """The mode of service: whole (toàn trình) only where every activity is online."""
    online = _known(activities)
    if online == set(ACTIVITIES):
        return WHOLE
    return PART if SUBMIT in online else INFORMATION


def _known(activities: Iterable[str]) -> set[str]:
    online = set(activities)
    if strange := online - set(ACTIVITIES):
        raise ValueError(f"unknown activity: {min(strange)}")
    return online
