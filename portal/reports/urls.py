"""Doors of the public reports."""

from django.urls import path

from portal.reports import views

app_name = "reports"
urlpatterns = [
    path("tien-do", views.progress, name="progress"),
    path("tien-do.csv", views.progress_csv, name="progress_csv"),
]
