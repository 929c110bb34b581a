"""Bearer tokens: how a program acts for somebody (mã truy cập)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.accounts.querysets import TokenQuerySet
from portal.core import clock


class Scope(models.TextChoices):
    """What a token opens; it never opens more than its owner may do themselves."""

    READ = "dossiers:read", _("đọc hồ sơ")
    WRITE = "dossiers:write", _("lập và nộp hồ sơ")
    HANDLE = "dossiers:handle", _("xử lý hồ sơ ở cơ quan")


class Token(models.Model):
    """One token; only its digest is kept, so nobody can read it from here."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="tokens", verbose_name=_("của người")
    )
    digest = models.CharField(_("dấu của mã"), max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=_("phạm vi"))
    made_at = models.DateTimeField(_("cấp lúc"), default=clock.now)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    used_at = models.DateTimeField(_("dùng gần nhất"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("mã truy cập")
        verbose_name_plural = _("mã truy cập")

    def __str__(self) -> str:
        return f"{self.user}: {', '.join(self.scopes)}"
