"""What every page knows about the portal it belongs to."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.core.models import Province


def _portal() -> dict[str, Any]:
    """The province's names; neutral words until a catalogue has been loaded."""
    province = Province.objects.first() or Province(
        name="", portal_name="Cổng Dịch vụ công", authority_name=""
    )
    return {
        "province_name": province.name,
        "portal_name": province.portal_name,
        "authority_name": province.authority_name,
        "hotline": province.hotline,
        "emblem_url": province.emblem,
        "demo": settings.PORTAL_DEMO,
        "identity": bool(settings.OIDC_ISSUER),
        "mailbox_url": "/hop-thu-thu/" if settings.PORTAL_DEMO else "",
        "fonts_available": finders.find("fonts/be-vietnam-pro-latin-400-normal.woff2") is not None,
    }


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context for every template: `portal.…`, read only when a template asks."""
    return {"portal": SimpleLazyObject(_portal)}
