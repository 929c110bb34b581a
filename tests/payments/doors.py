"""The quotes door alone, at its place in the API."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("payments.urls"))]
