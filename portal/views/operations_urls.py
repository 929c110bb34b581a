"""Doors of the operator."""

from django.urls import path

from portal.views import operations

app_name = "operations"
urlpatterns = [
    path("van-hanh/", operations.board, name="board"),
    path("van-hanh/thu-lai", operations.retry, name="retry"),
    path("van-hanh/bo", operations.drop, name="drop"),
]
