"""Doors of the calendars, below `api/v1/`."""

from django.urls import path

from portal.calendars.api import DeadlineView

app_name = "calendars"
urlpatterns = [path("deadlines", DeadlineView.as_view(), name="deadlines")]
