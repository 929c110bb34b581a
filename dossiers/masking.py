"""Showing no more of a person than an officer needs in passing; pure, no Django."""

import re

IDENTITY = re.compile(r"(?<![\d.])\d{9}(?:\d{3})?(?![\d.])")
PHONE = re.compile(r"(?<![\d.])0\d{9}(?![\d.])")


def masked(number: str) -> str:
    """An identity number with only its first and last three digits."""
    return f"{number[:3]}{'•' * (len(number) - 6)}{number[-3:]}" if len(number) > 6 else number


def masked_phone(phone: str) -> str:
    """A phone number with only its last three digits."""
    return f"{'•' * (len(phone) - 3)}{phone[-3:]}" if len(phone) > 3 else phone


def masked_text(text: str) -> str:
    """A text in which every identity number and every phone number is masked."""
    text = IDENTITY.sub(lambda found: masked(found.group()), text)
    return PHONE.sub(lambda found: masked_phone(found.group()), text)
