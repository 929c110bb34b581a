"""A new password: at the door when one is due, and whenever its owner wants one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.forms.signing_in import ChangePasswordForm, NewPasswordForm
from portal.accounts.models import User
from portal.accounts.services import passwords, signing_in, tries
from portal.accounts.views.codes import UNPROCESSABLE, for_whoever_stands_at_the_door
from portal.core.limits import address_of


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_stands_at_the_door
def new_password(request: HttpRequest, user: User) -> HttpResponse:
    """The password was a first one or is too old: a new one before the portal opens."""
    if signing_in.due_of(request) != "accounts:new_password":
        return redirect(signing_in.go_on(request))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and (changed := _renewed(user, form)):
        signing_in.stay(request, changed)
        return redirect(signing_in.go_on(request))
    context = {"form": form, "is_first": user.password_is_temporary}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/new_password.html", context, status=status)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest) -> HttpResponse:
    """Change my password; the present one first."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required stands before
    if not user.has_usable_password():
        return redirect("accounts:profile")
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and (changed := _changed(request, user, form)):
        signing_in.stay_in(request, changed)
        messages.success(request, _("Đã đổi mật khẩu."))
        return redirect("accounts:profile")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)


def _changed(request: HttpRequest, user: User, form: ChangePasswordForm) -> User | None:
    """The person with the new password, if they know the present one; tries count."""
    tries.count_password(user.username, address_of(request))
    if not form.is_valid():
        return None
    if user.check_password(form.cleaned_data["present"]):
        tries.password_was_right(user.username, address_of(request))
        return _renewed(user, form, request.session.session_key)
    signing_in.refused_password(user.username)
    form.add_error("present", _("Mật khẩu hiện tại chưa đúng."))
    return None


def _renewed(user: User, form: NewPasswordForm, here: str | None = None) -> User | None:
    """The person with the new password; else the form says what is wrong with it."""
    if not form.is_valid():
        return None
    try:
        return passwords.change(user, form.cleaned_data["new"], here=here)
    except ValidationError as refused:
        form.add_error("new", refused)
        return None
