"""The claims of VNeID, read into what the portal knows of people."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.accounts.identity_numbers import read_identity_number
from portal.accounts.services.identities import NotTaken, Vouched
from portal.core.text import has_forbidden_characters

LONGEST_SUBJECT = 255
PERSON = "1"  # LoaiTaiKhoan; every other kind belongs to an organisation or is not known yet


def read_claims(issuer: str, claims: Mapping[str, Any]) -> Vouched:
    """What the claims say; NotTaken when they are not about a person."""
    subject = _text(claims, "sub")
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise NotTaken("subject")
    if str(claims.get("LoaiTaiKhoan", "")) != PERSON:
        raise NotTaken("organisation")
    return Vouched(
        issuer=issuer,
        subject=subject,
        full_name=_text(claims, "HoVaTen"),
        identity_number=read_identity_number(_text(claims, "SoDinhDanh")),
        birth_date=_date(_text(claims, "NgayThangNamSinh")),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that is text and can be kept; a number would have lost its leading zeros."""
    told = claims.get(name)
    return told if isinstance(told, str) and not has_forbidden_characters(told) else ""


def _date(told: str) -> date | None:
    """The date in yyyyMMdd; some people have only a year, which is no date."""
    if len(told) != len("yyyyMMdd") or not (told.isascii() and told.isdigit()):
        return None
    try:
        return datetime.strptime(told, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None
