"""What the portal tells people, kept as it was told."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock


class Notice(models.Model):
    """One message to one person, once per key; shown in the portal and sent by e-mail."""

    key = models.CharField(max_length=160, unique=True)
    recipient = models.ForeignKey("accounts.User", models.PROTECT, related_name="notices")
    kind = models.CharField(_("loại"), max_length=40)
    subject = models.CharField(_("tiêu đề"), max_length=200)
    facts = models.JSONField(_("nội dung"), default=dict)
    reference = models.CharField(_("mã hồ sơ"), max_length=60, blank=True, db_index=True)
    address = models.EmailField(_("gửi tới"), blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-created_at"], name="notice_of_person")
        ]

    def __str__(self) -> str:
        return self.subject
