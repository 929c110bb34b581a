"""The list of procedures: search, filters in the address, counts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.caching import fresh_for_strangers
from procedures.catalogue_page import catalogue_page
from procedures.forms import CatalogueQuestion


@require_safe
@fresh_for_strangers
def index(request: HttpRequest) -> HttpResponse:
    """Procedures in force today that fit what was typed and chosen."""
    question = CatalogueQuestion(request.GET)
    question.is_valid()
    asked = {name: value for name, value in question.cleaned_data.items() if value}
    return render(request, "procedures/index.html", catalogue_page(asked, clock.today()))
