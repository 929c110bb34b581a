"""Doors to prices; included under the API."""

from django.urls import path

from payments import api

app_name = "payments"
urlpatterns = [path("quotes", api.Quotes.as_view(), name="quotes")]
