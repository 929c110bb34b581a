"""Doors of the statistics API, below /api/v1/."""

from django.urls import path

from portal.reports import api

urlpatterns = [path("statistics/summary", api.summary, name="statistics_summary")]
