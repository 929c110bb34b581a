"""Doors to the identity provider and back."""

from django.urls import path

from portal.integrations.identity import views

app_name = "identity"
urlpatterns = [
    path("dang-nhap/dinh-danh", views.start, name="start"),
    path("dang-nhap/dinh-danh/ve", views.back, name="back"),
    path("dang-xuat/dinh-danh", views.left, name="left"),
]
