"""Doors to files that arrive in pieces."""

from django.urls import path

from portal.documents import views

app_name = "documents"
urlpatterns = [path("tai-len/<slug:public_id>", views.piece, name="piece")]
