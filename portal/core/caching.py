"""How long a public page may be kept, and how it is asked for again cheaply."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponse]
SECONDS = 60


def fresh_for_strangers(view: View) -> View:
    """Strangers may keep the page for a minute; whoever has a session always asks again.

    Either way the page carries an ETag, so asking again costs no second download.
    The session itself is not touched: only whether the browser sent its cookie.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_cache=True)
        else:
            patch_cache_control(response, public=True, max_age=SECONDS)
        return response

    return conditional_page(answer)
