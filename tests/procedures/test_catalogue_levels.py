"""Levels and modes follow from what can be done online."""

import pytest

from procedures.levels import ACTIVITIES, level_of, mode_of, online_at


@pytest.mark.parametrize(
    ("online", "level", "mode"),
    [
        (set(ACTIVITIES), 4, "toan_trinh"),
        ({"learn", "submit", "pay", "follow"}, 4, "mot_phan"),
        ({"learn", "submit", "follow"}, 3, "mot_phan"),
        ({"learn", "follow"}, 2, "cung_cap_thong_tin"),
        (set(), 1, "cung_cap_thong_tin"),
    ],
)
def test_level_and_mode(online: set[str], level: int, mode: str) -> None:
    assert level_of(online) == level
    assert mode_of(online) == mode


@pytest.mark.parametrize("level", [2, 3, 4])
def test_a_level_comes_back_from_what_it_offers(level: int) -> None:
    assert level_of(online_at(level)) == level


def test_an_unknown_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown activity: sing"):
        level_of({"submit", "sing"})
