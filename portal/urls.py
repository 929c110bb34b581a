"""All doors of the portal."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView

from portal.accounts.views.signing_in import configuration_door, sign_out
from portal.core import health, metrics
from portal.views import home

handler500 = "portal.core.troubles.failed"

api: list[URLPattern | URLResolver] = [
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("", include("portal.calendars.urls")),
    path("", include("payments.urls")),
    path("", include("procedures.api_urls")),
    path("", include("portal.reports.api_urls")),
    path("", include("dossiers.api_urls")),
]
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    # The configuration has no door of its own.
    path("quan-tri/login/", configuration_door),
    path("quan-tri/logout/", sign_out),
    path("quan-tri/password_change/", RedirectView.as_view(pattern_name="accounts:password")),
    path("quan-tri/", admin.site.urls),
    path("api/v1/", include(api)),
    path("", include("portal.accounts.urls")),
    path("", include("portal.integrations.identity.urls")),
    path("", home, name="home"),
    path("", include("portal.views.procedure_urls")),
    path("", include("portal.reports.urls")),
    path("", include("portal.documents.urls")),
    path("", include("dossiers.urls")),
    path("", include("portal.views.operations_urls")),
    path("", include("portal.views.log_urls")),
    path("hop-thu-thu/", include("portal.integrations.mail.urls")),
]
