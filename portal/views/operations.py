"""The operator's pages: what waits, what fails and why, and the two ways out."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import Role, User
from portal.core import clock, operating
from portal.core.idempotency_forms import new_form_token, once_per_form
from portal.core.models import Effect
from portal.core.outbox import BEGUN, LOST
from portal.core.querysets import EffectQuerySet

PAGE = 50
TASKS = {
    "notifications.deliver": gettext_lazy("Gửi thư báo"),
    "documents.render": gettext_lazy("Tạo giấy PDF"),
}
REASONS = {
    BEGUN: gettext_lazy(
        "Đã bắt đầu, chưa có kết quả: đang làm, hoặc tiến trình đã dừng giữa chừng"
    ),
    LOST: gettext_lazy("Tiến trình dừng giữa chừng ở lần thử cuối"),
}


class Tab(NamedTuple):
    """One list of the page: its word in the address, its name, its rows."""

    word: str
    name: Any
    rows: Callable[[], EffectQuerySet]


TABS = (
    Tab("cho", gettext_lazy("Chờ làm"), Effect.objects.untried),
    Tab("loi", gettext_lazy("Đang lỗi, sẽ thử lại"), Effect.objects.failing),
    Tab("hong", gettext_lazy("Không làm được"), Effect.objects.dead),
    Tab("bo", gettext_lazy("Đã bỏ"), Effect.objects.dropped),
)


class DropForm(forms.Form):
    """Why effects are given up."""

    ly_do = forms.CharField(
        label=gettext_lazy("Lý do bỏ"),
        help_text=gettext_lazy("Lưu cùng tên bạn và giờ bỏ. Đừng ghi thông tin cá nhân."),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


View = Callable[..., HttpResponseBase]


def operators_only(view: View) -> View:
    """Only whoever administers the system today; 403 for everybody else signed in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not (isinstance(user, User) and user.agencies_as(Role.SYSTEM_ADMIN)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(opened))


@require_safe
@operators_only
def board(request: HttpRequest) -> HttpResponse:
    """How many effects wait, fail or are dead, how old the oldest is, and one of the lists."""
    now, asked = clock.now(), request.GET.get("xem", "")
    tab = next((each for each in TABS if each.word == asked), TABS[2])
    after = _number(request.GET.get("sau", ""))
    rows = list(
        tab.rows().filter(pk__gt=after or 0).order_by("pk").prefetch_related("acts__actor")
        [: PAGE + 1]
    )  # fmt: skip
    address = f"{reverse('operations:board')}?xem={tab.word}"
    context = {
        "tabs": [_count(each, now) | {"is_here": each is tab} for each in TABS],
        "tab": tab,
        "form_token": new_form_token(),
        "rows": [_shown(row, now) for row in rows[:PAGE]],
        "first_url": address if after else "",
        "next_url": f"{address}&sau={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "operations/board.html", context)


@require_POST
@operators_only
@once_per_form
def retry(request: HttpRequest) -> HttpResponse:
    """Let the chosen effects be tried again now."""
    chosen = _chosen(request)
    many = operating.retry(chosen, _actor(request))
    if many:
        messages.success(request, _("Đã cho thử lại %(many)d việc.") % {"many": many})
    else:
        messages.warning(request, _nothing_done(chosen))
    return redirect(_back(request))


@require_POST
@operators_only
@once_per_form
def drop(request: HttpRequest) -> HttpResponse:
    """Ask for the reason, then drop the chosen effects."""
    chosen = _chosen(request)
    form = DropForm(request.POST if "ly_do" in request.POST else None)
    if form.is_valid():
        many = operating.drop(chosen, _actor(request), form.cleaned_data["ly_do"])
        if many:
            messages.success(request, _("Đã bỏ %(many)d việc.") % {"many": many})
        else:
            messages.warning(request, _nothing_done(chosen))
        return redirect(_back(request))
    if not chosen:
        messages.warning(request, _nothing_done(chosen))
        return redirect(_back(request))
    context = {
        "form": form,
        "form_token": new_form_token(),
        "chosen": chosen,
        "back": _back(request),
        "xem": _word(request),
    }
    return render(request, "operations/drop.html", context, status=422 if form.errors else 200)


def _actor(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _chosen(request: HttpRequest) -> list[int]:
    """The ticked effects, or the one whose own button was pressed."""
    pressed = request.POST.getlist("mot") or request.POST.getlist("viec")
    return sorted({number for text in pressed[:PAGE] if (number := _number(text))})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _word(request: HttpRequest) -> str:
    return next((tab.word for tab in TABS if tab.word == request.POST.get("xem")), TABS[2].word)


def _back(request: HttpRequest) -> str:
    return f"{reverse('operations:board')}?xem={_word(request)}"


def _nothing_done(chosen: list[int]) -> str:
    if not chosen:
        return _("Chưa chọn việc nào. Hãy đánh dấu ít nhất một việc rồi bấm lại.")
    return _("Không có gì thay đổi: việc đã chọn vừa xong, vừa bị bỏ hoặc đang được làm.")


def _count(tab: Tab, now: datetime) -> dict[str, Any]:
    oldest = tab.rows().order_by("pk").values_list("created_at", flat=True).first()
    return {
        "word": tab.word,
        "name": tab.name,
        "count": tab.rows().count(),
        "oldest": _age(oldest, now) if oldest else "",
    }


def _age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    if minutes < 60:
        return _("%(many)d phút") % {"many": minutes}
    if minutes < 48 * 60:
        return _("%(many)d giờ") % {"many": minutes // 60}
    return _("%(many)d ngày") % {"many": minutes // (24 * 60)}


def _shown(effect: Effect, now: datetime) -> dict[str, Any]:
    """One row without anybody's data: what kind of work, since when, how often, why not."""
    return {
        "pk": effect.pk,
        "what": TASKS.get(effect.task, effect.task),
        "age": _age(effect.created_at, now),
        "created_at": effect.created_at,
        "attempts": effect.attempts,
        "next_attempt_at": effect.next_attempt_at if effect.state == "waiting" else None,
        "reason": REASONS.get(effect.last_error, effect.last_error),
        "acts": sorted(effect.acts.all(), key=lambda act: act.pk),
        "may_drop": effect.state != Effect.State.DROPPED,
    }
