"""The log as people read it: who saw my data; and for those who watch over the portal."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers.codes import read_code
from dossiers.models import Dossier
from portal.accounts.models import Role, User
from portal.audit.models import Entry
from portal.audit.querysets import EntryQuerySet
from portal.audit.recording import record
from portal.core import clock

PAGE = 50
Kind = Entry.Kind
CONFIGURATION = (Kind.CONFIGURED,)
TECHNICAL = (
    Kind.SIGNED_IN, Kind.SIGN_IN_FAILED, Kind.SIGNED_OUT, Kind.SESSION_ENDED, Kind.STEPPED_UP,
    Kind.ACCOUNT_CHANGED,
)  # fmt: skip
WHAT = {
    Kind.READ: gettext_lazy("Xem hồ sơ"),
    Kind.UNMASKED: gettext_lazy("Xem đầy đủ phần che"),
    Kind.DOWNLOADED: gettext_lazy("Mở tệp"),
    Kind.EXPORTED: gettext_lazy("Xuất dữ liệu"),
    Kind.QUERIED: gettext_lazy("Tra cứu cơ sở dữ liệu quốc gia"),
}


class SearchForm(forms.Form):
    """What to look for in the log; it stands in the address."""

    viec = forms.ChoiceField(label=gettext_lazy("Việc"), required=False)
    nguoi = forms.CharField(
        label=gettext_lazy("Tên đăng nhập người làm"), max_length=150, required=False
    )
    ma = forms.CharField(label=gettext_lazy("Mã hồ sơ"), max_length=60, required=False)
    tu = forms.DateField(label=gettext_lazy("Từ ngày"), required=False)
    den = forms.DateField(label=gettext_lazy("Đến hết ngày"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["viec"].choices = [("", _("Mọi việc")), *Kind.choices]  # type: ignore[attr-defined]

    def narrowed(self, rows: EntryQuerySet) -> EntryQuerySet:
        """The lines that fit every box that was filled in."""
        asked = self.cleaned_data
        if asked["viec"]:
            rows = rows.filter(kind=asked["viec"])
        if asked["nguoi"]:
            rows = rows.filter(actor__username=asked["nguoi"])
        if asked["ma"]:
            keys = Dossier.objects.filter(code=read_code(asked["ma"])).values_list("pk", flat=True)
            rows = rows.filter(subject="dossiers.dossier", subject_key__in=[str(k) for k in keys])
        return rows.between(asked["tu"], asked["den"])


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Who saw my data, when, in which capacity and why."""
    user = request.user
    rows, next_url = _page(request, Entry.objects.looks_at(user.pk or 0), reverse("log:mine"))
    context = {"rows": [_told_to_person(row) for row in rows], "next_url": next_url}
    return render(request, "log/mine.html", context)


def _told_to_person(entry: Entry) -> dict[str, Any]:
    return {
        "when": clock.local(entry.happened_at),
        "what": WHAT.get(Kind(entry.kind), entry.get_kind_display()),
        "code": entry.details.get("code", ""),
        "who": entry.actor.full_name if entry.actor else _("Hệ thống"),
        "role": dict(Role.choices).get(entry.role, ""),
        "agency": str(entry.agency or ""),
        "reason": entry.reason,
    }


@require_safe
@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """The log, as far as the person may read it; what was searched for is in it too."""
    user = request.user
    if not (isinstance(user, User) and user.is_officer):
        raise PermissionDenied
    form = SearchForm(request.GET or None)
    readable = readable_by(user)
    if form.is_bound:
        readable = form.narrowed(readable) if form.is_valid() else readable.none()
        record(Kind.SEARCHED, user, role=user.current_postings[0].role, boxes=_filled(form))
    rows, next_url = _page(request, readable, reverse("log:search"))
    context = {"form": form, "rows": rows, "next_url": next_url, "reach": _reach(user)}
    return render(request, "log/search.html", context, status=422 if form.errors else 200)


def readable_by(user: User) -> EntryQuerySet:
    """Auditors and supervisors read all, heads their agency, administrators their part.

    Everybody reads what they did themselves.
    """
    if user.watches_over_all:
        return Entry.objects.all()
    part = Q(actor_id=user.pk) | Q(agency_id__in=user.agencies_as(Role.AGENCY_HEAD))
    if user.agencies_as(Role.PROCEDURE_ADMIN):
        part |= Q(kind__in=CONFIGURATION)
    if user.agencies_as(Role.SYSTEM_ADMIN):
        part |= Q(kind__in=TECHNICAL)
    return Entry.objects.filter(part)


def _reach(user: User) -> str:
    """How far the person's view of the log goes, in words."""
    if user.watches_over_all:
        return _("Bạn xem được toàn bộ nhật ký.")
    if user.agencies_as(Role.AGENCY_HEAD):
        return _("Bạn xem được nhật ký của cơ quan mình và việc của chính mình.")
    if user.agencies_as(Role.PROCEDURE_ADMIN):
        return _("Bạn xem được thay đổi cấu hình và việc của chính mình.")
    if user.agencies_as(Role.SYSTEM_ADMIN):
        return _("Bạn xem được phần kỹ thuật (đăng nhập, tài khoản) và việc của chính mình.")
    return _("Bạn xem được việc của chính mình.")


def _filled(form: SearchForm) -> list[str]:
    return sorted(name for name in form.fields if form.data.get(name))


def _page(request: HttpRequest, rows: EntryQuerySet, door: str) -> tuple[list[Entry], str]:
    """One page by keyset, and the address of the next one."""
    asked = request.GET.get("truoc", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    found = rows.page(before, PAGE)
    if len(found) <= PAGE:
        return found, ""
    address = QueryDict(mutable=True)
    address.update({name: request.GET[name] for name in request.GET if name != "truoc"})
    address["truoc"] = str(found[PAGE - 1].pk)
    return found[:PAGE], f"{door}?{address.urlencode()}"
