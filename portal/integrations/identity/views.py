"""Signing in with an account of the identity provider: sent away, and back again."""

import logging
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.accounts.models import User
from portal.accounts.services.identities import NotTaken, account_of, note_failure
from portal.accounts.services.signing_in import BY_IDENTITY, come_to_door
from portal.core.limits import address_of, take
from portal.integrations.identity.bounds import ProviderDown
from portal.integrations.identity.claims import read_claims
from portal.integrations.identity.client import NotProven, Provider
from portal.integrations.identity.errands import recall, remember
from portal.integrations.identity.telling import words_for

log = logging.getLogger(__name__)
LONGEST_ADDRESS = 2000
MOST_STARTS, WINDOW = 300, 600  # from one address; a whole commune may stand behind one


@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider.

    By a page and not by a redirect: the policy lets forms lead to ourselves only, and the way to
    the provider may pass through hosts that nobody here knows.
    """
    provider = _provider()
    take("identity", address_of(request), most=MOST_STARTS, seconds=WINDOW)
    onward = _own_path(request.POST.get("next", ""))
    try:
        address, errand = provider.send_away(_way_back(request))
    except ProviderDown as down:
        return _down(request, down)
    remember(request.session, errand, onward)
    return render(request, "identity/leaving.html", {"address": address})


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Whoever comes back from the provider is let in, or reads why not."""
    provider = _provider()
    sent = recall(request.session, request.GET.get("state", ""))
    if sent is None:
        return _refused(request, "state", is_noted="state" in request.GET)
    try:
        claims = provider.welcome(request.GET.dict(), sent.errand, _way_back(request))
        user = account_of(read_claims(provider.issuer, claims))
    except ProviderDown as down:
        return _down(request, down)
    except NotProven as refusal:
        return _refused(request, refusal.why)
    except NotTaken as refusal:
        return _refused(request, refusal.why, refusal.user)
    onward = come_to_door(request, user, means="oidc", onward=sent.onward)
    request.session[BY_IDENTITY] = True
    return HttpResponseRedirect(onward)


@never_cache
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """Signed out here; the provider's own session is ended there, by whoever wants to."""
    try:
        address = _provider().farewell(request.build_absolute_uri("/"))
    except ProviderDown:
        address = ""
    return render(request, "identity/left.html", {"address": address})


def _provider() -> Provider:
    """The provider of the settings; without one this door does not exist."""
    if not settings.OIDC_ISSUER:
        raise Http404
    client = (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    return _known(settings.OIDC_ISSUER, *client, settings.OIDC_PATIENCE_SECONDS)


@lru_cache(maxsize=4)
def _known(issuer: str, client_id: str, client_secret: str, patience: float) -> Provider:
    """One provider for the life of the process: it keeps addresses and keys."""
    return Provider(issuer, client_id, client_secret, patience)


def _way_back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("identity:back"))


def _own_path(wanted: str) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    is_own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own and len(wanted) <= LONGEST_ADDRESS else ""


def _refused(
    request: HttpRequest, why: str, user: User | None = None, *, is_noted: bool = True
) -> HttpResponse:
    if is_noted:
        note_failure(why, user)
    return render(request, "identity/refused.html", {"words": words_for(why)}, status=403)


def _down(request: HttpRequest, down: ProviderDown) -> HttpResponse:
    """503 with what can be done without the provider."""
    log.error("identity provider: %s", down.why)
    note_failure("provider down")
    answer = render(request, "identity/down.html", status=503)
    answer["Retry-After"] = "60"
    return answer
