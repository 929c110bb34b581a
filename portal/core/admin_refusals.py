"""What no form of the configuration is asked to read: refused by name before it is bound."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.core.refusals import bad_request
from portal.core.text import has_forbidden_characters

MOST_ROWS = 300  # of one kind, edited together with a row


def refused(request: HttpRequest, pages: "ModelAdmin") -> HttpResponse | None:
    """The 400 page for characters nobody can read or a choice that is no number; else None."""
    if request.method != "POST":
        return None
    choices = {*pages.autocomplete_fields, *pages.raw_id_fields}
    for inline in pages.inlines:
        choices |= {*inline.autocomplete_fields, *inline.raw_id_fields}
    for name, values in request.POST.lists():
        is_choice = name.rpartition("-")[2] in choices
        for value in map(str, values):
            if has_forbidden_characters(value):
                return bad_request(
                    request, _("Ô “%(name)s” có ký tự không đọc được.") % {"name": name[:40]}
                )
            if is_choice and value and not _is_key(value):
                return bad_request(
                    request, _("Lựa chọn ở ô “%(name)s” không có.") % {"name": name[:40]}
                )
    return None


def _is_key(value: str) -> bool:
    """Whether it may be the key of a row: Django's own boxes stumble over anything else."""
    return value.isascii() and value.isdigit() and len(value) < 19
