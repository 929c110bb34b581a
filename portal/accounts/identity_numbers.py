"""Personal identity numbers (số định danh cá nhân): what can be one, and what is odd about one.

Twelve digits: where the birth was registered (001 to 096 are provinces), one for century and sex,
two for the year, six of chance; none checks the others. People born abroad and papers put right
later break the rules lawfully, so what is odd is told and never refused.
"""

import re
from datetime import date
from enum import StrEnum

LAST_PROVINCE = 96
_SPACING = re.compile(r"[\s.]")
_PERSONAL = re.compile(r"[0-9]{12}")
_OLD_CARD = re.compile(r"[0-9]{9}")


class Sex(StrEnum):
    """The sex a number or a paper tells."""

    MALE = "male"
    FEMALE = "female"


class Doubt(StrEnum):
    """What is odd about a number, alone or beside what else was declared."""

    PROVINCE = "province"
    FUTURE = "future"
    SEX = "sex"
    BIRTH_YEAR = "birth_year"


def read_identity_number(typed: str) -> str:
    """The number a person meant: without spaces and dots."""
    return _SPACING.sub("", typed)


def is_personal_number(text: str) -> bool:
    """Whether it can be a personal identity number: 12 digits."""
    return _PERSONAL.fullmatch(text) is not None


def is_identity_number(text: str) -> bool:
    """Whether it can be one, or the number of an old card (chứng minh nhân dân): 9 digits."""
    return is_personal_number(text) or _OLD_CARD.fullmatch(text) is not None


def sex_in(number: str) -> Sex:
    """The sex the fourth digit of a personal number tells."""
    return Sex.FEMALE if int(number[3]) % 2 else Sex.MALE


def birth_year_in(number: str) -> int:
    """The year of birth a personal number tells: 0 and 1 are the 1900s, 2 and 3 the 2000s, …"""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def doubts(
    number: str, today: date, *, sex: Sex | None = None, birth_date: date | None = None
) -> list[Doubt]:
    """What is odd about a number that may be right all the same; an old card tells nothing."""
    if not is_personal_number(number):
        return []
    year = birth_year_in(number)
    found = {
        Doubt.PROVINCE: not 1 <= int(number[:3]) <= LAST_PROVINCE,
        Doubt.FUTURE: year > today.year,
        Doubt.SEX: sex is not None and sex is not sex_in(number),
        Doubt.BIRTH_YEAR: birth_date is not None and birth_date.year != year,
    }
    return [doubt for doubt, is_so in found.items() if is_so]
