"""A hidden token for HTML forms that create something and have no version to guard them."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseRedirectBase

from portal.core.idempotency import (
    Answer,
    Call,
    answer_once,
    caller_of,
    digest_of,
    posted_content,
)

View = Callable[..., HttpResponseBase]
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_form_token() -> str:
    """A token for one opening of a form."""
    return secrets.token_urlsafe(18)


def once_per_form(view: View) -> View:
    """Pressing the button of one opened page twice with the same content does it once.

    The content is part of the key: a page that sends file after file under its one token, or
    that the Back button brought back, may still send something else.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.POST.get("form_token", "") if request.method == "POST" else ""
        if not TOKEN.fullmatch(token) or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        content = digest_of([request.path, posted_content(request.POST, request.FILES)])
        route = f"POST {request.resolver_match.view_name}" if request.resolver_match else ""
        call = Call(caller_of(request), route, f"{token}:{content}", content)
        shown: list[HttpResponseBase] = []

        def act() -> Answer:
            response = view(request, *args, **kwargs)
            shown.append(response)
            if isinstance(response, HttpResponseRedirectBase):
                return Answer(response.status_code, location=response.url)
            return Answer(status=max(response.status_code, 400))  # a page: not to be repeated

        answer = answer_once(call, act)
        return (
            shown[0]
            if shown
            else HttpResponse(status=answer.status, headers={"Location": answer.location})
        )

    return answered
