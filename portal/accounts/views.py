"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import reverse

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.forms import SignInForm
from portal.accounts.models import Posting, User
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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and in a demo the people to sign in as."""
        return super().get_context_data(
            demo_people=_demo_people(), demo_password=DEMO_PASSWORD, **kwargs
        )


class SignOut(LogoutView):
    """Signing out is a POST; afterwards the home page shows."""

    next_page = "/"


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
