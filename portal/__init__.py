"""Một Cửa: a provincial online public-service portal."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
