"""One masked number in full: the reason first, then the number, never in an address."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dossiers.services.unmasking import masked_fields, may_unmask, unmask
from dossiers.views.gates import UNPROCESSABLE, handled_dossier, person, private


class UnmaskForm(forms.Form):
    """Why the number is needed."""

    reason = forms.CharField(
        label=_("Lý do cần xem"),
        help_text=_("Người dân xem được tên bạn, giờ xem và lý do này."),
        min_length=10,
        error_messages={
            "required": _("Ghi lý do cần xem."),
            "min_length": _("Ghi rõ hơn việc đang làm cần đến số này, ít nhất 10 chữ cái."),
        },
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def show_full(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Ask why; after the answer show the number once."""
    dossier, officer = handled_dossier(request, code), person(request)
    if not may_unmask(dossier, officer):
        raise PermissionDenied
    field = masked_fields(dossier).get(name)
    if field is None:
        raise Http404
    form = UnmaskForm(request.POST or None)
    context: dict[str, Any] = {"dossier": dossier, "field": field, "form": form}
    if request.method == "POST" and form.is_valid():
        context["full"] = unmask(dossier, officer, name, form.cleaned_data["reason"]).full
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "dossiers/unmask.html", context, status=status)
