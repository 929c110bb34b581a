"""All doors of the portal."""

from django.contrib import admin
from django.urls import path

from portal.core import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("quan-tri/", admin.site.urls),
]
