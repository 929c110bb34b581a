"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.forms import SignInForm
from portal.accounts.models import Posting, User
from portal.accounts.services.signing_in import BY_IDENTITY, let_in, let_out
from portal.core import clock


class SignIn(LoginView):
    """The sign-in page; in demo mode it lists the cast."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Officers go to their queue, citizens to their dossiers."""
        user = self.request.user
        is_officer = isinstance(user, User) and user.is_officer
        return reverse("dossiers:queue" if is_officer else "dossiers:mine")

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """The password was right."""
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - AUTH_USER_MODEL
        let_in(self.request, user, means="password")
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and in a demo the people to sign in as."""
        return super().get_context_data(
            demo_people=_demo_people(), demo_password=DEMO_PASSWORD, **kwargs
        )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; afterwards the home page shows, or how to leave the provider too."""
    after = "identity:left" if request.session.get(BY_IDENTITY) else "home"
    let_out(request)
    return redirect(after)


def _demo_people() -> list[dict[str, str]]:
    """The demo accounts with what each of them does; nobody outside demo mode."""
    if not settings.PORTAL_DEMO:
        return []
    people = User.objects.filter(email__endswith="@demo.invalid", is_active=True).order_by("pk")
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
