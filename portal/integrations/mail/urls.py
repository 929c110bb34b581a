"""Doors of the demo's mailbox."""

from django.urls import path

from portal.integrations.mail import views

app_name = "mailbox"
urlpatterns = [
    path("", views.letters, name="list"),
    path("<str:name>", views.letter, name="message"),
]
