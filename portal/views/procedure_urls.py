"""Doors of the catalogue.

The list belongs to `procedures`; the page of one procedure also shows prices and dates, so it
lives up here, where payments and calendars may be seen.
"""

from django.urls import path

from portal.views.procedure_page import show_procedure
from procedures.views import index

app_name = "procedures"
urlpatterns = [
    path("thu-tuc", index, name="list"),
    path("thu-tuc/<str:code>", show_procedure, name="show"),
]
