"""What a person sees of their own account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.models import SecondFactor, User
from portal.accounts.services.one_time_codes import unused_paper_codes


@never_cache
@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, where I serve, and what I sign in with."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required stands before
    factor = SecondFactor.objects.filter(user=user, enrolled_at__isnull=False).first()
    facts = (
        (_("Họ và tên"), user.full_name),
        (_("Tên đăng nhập"), user.username),
        (_("Thư điện tử"), user.email),
        (_("Điện thoại"), user.phone),
        (_("Nơi cư trú"), user.address),
    )
    context = {
        "facts": [(label, text) for label, text in facts if text],
        "factor": factor,
        "paper_codes": unused_paper_codes(user) if factor else 0,
    }
    return render(request, "accounts/profile.html", context)
