"""Doors to an account."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("dang-nhap", views.SignIn.as_view(), name="sign_in"),
    path("dang-xuat", views.sign_out, name="sign_out"),
]
