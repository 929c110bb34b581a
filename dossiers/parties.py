"""Whose identity numbers stand in a dossier; pure, no Django."""

from collections.abc import Iterator
from typing import Any

from dossiers.masking import IDENTITY


def identity_numbers(*answers: Any) -> list[str]:
    """Every identity number written anywhere in the answers, each once, in order."""
    found = (number for answer in answers for text in _texts(answer) for number in _numbers(text))
    return sorted(set(found))


def _texts(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict | list):
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from _texts(each)


def _numbers(text: str) -> list[str]:
    """The numbers in a text; spaces and dots that people put between digits are read past."""
    whole = text.replace(" ", "").replace(".", "")
    return [*IDENTITY.findall(text), *([whole] if IDENTITY.fullmatch(whole) else [])]
