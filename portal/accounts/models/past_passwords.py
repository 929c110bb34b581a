"""The passwords a person had before, as hashes; kept only where the profile forbids them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.core import clock


class PastPassword(models.Model):
    """One password a person had before."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(_("dấu của mật khẩu"), max_length=128)
    until = models.DateTimeField(_("dùng đến"), default=clock.now)

    class Meta:
        verbose_name = _("mật khẩu đã dùng")
        verbose_name_plural = _("mật khẩu đã dùng")

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%d/%m/%Y}"
