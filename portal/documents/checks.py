"""What must be configured before the portal starts."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error
from django.utils.translation import gettext as _


def scanner_is_named(**kwargs: Any) -> list[Error]:
    """Outside the demo files need a scanner; a wrong address is refused everywhere."""
    if not settings.CLAMD_URL:
        words = _("CLAMD_URL chưa được đặt: không có máy quét mã độc thì không ai tải được tệp.")
        return [] if settings.PORTAL_DEMO else [Error(words, id="documents.E001")]
    address = urlsplit(settings.CLAMD_URL)
    has_place = bool(address.hostname) if address.scheme == "tcp" else bool(address.path)
    if address.scheme not in {"unix", "tcp"} or not has_place:
        words = _("CLAMD_URL phải có dạng unix:///đường/dẫn hoặc tcp://máy:cổng.")
        return [Error(words, id="documents.E002")]
    return []
