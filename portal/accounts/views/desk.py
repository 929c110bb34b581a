"""The account desk (Tài khoản cán bộ): find, make, give and take roles, open anew, shut."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.desk_rules import (
    is_system_admin,
    live_postings,
    may_keep_account,
    may_place,
    people_of,
    reaches_beyond,
)
from portal.accounts.forms.desk import AccountForm, EndForm, GivePostingForm, ReasonForm
from portal.accounts.models import ADMIN_ROLES, AccountProposal, Posting, SecondFactor, User
from portal.accounts.services import desk, postings, proposing
from portal.accounts.stepping_up import stepped_up_when, to_write
from portal.accounts.views.desk_gates import actor_of, at_desk, person_of
from portal.core import clock
from portal.core.idempotency_forms import new_form_token, once_per_form
from portal.core.refusals import NotNow

PAGE = 50
GET_AND_POST = ["GET", "HEAD", "POST"]
Kind = AccountProposal.Kind


@require_safe
@at_desk
def people(request: HttpRequest) -> HttpResponse:
    """The accounts I look after, by name."""
    actor, asked = actor_of(request), request.GET.get("q", "").strip()[:100]
    rows = list(_page(people_of(actor), asked, request.GET.get("sau", ""))[: PAGE + 1])
    address = f"{reverse('accounts:desk')}?{urlencode({'q': asked})}"
    waiting = AccountProposal.objects.filter(state=AccountProposal.State.WAITING)
    context = {
        "rows": rows[:PAGE],
        "asked": asked,
        "first_url": address if "sau" in request.GET else "",
        "next_url": f"{address}&sau={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        "is_admin": is_system_admin(actor),
        "proposals": waiting.count() if is_system_admin(actor) else 0,
    }
    return render(request, "accounts/desk/people.html", context)


def _page(rows: QuerySet[User], asked: str, after: str) -> QuerySet[User]:
    live = Posting.objects.not_over(clock.today()).select_related("agency").order_by("pk")
    rows = rows.order_by("full_name", "pk").prefetch_related(
        Prefetch("postings", live, to_attr="held")
    )
    if asked:
        rows = rows.filter(Q(full_name__icontains=asked) | Q(username__icontains=asked))
    is_number = after.isascii() and after.isdigit() and len(after) < 19
    if is_number and (last := rows.filter(pk=int(after)).first()):
        later = Q(full_name__gt=last.full_name) | Q(full_name=last.full_name, pk__gt=last.pk)
        rows = rows.filter(later)
    return rows


@require_safe
@at_desk
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it holds, how it is secured, what may be done with it."""
    actor, user = actor_of(request), person_of(request, pk)
    may_keep = may_keep_account(actor, user)
    context = {
        "person": user,
        "postings": _held(actor, user),
        "factor": SecondFactor.objects.filter(user=user, enrolled_at__isnull=False).first(),
        "is_self": actor.pk == user.pk,
        "acts": [act for act in ACTS.values() if may_keep and act.fits(user)],
        "needs_two": may_keep and reaches_beyond(user),
        "waiting": user.proposals.filter(state=AccountProposal.State.WAITING),
    }
    return render(request, "accounts/desk/person.html", context)


def _held(actor: User, user: User) -> list[tuple[Posting, bool, bool]]:
    """Every posting, whether it holds or will, and whether the actor may end it."""
    live = set(live_postings(user).values_list("pk", flat=True))
    rows = user.postings.select_related("agency").order_by("-valid_from", "-pk")
    return [
        (each, each.pk in live, each.pk in live and may_place(actor, user, each.agency, each.role))
        for each in rows
    ]


@sensitive_post_parameters()
@require_http_methods(GET_AND_POST)
@at_desk
@stepped_up_when(to_write)
def make(request: HttpRequest) -> HttpResponse:
    """A new account with its first posting; the first password is shown this once."""
    form = AccountForm(actor_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _make(request, form)):
        return _first_password(request, *made)
    context = {"form": form, "title": _("Tạo tài khoản cán bộ"), "button": _("Tạo tài khoản")}
    return _form_page(request, context)


def _make(request: HttpRequest, form: AccountForm) -> tuple[User, str] | None:
    """The account and its first password; a role for which two are needed is then proposed."""
    if form.cleaned_data["role"] in ADMIN_ROLES:
        form.add_error(
            "role", _("Vai trò này cần hai người duyệt: tạo tài khoản với vai trò khác trước.")
        )
        return None
    try:
        return desk.make_account(actor_of(request), **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


@require_http_methods(GET_AND_POST)
@at_desk
@stepped_up_when(to_write)
@once_per_form
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """One more role; where two are needed, it is proposed to the second."""
    user = person_of(request, pk)
    if actor_of(request).pk == user.pk:
        raise PermissionDenied("grant oneself a role")
    form = GivePostingForm(actor_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid() and (said := _give(request, user, form)):
        messages.success(request, said)
        return redirect("accounts:desk_person", pk=user.pk)
    title = _("Giao vị trí cho %(who)s") % {"who": user}
    return _form_page(request, {"form": form, "person": user, "title": title, "button": _("Giao")})


def _give(request: HttpRequest, user: User, form: GivePostingForm) -> str:
    typed = dict(form.cleaned_data)
    try:
        if typed["role"] in ADMIN_ROLES:
            proposing.propose_posting(actor_of(request), user, **typed)
            return _("Đã gửi đề nghị; cần một người quản trị hệ thống khác duyệt.")
        postings.give(actor_of(request), user.pk, **typed)
    except ValidationError as refused:
        form.add_error(None, refused)
        return ""
    return _("Đã giao vị trí; người ấy đăng nhập lại để dùng.")


@require_http_methods(GET_AND_POST)
@at_desk
@stepped_up_when(to_write)
@once_per_form
def end(request: HttpRequest, pk: int, posting: int) -> HttpResponse:
    """Take a role away, at once or after its last day."""
    user = person_of(request, pk)
    held = get_object_or_404(user.postings.select_related("agency"), pk=posting)
    if not may_place(actor_of(request), user, held.agency, held.role):
        raise PermissionDenied("end a posting")
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        postings.end(actor_of(request), held.pk, **form.cleaned_data)
        messages.success(request, _("Đã kết thúc vị trí; quyền của người ấy dừng theo."))
        return redirect("accounts:desk_person", pk=user.pk)
    effect = _(
        "%(who)s thôi giữ vai trò %(role)s ở %(agency)s và bị đăng xuất. "
        "Việc người ấy đang nhận về lại hàng đợi trong một phút."
    ) % {"who": user, "role": held.get_role_display(), "agency": held.agency}
    shown = {"title": _("Kết thúc vị trí"), "button": _("Kết thúc"), "is_bad": True}
    return _form_page(request, {"form": form, "person": user, "effect": effect, **shown})


@dataclass(frozen=True)
class Act:
    """Something done with a whole account: its word in the address, what it says and does."""

    word: str
    name: Any
    effect: Any
    proposes: str = ""
    wants_active: bool | None = None
    is_bad: bool = False

    def fits(self, user: User) -> bool:
        """Whether there is anything to do."""
        return self.wants_active is None or self.wants_active == user.is_active


ACTS = {
    act.word: act
    for act in (
        Act(
            "mat-khau",
            gettext_lazy("Cấp mật khẩu lần đầu"),
            gettext_lazy("Mật khẩu cũ hết dùng. Mật khẩu mới hiện một lần cho bạn trao tận tay."),
            proposes=Kind.PASSWORD,
        ),
        Act(
            "ma",
            gettext_lazy("Đặt lại mã xác nhận"),
            gettext_lazy("Điện thoại và mã dự phòng hết dùng; lần đăng nhập tới phải đăng ký lại."),
            proposes=Kind.CODES,
        ),
        Act(
            "ngung",
            gettext_lazy("Ngừng tài khoản"),
            gettext_lazy("Người này bị đăng xuất ngay và không đăng nhập được nữa."),
            wants_active=True,
            is_bad=True,
        ),
        Act(
            "mo",
            gettext_lazy("Mở lại tài khoản"),
            gettext_lazy("Người này đăng nhập lại được."),
            wants_active=False,
        ),
    )
}


@require_http_methods(GET_AND_POST)
@at_desk
@stepped_up_when(to_write)
@once_per_form
def act(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """One of the acts on a whole account, with its reason."""
    if (chosen := ACTS.get(word)) is None:
        raise Http404
    user = person_of(request, pk)
    if not may_keep_account(actor_of(request), user):
        raise PermissionDenied(word)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if first := _do(request, user, chosen, form):
            return _first_password(request, user, first)
        if form.is_valid():
            return redirect("accounts:desk_person", pk=user.pk)
    two = chosen.proposes and reaches_beyond(user)
    effect = f"{chosen.effect} {_('Việc này cần một người quản trị khác duyệt.') if two else ''}"
    shown = {"title": f"{chosen.name}: {user}", "button": chosen.name, "is_bad": chosen.is_bad}
    return _form_page(request, {"form": form, "person": user, "effect": effect, **shown})


def _do(request: HttpRequest, user: User, chosen: Act, form: ReasonForm) -> str:
    """Do it, or propose it; the first password if there is one to show."""
    actor, reason, said = actor_of(request), form.cleaned_data["reason"], _("Đã làm xong.")
    first = ""
    try:
        if chosen.proposes and reaches_beyond(user):
            proposing.propose_access(actor, user, chosen.proposes, reason)
            said = _("Đã gửi đề nghị; cần một người quản trị hệ thống khác duyệt.")
        elif chosen.word == "mat-khau":
            first = desk.give_password(actor, user.pk, reason)
        else:
            {"ma": desk.reset_codes, "ngung": desk.shut, "mo": desk.reopen}[chosen.word](
                actor, user.pk, reason
            )
    except (ValidationError, NotNow) as refused:
        form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        return ""
    if not first:
        messages.success(request, said)
    return first


def _first_password(request: HttpRequest, user: User, first: str) -> HttpResponse:
    """The first password, this once."""
    return render(request, "accounts/desk/first_password.html", {"person": user, "first": first})


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    shown = {**context, "form_token": new_form_token()}
    return render(request, "accounts/desk/form.html", shown, status=status)
