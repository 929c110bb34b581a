"""The sessions of people: whose, since when, from where, in what kind of browser."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.core import clock


class Session(AbstractBaseSession):
    """One browser's session; it ends by `expire_date`, whatever the browser keeps."""

    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        related_name="sessions",
        db_index=False,  # the index below serves
        verbose_name=_("người dùng"),
    )
    began_at = models.DateTimeField(_("bắt đầu lúc"), default=clock.now)
    seen_at = models.DateTimeField(_("thấy lần cuối"), default=clock.now)
    # How long it may be left alone; the session of a stranger only grows old unseen.
    idle_seconds = models.PositiveIntegerField(_("nghỉ tối đa"), null=True)
    address = models.CharField(_("địa chỉ mạng"), max_length=45, blank=True)
    device = models.CharField(_("thiết bị"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("phiên đăng nhập")
        verbose_name_plural = _("phiên đăng nhập")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-seen_at"], name="session_of_person")
        ]

    def ends_at(self) -> datetime:
        """When it ends unless somebody is seen again: after the day's work at the latest."""
        day = timedelta(hours=settings.SESSION_HOURS)
        if self.idle_seconds is None:
            return self.seen_at + day
        return min(self.began_at + day, self.seen_at + timedelta(seconds=self.idle_seconds))
