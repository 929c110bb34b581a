"""What two system administrators must want before it happens."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.agencies import Agency
from portal.accounts.models.people import User
from portal.accounts.models.roles import Role
from portal.core import clock


class AccountProposal(models.Model):
    """A change proposed by one system administrator, to be approved by another (đề nghị)."""

    class Kind(models.TextChoices):
        POSTING = "posting", _("giao vai trò")
        PASSWORD = "password", _("cấp mật khẩu lần đầu")  # pragma: allowlist secret
        CODES = "codes", _("đặt lại mã xác nhận")

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ duyệt")
        APPROVED = "approved", _("đã duyệt")
        DECLINED = "declined", _("không duyệt")

    kind = models.CharField(_("việc"), max_length=10, choices=Kind)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    about = models.ForeignKey(
        User, models.PROTECT, related_name="proposals", verbose_name=_("về người")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name=_("cơ quan")
    )
    role = models.CharField(_("vai trò"), max_length=30, choices=Role, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True)
    reason = models.CharField(_("lý do"), max_length=500)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("người đề nghị")
    )
    proposed_at = models.DateTimeField(_("đề nghị lúc"), default=clock.now)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người duyệt")
    )
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True)

    class Meta:
        verbose_name = _("đề nghị về tài khoản")
        verbose_name_plural = _("đề nghị về tài khoản")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "about",
                "kind",
                "role",
                Coalesce("agency", 0, output_field=models.BigIntegerField()),
                name="account_proposal_once",
                condition=models.Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="account_proposal_by_two",
                condition=~models.Q(state="approved")
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("proposed_by"))
                    & ~models.Q(decided_by=models.F("about"))
                    & ~models.Q(proposed_by=models.F("about"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
