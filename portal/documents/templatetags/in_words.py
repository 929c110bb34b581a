"""Filters that spell frozen facts (ISO texts, whole đồng) as official papers do."""

from datetime import date, datetime

from django import template

from portal.documents import wording

register = template.Library()


@register.filter
def day_in_words(iso: str) -> str:
    """The day of an ISO date: "ngày 05 tháng 02 năm 2026"; empty stays empty."""
    return wording.day_in_words(date.fromisoformat(iso[:10])) if iso else ""


@register.filter
def moment_in_words(iso: str) -> str:
    """The moment of an ISO time with its offset; empty stays empty."""
    return wording.moment_in_words(datetime.fromisoformat(iso)) if iso else ""


@register.filter
def dong(amount: int) -> str:
    """Whole đồng with dots between the thousands."""
    return wording.dong(amount)


@register.filter
def count(number: int | str) -> str:
    """A count with at least two digits; words stay words."""
    return wording.count(int(number)) if str(number).isdecimal() else str(number)
