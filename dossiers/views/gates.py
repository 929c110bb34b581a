"""The gates of dossier pages: every gate is a query."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from dossiers.models import Dossier
from dossiers.views.too_late import closed_draft
from portal.accounts.models import User

View = Callable[..., HttpResponseBase]
RELATED = ("procedure_version__procedure", "agency", "form_version", "processing_time")
TYPED = "typed_before_sign_in"
MOST_TYPED = 50_000
MOST_TABS = 5
# What a page answers with when it could not do what was asked: not now, not like this.
CONFLICT, UNPROCESSABLE = 409, 422


def person(request: HttpRequest) -> User:
    """The signed-in person; views behind a login only."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before
    return request.user


def private(view: View) -> View:
    """Only for whoever is signed in, and never kept by a browser on a shared machine.

    What was typed after the session had ended waits on the server until the person has signed
    in again; every tab finds its own text by the `giu` of its address.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        key = _keep_typed(request) if request.method == "POST" else ""
        return redirect_to_login(f"{request.path}?giu={key}" if key else request.get_full_path())

    return never_cache(opened)


def _keep_typed(request: HttpRequest) -> str:
    """Put the posted text aside; the key to it, or nothing when it is too much to keep."""
    typed = request.POST.urlencode()
    kept = dict(request.session.get(TYPED, {}))
    if len(typed) > MOST_TYPED or len(kept) >= MOST_TABS:
        return ""
    key = secrets.token_hex(8)
    request.session[TYPED] = {**kept, key: {"path": request.path, "typed": typed}}
    return key


def typed_before_sign_in(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before the person had to sign in again; given out once."""
    kept = dict(request.session.get(TYPED, {}))
    found = kept.pop(request.GET.get("giu", ""), None)
    if request.method == "POST" or found is None or found["path"] != request.path:
        return None
    request.session[TYPED] = kept
    return QueryDict(found["typed"])


def draft_page(view: View) -> View:
    """Hand the person's own draft to the view; 404 for others, the dossier once it was sent.

    What is typed after it was sent or put away elsewhere is shown, to be copied.
    Forms are the longest pages of the portal: they travel compressed.
    """

    @wraps(view)
    def opened(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        draft = once_my_draft(request, pk)
        if is_open(draft):
            return view(request, draft, **kwargs)
        if request.method == "POST":
            return closed_draft(request, draft)
        if draft.code is None:
            raise Http404
        return redirect("dossiers:sent", code=draft.code)

    return gzip_page(private(opened))


def is_open(draft: Dossier) -> bool:
    """Whether it is a draft still: not sent, not put away."""
    return draft.code is None and draft.deleted_at is None


def once_my_draft(request: HttpRequest, pk: int) -> Dossier:
    """What is or was the person's own draft, also when it was sent or put away; else 404."""
    rows = Dossier.objects.filter(applicant=person(request)).select_related("applicant", *RELATED)
    return get_object_or_404(rows, pk=pk)


def my_draft(request: HttpRequest, pk: int) -> Dossier:
    """The person's own draft, or 404."""
    drafts = Dossier.objects.of(person(request)).drafts().select_related("applicant", *RELATED)
    return get_object_or_404(drafts, pk=pk)


def my_dossier(request: HttpRequest, code: str) -> Dossier:
    """The person's own dossier that was sent, or 404."""
    mine = Dossier.objects.of(person(request)).submitted().select_related("applicant", *RELATED)
    return get_object_or_404(mine, code=code)


def handled_dossier(request: HttpRequest, code: str) -> Dossier:
    """A dossier the officer may open, or 404."""
    handled = Dossier.objects.handled_by(person(request)).select_related("applicant", *RELATED)
    return get_object_or_404(handled, code=code)


def version_of(data: Any) -> int | None:
    """The version of the dossier the person was looking at, if the page said so."""
    typed = str(data.get("version", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
