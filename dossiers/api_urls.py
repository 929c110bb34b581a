"""Doors of the JSON API to dossiers."""

from django.urls import path

from dossiers.api import lookup, officers, own, uploads

urlpatterns = [
    path("lookup", lookup.Lookup.as_view(), name="lookup"),
    path("dossiers", own.Dossiers.as_view(), name="dossiers"),
    path("dossiers/<str:dossier_id>", own.OneDossier.as_view(), name="dossier"),
    path("dossiers/<str:dossier_id>/attachments", own.Attachments.as_view(), name="attachments"),
    path("dossiers/<str:dossier_id>/submit", own.Submit.as_view(), name="submit"),
    path("dossiers/<str:dossier_id>/moves", officers.Moves.as_view(), name="moves"),
    path("uploads", uploads.Uploads.as_view(), name="uploads"),
    path("uploads/<slug:upload_id>", uploads.OneUpload.as_view(), name="upload"),
    path("queue", officers.Queue.as_view(), name="queue"),
]
