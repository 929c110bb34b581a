"""The second proof: the phone's code, enrolling a phone, codes on paper."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pyotp
import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.forms.signing_in import CodeForm, PaperCodeForm
from portal.accounts.models import SecondFactor, User
from portal.accounts.services import one_time_codes, signing_in, tries
from portal.accounts.stepping_up import demo_code, stepped_up
from portal.core.limits import address_of
from portal.core.models import Province

UNPROCESSABLE = 422
View = Callable[..., HttpResponseBase]


def for_whoever_stands_at_the_door(view: View) -> View:
    """Hand the person who has given the first proof to the view; others begin anew."""

    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponseBase:
        if (door := signing_in.at_door(request)) is None:
            return redirect("accounts:sign_in")
        return view(request, door.user)

    return never_cache(opened)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_stands_at_the_door
def code(request: HttpRequest, user: User) -> HttpResponse:
    """The phone's code, or one on paper; right, and the person is in or at the next thing due."""
    on_paper = "giay" in request.GET
    form = (PaperCodeForm if on_paper else CodeForm)(request.POST or None)
    if request.method == "POST":
        tries.count_code(user, address_of(request))
        if form.is_valid() and _is_right(user, form.cleaned_data["code"], on_paper=on_paper):
            tries.code_was_right(user, address_of(request))
            signing_in.give_code(request, signing_in.PAPER if on_paper else signing_in.PHONE)
            return redirect(signing_in.go_on(request))
        signing_in.refused_code(user)
        if form.is_valid():
            form.add_error("code", _("Mã chưa đúng, đã hết giờ hoặc đã dùng. Hãy gõ mã mới."))
    context = {"form": form, "on_paper": on_paper, "demo_code": demo_code(user)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/code.html", context, status=status)


def _is_right(user: User, typed: str, *, on_paper: bool) -> bool:
    if on_paper:
        return one_time_codes.accept_paper(user, typed)
    return one_time_codes.accept(user, typed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_stands_at_the_door
def enrol(request: HttpRequest, user: User) -> HttpResponse:
    """The first phone, before anything of the portal opens."""
    if one_time_codes.is_enrolled(user):
        return redirect(signing_in.go_on(request))
    form = CodeForm(request.POST or None)
    if codes := _enrolled(request, user, form):
        signing_in.give_code(request, signing_in.PHONE)
        return _paper_codes(request, user, codes, signing_in.go_on(request))
    return _enrolment(request, user, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_phone(request: HttpRequest) -> HttpResponse:
    """Another phone, for whoever is in; the old one counts until the new one gave a code."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    form = CodeForm(request.POST or None)
    if codes := _enrolled(request, request.user, form):
        return _paper_codes(request, request.user, codes, reverse("accounts:profile"))
    return _enrolment(request, request.user, form)


@never_cache
@require_POST
@login_required
@stepped_up
def open_change_of_phone(request: HttpRequest) -> HttpResponse:
    """Show the seed for another phone."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    one_time_codes.open_enrolment(request.user)
    return redirect("accounts:change_phone")


@never_cache
@require_POST
@login_required
@stepped_up
def renew_paper_codes(request: HttpRequest) -> HttpResponse:
    """New codes on paper in place of the old ones."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    codes = one_time_codes.renew_paper_codes(request.user)
    return _paper_codes(request, request.user, codes, reverse("accounts:profile"))


def _enrolled(request: HttpRequest, user: User, form: CodeForm) -> list[str]:
    """The codes on paper once the new phone has given a right code; else the form says why not."""
    if request.method != "POST":
        return []
    tries.count_code(user, address_of(request))
    if not form.is_valid():
        return []
    codes = one_time_codes.confirm_enrolment(
        user, form.cleaned_data["code"], here=request.session.session_key
    )
    if codes:
        tries.code_was_right(user, address_of(request))
    else:
        form.add_error("code", _("Mã chưa khớp. Hãy xem điện thoại đã quét đúng hình này chưa."))
    return codes


def _enrolment(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None or not factor.new_seed:
        return redirect("accounts:profile" if request.user.is_authenticated else "accounts:sign_in")
    context = {"form": form, **_seed_shown(user, factor.new_seed)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/enrol.html", context, status=status)


def _seed_shown(user: User, seed: str) -> dict[str, Any]:
    """The seed as a picture to scan and as text to type."""
    province = Province.objects.first()
    issuer = province.portal_name if province else "Cổng Dịch vụ công"
    uri = pyotp.TOTP(seed).provisioning_uri(name=user.username, issuer_name=issuer)
    return {
        "picture": segno.make(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff"),
        "seed": " ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
    }


def _paper_codes(request: HttpRequest, owner: User, codes: list[str], onward: str) -> HttpResponse:
    """The codes on paper, this once."""
    context = {"codes": codes, "owner": owner, "onward": onward}
    return render(request, "accounts/paper_codes.html", context)
