"""Before a signature, a role or an export: a code of the phone no older than some minutes.

Whoever gave none lately is asked for one on a page that carries everything they had typed; with
the code the same page is sent again and does what was wanted. Nothing is typed twice.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts.demo import OF_DEMO
from portal.accounts.forms.signing_in import StepUpForm
from portal.accounts.models import User
from portal.accounts.services import one_time_codes, signing_in, tries
from portal.audit.models import Entry
from portal.audit.recording import record
from portal.core import clock
from portal.core.limits import address_of
from portal.core.refusals import NotNow

View = Callable[..., HttpResponseBase]
Asks = Callable[..., bool]
CODE, LOOKING, BACK = "ma_xac_nhan", "dang_xem", "quay_lai"
NOT_TYPED = {"csrfmiddlewaretoken", CODE, LOOKING, BACK}


class CodeWanted(NotNow):
    """Only for whoever gave a code lately (403): a program cannot be asked for one."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            _("Việc này cần mã xác nhận vừa nhập trên trang. Hãy làm trên trang web của Cổng.")
        )


def stepped_up_when(asks: Asks) -> Callable[[View], View]:
    """Before the view a fresh code, when `asks` says so of the request; only for who is in.

    It stands outside whatever opens a transaction: a code that was given stays given.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_due = asks(request, *args, **kwargs) and not has_given_code(request)
            if is_due and (page := _asked(request)):
                return page
            if LOOKING in request.POST:
                return redirect(request.get_full_path())
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def stepped_up(view: View) -> View:
    """Before the view always a fresh code."""
    return stepped_up_when(lambda *_args, **_kwargs: True)(view)


def to_write(request: HttpRequest, *_args: Any, **_kwargs: Any) -> bool:
    """Whether the request changes something; the page before it may be looked at freely."""
    return request.method == "POST"


def has_given_code(request: HttpRequest) -> bool:
    """Whether the person has given a code of the phone in the last minutes."""
    age = clock.now().timestamp() - request.session.get(signing_in.CODE_GIVEN_AT, 0)
    return bool(0 <= age < settings.STEP_UP_MINUTES * 60)


def _asked(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for the code; nothing once it was right and the view may go on."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - a login stands before
    if not one_time_codes.is_enrolled(user):
        raise PermissionDenied("step up")
    form = StepUpForm(request.POST if CODE in request.POST else None)
    if form.is_bound and _is_right(request, user, form):
        _step_up(request, user)
        return None
    context = {
        "form": form,
        "typed": _typed(request),
        "is_looking": request.method != "POST" or LOOKING in request.POST,
        "back": _back(request),
        "demo_code": demo_code(user),
    }
    status = 422 if form.errors else 200
    answer = render(request, "accounts/step_up.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that came with the request, to be sent again."""
    sent = request.POST.lists()
    return [(name, str(v)) for name, values in sent if name not in NOT_TYPED for v in values]


def _back(request: HttpRequest) -> str:
    """The page of ours on which the button was pressed."""
    asked = request.POST.get(BACK) or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if is_ours else "/"


def _is_right(request: HttpRequest, user: User, form: StepUpForm) -> bool:
    tries.count_code(user, address_of(request))
    if form.is_valid() and one_time_codes.accept(user, form.cleaned_data[CODE]):
        tries.code_was_right(user, address_of(request))
        return True
    signing_in.refused_code(user)
    if form.is_valid():
        form.add_error(CODE, _("Mã chưa đúng, đã hết giờ hoặc đã dùng. Hãy gõ mã mới."))
    return False


@transaction.atomic
def _step_up(request: HttpRequest, user: User) -> None:
    """More may be done from now on, under a new session key."""
    signing_in.remember_code(request)
    signing_in.stay_in(request, user)
    page = request.resolver_match.view_name if request.resolver_match else ""
    record(Entry.Kind.STEPPED_UP, user, user, person=user, page=page)


def demo_code(user: User) -> str:
    """In a demo, the code the person's phone would show; nobody has that phone."""
    is_demo = settings.PORTAL_DEMO and user.email.endswith(OF_DEMO)
    return one_time_codes.next_code(user) if is_demo else ""
