"""Doors of the catalogue API, below /api/v1/."""

from django.urls import path

from procedures import api

urlpatterns = [
    path("procedures", api.procedures, name="procedures"),
    path("procedures/<str:code>", api.procedure, name="procedure"),
]
