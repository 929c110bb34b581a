"""Reads a citation of a legal text: its number, its issuer and its dates."""

import re
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"\d{1,4}(?:/\d{4})?/[A-ZĐ][\wĐ-]*(?:-[\wĐ]+)*")
_ISSUED = re.compile(r"ngày (\d{1,2})/(\d{1,2})/(\d{4})")
_ENDS = re.compile(r"\(đến (\d{1,2})/(\d{1,2})/(\d{4})\)")
_ISSUERS = (
    ("/QH", "Quốc hội"),
    ("/UBTVQH", "Ủy ban Thường vụ Quốc hội"),
    ("/NĐ-CP", "Chính phủ"),
    ("/QĐ-TTg", "Thủ tướng Chính phủ"),
    ("/TT-BTC", "Bộ Tài chính"),
    ("/TT-BTP", "Bộ Tư pháp"),
    ("/TT-BCA", "Bộ Công an"),
    ("-BGDĐT", "Bộ Giáo dục và Đào tạo"),
    ("/TT-BLĐTBXH", "Bộ Lao động - Thương binh và Xã hội"),
    ("/TT-BGTVT", "Bộ Giao thông vận tải"),
    ("/TT-BNNPTNT", "Bộ Nông nghiệp và Phát triển nông thôn"),
    ("/TT-BNNMT", "Bộ Nông nghiệp và Môi trường"),
)


@dataclass(frozen=True)
class Citation:
    """What a citation says about the text it cites; empty where it does not say."""

    number: str
    issuer: str
    issued_on: date | None
    valid_to: date | None


def read_citation(text: str) -> Citation:
    """The number, issuer and dates written in a citation such as *Luật Hộ tịch 60/2014/QH13*."""
    found = _NUMBER.search(text)
    number = found.group() if found else ""
    issuer = next((name for mark, name in _ISSUERS if mark in number), "")
    return Citation(number, issuer, _day(_ISSUED, text), _day(_ENDS, text))


def _day(pattern: re.Pattern[str], text: str) -> date | None:
    found = pattern.search(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    return date(year, month, day)
