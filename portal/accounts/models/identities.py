"""Who somebody is at an identity provider, and which account that is here."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.core import clock


class Identity(models.Model):
    """A person as one issuer calls them (tài khoản định danh); nothing else proves the same."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="identities", verbose_name=_("người dùng")
    )
    issuer = models.CharField(_("nơi định danh"), max_length=255)
    subject = models.CharField(_("mã tại nơi định danh"), max_length=255)
    linked_at = models.DateTimeField(_("liên kết lúc"), default=clock.now)

    class Meta:
        verbose_name = _("danh tính")
        verbose_name_plural = _("danh tính")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.issuer}"
