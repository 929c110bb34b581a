"""How answers are written: what people type, what is stored, what is shown again.

Dates are stored as ISO, times and instants as RFC 3339 with the offset of the portal's zone.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from jsonschema import FormatChecker

from procedures.form_compiler.tree import Json

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KNOWN_FORMATS = frozenset({"date", "time", "date-time", "email", "uri", "uuid"})
LARGEST = 10**15
LONGEST_NUMBER = 40

_DATE = re.compile(r"([0-9]{1,2})\s*[/.,\-\s]\s*([0-9]{1,2})\s*[/.,\-\s]\s*([0-9]{4})")
_DAY_INSIDE = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?"
    r"|\s*(?:h|H|giờ)\s*(?:([0-9]{1,2})\s*(?:p|phút)?)?)"
)
_RFC_TIME = re.compile(r"([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_EMAIL = re.compile(r"[^@\s<>()\",;:\\]{1,64}@[^@\s<>()\",;:\\.]+(\.[^@\s<>()\",;:\\.]+)+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INTEGER = re.compile(r"[+-]?[0-9]+|[+-]?[0-9]{1,3}([. ][0-9]{3})+")
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_POINTED = re.compile(r"[+-]?[0-9]+\.[0-9]+")


class Unreadable(ValueError):
    """Typed text that is not an answer of the wanted kind; `code` names the sentence to show."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_date(text: str) -> str:
    """The ISO date of `27/3/1985`, `27-03-1985`, `27031985` or `1985-03-27`."""
    compact = re.fullmatch(r"([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})", text)
    found = compact or _DATE.fullmatch(text)
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day).isoformat()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Unreadable("no_such_date") from error
    raise Unreadable("date")


def read_time(text: str) -> str:
    """The RFC 3339 time of `07:30`, `7h30` or `7 giờ 30`."""
    if is_time(text):
        return text
    return _with_offset(datetime.combine(date(2000, 1, 1), _clock_time(text)))[11:]


def read_instant(text: str) -> str:
    """The RFC 3339 instant of `27/3/2026 07:30`, in either order of date and time."""
    if is_instant(text):
        return text
    day = _DAY_INSIDE.search(text)
    if day is None:
        raise Unreadable("date-time")
    rest = text[: day.start()] + " " + text[day.end() :]
    clock = re.sub(r"\b(ngày|lúc|vào)\b|[,T]", " ", rest, flags=re.IGNORECASE).strip()
    try:
        at = _clock_time(clock)
    except Unreadable as error:
        raise Unreadable("date-time") from error
    return _with_offset(datetime.combine(date.fromisoformat(read_date(day[0])), at))


def _clock_time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unreadable("time")
    try:
        return time(int(found[1]), int(found[2] or found[4] or 0), int(found[3] or 0))
    except ValueError as error:
        raise Unreadable("time") from error


def _with_offset(local: datetime) -> str:
    """ISO with the zone's offset; whole minutes only, as RFC 3339 has no seconds in offsets."""
    try:
        text = local.replace(tzinfo=ZONE).isoformat(timespec="seconds")
    except OverflowError as error:
        raise Unreadable("no_such_date") from error
    return text if is_instant(text) else f"{text[:19]}+07:00"


def read_integer(text: str) -> int:
    """The whole number of `1000000`, `1.000.000` or `1 000 000`."""
    text = text.replace("\u2212", "-").replace("\u00a0", " ")
    if len(text) > LONGEST_NUMBER or not _INTEGER.fullmatch(text):
        raise Unreadable("integer")
    value = int(re.sub(r"[. ]", "", text))
    if abs(value) > LARGEST:
        raise Unreadable("huge")
    return value


def read_number(text: str) -> int | float:
    """The number of `120,5`, `120.5` or `1.200`; `1.500` could be two numbers and is refused."""
    text = text.replace("\u2212", "-").replace("\u00a0", " ")
    if len(text) > LONGEST_NUMBER:
        raise Unreadable("number")
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", text):
        raise Unreadable("ambiguous")
    if _POINTED.fullmatch(text):
        text = text.replace(".", ",")
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Unreadable("number")
    value = Decimal(f"{found[1]}{re.sub('[. ]', '', found[2])}.{found[3] or 0}")
    if abs(value) > LARGEST:
        raise Unreadable("huge")
    return int(value) if value == value.to_integral_value() else float(value)


def typed_date(value: str) -> str:
    """An ISO date as it stands in an input or on paper; anything else as it is."""
    return f"{value[8:]}/{value[5:7]}/{value[:4]}" if is_date(value) else value


def typed_time(value: str) -> str:
    """A stored time as `07:30` when nothing is lost by that."""
    if not is_time(value):
        return value
    short = value[:5]
    return short if read_time(short) == value else value


def typed_instant(value: str) -> str:
    """A stored instant as `27/03/2026 07:30` when nothing is lost by that."""
    if not is_instant(value):
        return value
    short = f"{typed_date(value[:10])} {value[11:16]}"
    return short if read_instant(short) == value else value


def typed_number(value: float) -> str:
    """A number with a decimal comma and no thousands mark."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_NUMBER else "9" * (LONGEST_NUMBER + 1)
    return format(Decimal(repr(value)), "f").replace(".", ",")


def is_date(value: Json) -> bool:
    """Whether this is a calendar date in ISO form."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def is_time(value: Json) -> bool:
    """Whether this is an RFC 3339 time with its offset."""
    found = _RFC_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return False
    try:
        return time.fromisoformat(f"{found[1]}{found[3].replace('Z', '+00:00')}") is not None
    except ValueError:
        return False


def is_instant(value: Json) -> bool:
    """Whether this is an RFC 3339 date and time with offset."""
    return (
        isinstance(value, str)
        and value[10:11] in ("T", "t")
        and is_date(value[:10])
        and is_time(value[11:])
    )


def _checker() -> FormatChecker:
    """The one format checker; it depends on no optional package, so every machine agrees."""
    checker = FormatChecker(formats=())
    for name, check in {"date": is_date, "time": is_time, "date-time": is_instant}.items():
        checker.checks(name)(_for_text(check))
    for name, pattern in {"email": _EMAIL, "uri": _URI, "uuid": _UUID}.items():
        checker.checks(name)(_for_text(pattern.fullmatch))
    return checker


def _for_text(check: Callable[[str], object]) -> Callable[[object], bool]:
    """A format speaks about text only; other values are the business of `type`."""
    return lambda value: not isinstance(value, str) or bool(check(value))


FORMAT_CHECKER = _checker()
