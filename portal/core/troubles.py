"""When the machine itself fails: calm words, a time to try again, nothing half done.

A lost or busy database, a full disk and a plain fault answer with pages that need neither
database nor session, or with problem documents for the API.
"""

import errno
import logging
import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

log = logging.getLogger(__name__)

# SQLSTATE of PostgreSQL: lock not available, deadlock, statement cancelled by its time-out.
BUSY = frozenset({"55P03", "40P01", "57014"})
DISK_FULL = "53100"


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble: how it is answered, and when trying again makes sense."""

    status: int
    template: str
    title: object
    detail: object
    retry_after: int = 0


DOWN = Trouble(
    503,
    "503.html",
    gettext_lazy("Cổng đang bận hoặc bảo trì"),
    gettext_lazy("Dữ liệu đã lưu vẫn còn nguyên. Hãy thử lại sau ít giây."),
    10,
)
CROWDED = Trouble(
    503,
    "503.html",
    gettext_lazy("Đang có thao tác khác trên cùng dữ liệu"),
    gettext_lazy(
        "Có người đang lưu cùng lúc với bạn nên lần này chưa lưu được. Hãy thử lại sau ít giây."
    ),
    5,
)
FULL = Trouble(
    507,
    "507.html",
    gettext_lazy("Máy chủ hết chỗ lưu tệp"),
    gettext_lazy("Tệp vừa gửi chưa được lưu; những gì đã lưu trước đó vẫn còn nguyên."),
    300,
)
FAULT = Trouble(
    500,
    "500.html",
    gettext_lazy("Cổng gặp trục trặc"),
    gettext_lazy("Lỗi ở phía chúng tôi, không phải do bạn. Dữ liệu đã lưu vẫn còn nguyên."),
)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What kind of trouble an exception means; None when it is a fault of the portal."""
    if isinstance(error, (OperationalError, InterfaceError)):
        state = getattr(error.__cause__, "pgcode", None) or getattr(error.__cause__, "sqlstate", "")
        if state == DISK_FULL:
            return FULL
        return CROWDED if state in BUSY else DOWN
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    return None


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The trouble as a page that stands alone, or as a problem document."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": str(trouble.title), "status": trouble.status}
        response: HttpResponse = JsonResponse(
            body | {"detail": str(trouble.detail)},
            status=trouble.status,
            content_type="application/problem+json",
        )
    else:
        typed = request.method not in ("GET", "HEAD")
        context = {"trouble": trouble, "typed": typed}
        response = render(None, trouble.template, context, status=trouble.status)
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Django's last resort (handler500): also what broke outside a view, as a lost session."""
    return answer(request, trouble_of(sys.exc_info()[1]) or FAULT)
