"""Where I am signed in, and ending what I do not know."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import Session, User
from portal.accounts.services.ending import end_sessions
from portal.core import clock
from portal.core.idempotency import digest_of


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Every session of mine, this one first."""
    here = request.session.session_key
    sessions = sorted(_mine(request), key=lambda each: each.session_key != here)
    context = {
        "sessions": [(each, _word(each), each.session_key == here) for each in sessions],
        "others": len(sessions) - 1,
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
@login_required
def end(request: HttpRequest) -> HttpResponse:
    """End one session, or all but this one; what has ended already is nobody's fault."""
    user, chosen = request.user, request.POST.get("phien", "")
    assert isinstance(user, User)  # noqa: S101 - login_required stands before
    here = request.session.session_key
    only = next((each.session_key for each in _mine(request) if _word(each) == chosen), None)
    if chosen and only is None:
        many = 0
    else:
        many = end_sessions(user, user, why="own", here=here, only=only or "")
    if many:
        messages.success(request, _("Đã kết thúc %(many)d phiên.") % {"many": many})
    else:
        messages.warning(request, _("Không có phiên nào khác: có thể phiên ấy vừa kết thúc."))
    return redirect("accounts:sessions")


def _mine(request: HttpRequest) -> Any:
    sessions = Session.objects.filter(user=request.user.pk, expire_date__gt=clock.now())
    return sessions.defer("session_data").order_by("-seen_at")


def _word(session: Session) -> str:
    """What the page calls the session; its key is known to its browser alone."""
    return digest_of(session.session_key)[:16]
