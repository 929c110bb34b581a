"""Letting somebody in and out: the only way; each leaves a line in the log.

Whoever has given the first proof, such as the password, stands at the door: the session knows
who that is and nothing else of the portal does. In they come when nothing more is due of them.
"""

from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.devices import device_in_words
from portal.accounts.models import Session, User
from portal.accounts.services import passwords
from portal.accounts.services.one_time_codes import is_enrolled, open_enrolment
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock

LOCAL = "django.contrib.auth.backends.ModelBackend"
DOOR, CODE_GIVEN_AT = "at_the_door", "code_given_at"
PHONE, PAPER = "phone", "paper"  # where a code came from
# In the session of whoever came from the identity provider, where another session is still open.
BY_IDENTITY = "by_identity"
PATIENCE = 10 * 60  # how long somebody may stand at the door, in seconds


@dataclass(frozen=True)
class AtDoor:
    """Somebody who has given the first proof and not yet everything that is due."""

    user: User
    means: str
    onward: str
    has_code: bool


def come_to_door(request: HttpRequest, user: User, *, means: str, onward: str = "") -> str:
    """The first proof is given; the address where the person goes now.

    `means` says what the proof was, `onward` where the person wanted to go.
    """
    if user.must_give_codes and not is_enrolled(user):
        open_enrolment(user)
    request.session.cycle_key()
    request.session[DOOR] = {
        "user": user.pk,
        "means": means,
        "onward": onward,
        "has_code": False,
        "since": _now(),
        "credentials": user.get_session_auth_hash(),
    }
    return go_on(request)


def at_door(request: HttpRequest) -> AtDoor | None:
    """Who stands at the door; nobody once they waited too long or their account changed."""
    said = request.session.get(DOOR)
    if not said or _now() - said["since"] > PATIENCE:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != said["credentials"]:
        return None
    return AtDoor(user, said["means"], said["onward"], said["has_code"])


def give_code(request: HttpRequest, how: str) -> None:
    """The person at the door has given a code as well."""
    said = request.session[DOOR]
    request.session[DOOR] = {**said, "has_code": True, "means": f"{said['means']}+{how}"}


def stay(request: HttpRequest, user: User) -> None:
    """The person at the door has a new password, and need not begin anew."""
    credentials = user.get_session_auth_hash()
    request.session[DOOR] = {**request.session[DOOR], "credentials": credentials}


def turn_to(request: HttpRequest, onward: str) -> None:
    """The person at the door wants to go somewhere else afterwards."""
    request.session[DOOR] = {**request.session[DOOR], "onward": onward}


def leave_door(request: HttpRequest) -> None:
    """The person at the door turns round; what was typed before stays."""
    request.session.pop(DOOR, None)


def go_on(request: HttpRequest) -> str:
    """The address where the person at the door goes now: to what is due, or in."""
    if (door := at_door(request)) is None:
        return reverse("accounts:sign_in")
    if due := _due(door):
        return reverse(due)
    let_in(request, door.user, means=door.means, has_code=door.has_code)
    if door.means.endswith(f"+{PHONE}"):
        remember_code(request)
    return door.onward or first_page(door.user)


def due_of(request: HttpRequest) -> str:
    """The name of the page where the person at the door gives what is due; nothing if nothing."""
    door = at_door(request)
    return _due(door) if door else ""


def remember_code(request: HttpRequest) -> None:
    """A code of the phone was right just now; for some minutes no other is asked for."""
    request.session[CODE_GIVEN_AT] = _now()


def _due(door: AtDoor) -> str:
    if door.user.must_give_codes and not door.has_code:
        return "accounts:code" if is_enrolled(door.user) else "accounts:enrol"
    return "accounts:new_password" if passwords.must_change(door.user) else ""


def _now() -> int:
    return int(clock.now().timestamp())


def first_page(user: User) -> str:
    """Where somebody arrives who wanted to go nowhere else."""
    return reverse(user.first_page)


@transaction.atomic
def let_in(request: HttpRequest, user: User, *, means: str, has_code: bool = False) -> None:
    """Sign the person in under a new session key; officers only when they gave a code.

    The person's row is locked: whoever ends their sessions at this moment ends this one too.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or (user.must_give_codes and not has_code):
        raise PermissionDenied("let in")
    if SESSION_KEY in request.session:
        request.session.flush()
    leave_door(request)
    login(request, user, backend=LOCAL)
    request.session["device"] = device_in_words(request.headers.get("User-Agent", ""))
    request.session.save()
    record(Entry.Kind.SIGNED_IN, user, user, person=user, means=means)


@transaction.atomic
def stay_in(request: HttpRequest, user: User) -> None:
    """The person goes on under a new session key, after a code or with a new password.

    Under the lock of the person's row: a session that was just ended does not come back.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if not Session.objects.filter(session_key=request.session.session_key).exists():
        raise PermissionDenied("the session has ended")
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.cycle_key()


@transaction.atomic
def let_out(request: HttpRequest) -> None:
    """End the session under way."""
    if isinstance(request.user, User):
        record(Entry.Kind.SIGNED_OUT, request.user, request.user, person=request.user)
    logout(request)


def refused_password(username: str) -> None:
    """Write that a password was wrong; a user name that nobody has is not written down."""
    user = User.objects.filter(username=username[:150]).first()
    record(Entry.Kind.SIGN_IN_FAILED, None, user, person=user, why="password")


def refused_code(user: User) -> None:
    """Write that a code was wrong."""
    record(Entry.Kind.SIGN_IN_FAILED, None, user, person=user, why="code")
