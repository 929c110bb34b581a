"""Reading what was probably meant by a word with a slip of the finger; no Django.

Vietnamese syllables are short and few, so one slip (a letter wrong, missing, too many, or two
swapped) leaves a handful of readings; the texts they are looked up in choose among them.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice, product

SHORTEST = 3
MOST_READINGS = 8
MOST_PHRASES = 24


def is_one_slip_away(typed: str, word: str) -> bool:
    """Whether one letter changed, added, left out or swapped with the next tells them apart."""
    if abs(len(typed) - len(word)) > 1 or typed == word:
        return False
    start = _same_start(typed, word)
    a, b = typed[start:], word[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]


def _same_start(a: str, b: str) -> int:
    for place, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return place
    return min(len(a), len(b))


def readings(typed: str, vocabulary: Collection[str]) -> list[str]:
    """The word itself if some text may hold it, else the words one slip away from it."""
    if any(typed in word for word in vocabulary):
        return [typed]
    if len(typed) < SHORTEST:
        return []
    near = (word for word in vocabulary if is_one_slip_away(typed, word))
    return list(islice(near, MOST_READINGS))


def phrases(options: Iterable[list[str]]) -> Iterator[str]:
    """The phrases the readings make together, a bounded number of them."""
    return islice((" ".join(words) for words in product(*options)), MOST_PHRASES)
