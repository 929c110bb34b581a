"""Signing in and out: the password, then whatever else is due."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.accounts.demo import DEMO_PASSWORD, OF_DEMO
from portal.accounts.forms.signing_in import SignInForm
from portal.accounts.models import Posting, User
from portal.accounts.services import signing_in, tries
from portal.core import clock
from portal.core.limits import address_of


class SignIn(LoginView):
    """The sign-in page; whoever has given the password already is led on to what is due."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or on to what is due."""
        if signing_in.at_door(request) is None:
            return super().get(request, *args, **kwargs)
        if onward := self.get_redirect_url():
            signing_in.turn_to(request, onward)
        return redirect(signing_in.go_on(request))

    def get_default_redirect_url(self) -> str:
        """Where somebody goes who is in already."""
        assert isinstance(self.request.user, User)  # noqa: S101 - AUTH_USER_MODEL
        return signing_in.first_page(self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One try, if the address has not had too many."""
        tries.count_password(request.POST.get("username", ""), address_of(request))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """The password was right."""
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - AUTH_USER_MODEL
        tries.password_was_right(user.username, address_of(self.request))
        onward = self.get_redirect_url()
        return HttpResponseRedirect(
            signing_in.come_to_door(self.request, user, means="password", onward=onward)
        )

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """The same answer whether nobody has that name or the password was wrong."""
        signing_in.refused_password(form["username"].value() or "")
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and in a demo the people to sign in as."""
        return super().get_context_data(
            demo_people=_demo_people(), demo_password=DEMO_PASSWORD, **kwargs
        )


@require_POST
def turn_round(request: HttpRequest) -> HttpResponse:
    """Not this account after all: back to the sign-in page."""
    signing_in.leave_door(request)
    return redirect("accounts:sign_in")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; afterwards the home page shows, or how to leave the provider too."""
    after = "identity:left" if request.session.get(signing_in.BY_IDENTITY) else "home"
    signing_in.let_out(request)
    return redirect(after)


def configuration_door(request: HttpRequest) -> HttpResponse:
    """The configuration's own sign-in leads to ours; who is in already has no business there."""
    if request.user.is_authenticated:
        raise PermissionDenied("configuration")
    return redirect_to_login(request.GET.get("next", "/"))


def _demo_people() -> list[dict[str, str]]:
    """The demo accounts with what each of them does; nobody outside demo mode."""
    if not settings.PORTAL_DEMO:
        return []
    people = User.objects.filter(email__endswith=OF_DEMO, is_active=True).order_by("pk")
    postings = {
        posting.user_id: posting
        for posting in Posting.objects.valid_on(clock.today()).select_related("agency")
    }
    return [
        {
            "username": person.username,
            "name": person.full_name,
            "what": f"{p.get_role_display()}, {p.agency}" if (p := postings.get(person.pk)) else "",
        }
        for person in people
    ]
