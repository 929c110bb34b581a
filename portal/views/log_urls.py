"""Doors to the log."""

from django.urls import path

from portal.views import log_pages

app_name = "log"
urlpatterns = [
    path("ai-da-xem", log_pages.mine, name="mine"),
    path("nhat-ky", log_pages.search, name="search"),
]
