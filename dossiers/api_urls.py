"""Doors of the JSON API to dossiers."""

from django.urls import path

from dossiers import api

urlpatterns = [path("lookup", api.Lookup.as_view(), name="lookup")]
