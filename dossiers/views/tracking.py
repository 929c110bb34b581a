"""Where is my dossier? Without an account, without personal data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.finding import find
from dossiers.forms import LookupForm
from dossiers.models import Dossier
from dossiers.storytelling import public_story
from portal.core.limits import address_of


# It only reads, by code and secret: so the home page's form needs no cookie and can be cached.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The look-up form and its answer."""
    form = LookupForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "dossiers/lookup.html", {"form": form}, status=status)
    typed = form.cleaned_data
    dossier = find(typed["code"], typed["secret"], address_of(request))
    if dossier is None:
        form.add_error(
            None, _("Không tìm thấy hồ sơ với mã này. Hãy xem lại hai mã trên giấy hẹn.")
        )
        return render(request, "dossiers/lookup.html", {"form": form}, status=404)
    return render(request, "dossiers/track.html", public_story(dossier))


@never_cache
@require_safe
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The same answer by the link of the message or the QR code of the paper."""
    rows = Dossier.objects.submitted().with_last_day()
    rows = rows.select_related("procedure_version", "agency")
    dossier = get_object_or_404(rows, link_token=token)
    return render(request, "dossiers/track.html", public_story(dossier))
