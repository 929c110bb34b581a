"""The public progress table (công khai tiến độ)."""

import csv
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching import fresh_for_strangers
from portal.reports import counters
from portal.reports.forms import ProgressFilter

PAGE = 50
COLUMNS = (
    _("Mã cơ quan"), _("Cơ quan"), _("Nhận trong kỳ"), _("Trong đó trực tuyến"),
    _("Có kết quả"), _("Trước hạn"), _("Đúng hạn"), _("Quá hạn"),
    _("Đang giải quyết, còn hạn"), _("Đang giải quyết, quá hạn"),
)  # fmt: skip


@require_safe
@fresh_for_strangers
def progress(request: HttpRequest) -> HttpResponse:
    """What every agency received, finished and still works on in a month."""
    asked = ProgressFilter(request.GET)
    now, month = clock.now(), _month(asked)
    page = asked.cleaned_data.get("trang") or 1
    rows = counters.per_agency(counters.Period.month_of(month, now), now)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    context = {
        "form": asked,
        "month": month,
        "months": counters.last_months(now.date(), 12),
        "rows": shown,
        "agencies": len(rows),
        "sum": counters.total(row for _agency, row in rows),
        "now": now,
        "previous_url": _page_url(month, page - 1) if page > 1 else "",
        "next_url": _page_url(month, page + 1) if page * PAGE < len(rows) else "",
    }
    return render(request, "reports/progress.html", context)


@require_safe
@fresh_for_strangers
def progress_csv(request: HttpRequest) -> HttpResponse:
    """The same table as open data."""
    now, month = clock.now(), _month(ProgressFilter(request.GET))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tien-do-{month:%Y-%m}.csv"'
    response.write("\ufeff")  # spreadsheets take the file for another encoding without it
    table = csv.writer(response)
    table.writerow(str(title) for title in COLUMNS)
    for agency, row in counters.per_agency(counters.Period.month_of(month, now), now):
        table.writerow([
            agency.code, agency.name, row.received, row.online, row.resolved,
            row.early, row.on_time, row.late, row.in_time, row.overdue,
        ])  # fmt: skip
    return response


def _month(asked: ProgressFilter) -> date:
    """The month asked for; the present one when the question cannot be read."""
    asked.is_valid()
    month: date = asked.cleaned_data.get("thang") or clock.today().replace(day=1)
    return month


def _page_url(month: date, page: int) -> str:
    return f"?thang={month:%Y-%m}&trang={page}"
