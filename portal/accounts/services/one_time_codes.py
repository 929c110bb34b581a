"""Codes that are good once: of the phone (TOTP, RFC 6238) and on paper."""

import secrets

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction
from pyotp.exceptions import OTPVerificationError

from portal.accounts.models import PaperCode, SecondFactor, User
from portal.accounts.services.ending import end_sessions
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock, crockford

WINDOW = 1  # a phone's clock may be one step of 30 seconds early or late
PAPER_CODES, PAPER_LENGTH = 10, 10


def is_enrolled(user: User) -> bool:
    """Whether a phone of the person makes codes."""
    return SecondFactor.objects.filter(user=user, enrolled_at__isnull=False).exists()


def open_enrolment(user: User) -> SecondFactor:
    """A fresh seed to be shown; what counts until it is confirmed is the old one, if any."""
    factor, _is_new = SecondFactor.objects.get_or_create(user=user)
    factor.new_seed = pyotp.random_base32()
    factor.save(update_fields=["new_seed"])
    return factor


@transaction.atomic
def confirm_enrolment(user: User, code: str, *, here: str | None = None) -> list[str]:
    """The phone has given a code from the new seed: it counts from now on.

    Every session but the one under the key `here` ends. Returns new codes on paper, to be shown
    this once; nothing when the code is wrong.
    """
    factor = _locked(user)
    counter = _counter_of(factor.new_seed, code) if factor and factor.new_seed else None
    if factor is None or counter is None:
        return []
    old = "phone" if factor.enrolled_at else ""
    factor.seed, factor.new_seed = factor.new_seed, ""
    factor.last_counter, factor.enrolled_at = counter, clock.now()
    factor.save(update_fields=["seed", "new_seed", "last_counter", "enrolled_at"])
    record(Entry.Kind.ACCOUNT_CHANGED, user, user, person=user, what="codes", old=old, new="phone")
    end_sessions(user, user, why="codes", here=here)
    return _new_paper_codes(factor)


@transaction.atomic
def accept(user: User, code: str) -> bool:
    """Whether the code is the phone's and nobody has used it, or a later one, before."""
    factor = _locked(user)
    counter = _counter_of(factor.seed, code) if factor and factor.enrolled_at else None
    if factor is None or counter is None or counter <= factor.last_counter:
        return False
    factor.last_counter = counter
    factor.save(update_fields=["last_counter"])
    return True


@transaction.atomic
def accept_paper(user: User, typed: str) -> bool:
    """Whether it is one of the person's codes on paper that has not been used; now it has."""
    factor = SecondFactor.objects.filter(user=user).first()
    code = crockford.read(typed)
    if factor is None or not factor.paper_salt or len(code) != PAPER_LENGTH:
        return False
    unused = factor.paper_codes.filter(
        code_hash=make_password(code, factor.paper_salt), used_at__isnull=True
    )
    return unused.update(used_at=clock.now()) == 1


@transaction.atomic
def renew_paper_codes(user: User) -> list[str]:
    """New codes on paper, shown this once; the old ones are worth nothing any more."""
    factor = SecondFactor.objects.select_for_update().get(user=user)
    record(Entry.Kind.ACCOUNT_CHANGED, user, user, person=user, what="paper_codes")
    return _new_paper_codes(factor)


def _new_paper_codes(factor: SecondFactor) -> list[str]:
    """One salt for all, so that a code typed later is hashed once and not ten times."""
    factor.paper_codes.all().delete()
    factor.paper_salt = secrets.token_hex(16)
    factor.save(update_fields=["paper_salt"])
    codes = [crockford.draw(PAPER_LENGTH) for _each in range(PAPER_CODES)]
    PaperCode.objects.bulk_create(
        PaperCode(factor=factor, code_hash=make_password(code, factor.paper_salt)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def unused_paper_codes(user: User) -> int:
    """How many codes on paper are left."""
    return PaperCode.objects.filter(factor__user=user, used_at__isnull=True).count()


def next_code(user: User) -> str:
    """The next code the person's phone shows that is still good; only a demo tells it aloud."""
    factor = SecondFactor.objects.filter(user=user, enrolled_at__isnull=False).first()
    if factor is None:
        return ""
    totp = pyotp.TOTP(factor.seed)
    counter = max(totp.timecode(clock.now()), factor.last_counter + 1)
    return totp.generate_otp(counter) if counter <= totp.timecode(clock.now()) + WINDOW else ""


def _locked(user: User) -> SecondFactor | None:
    return SecondFactor.objects.select_for_update().filter(user=user).first()


def _counter_of(seed: str, code: str) -> int | None:
    """Which step of the phone's clock the code belongs to; None when it is none of these."""
    try:
        return pyotp.TOTP(seed).verify_and_get_timecode(
            code, for_time=clock.now(), valid_window=WINDOW
        )
    except OTPVerificationError:
        return None
