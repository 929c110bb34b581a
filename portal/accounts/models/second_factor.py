"""What proves an officer beyond the password: the codes of a phone, and codes on paper."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.core.fields import SealedText


class SecondFactor(models.Model):
    """The seed from which a person's phone makes its codes (TOTP), and the last code it gave."""

    user = models.OneToOneField(
        User, models.CASCADE, related_name="second_factor", verbose_name=_("người dùng")
    )
    seed = SealedText(_("khóa sinh mã"), blank=True)
    # Shown at enrolment, and nothing worth until the phone has given a code from it.
    new_seed = SealedText(_("khóa sinh mã chưa xác nhận"), blank=True)
    last_counter = models.BigIntegerField(_("lần mã gần nhất"), default=0)
    enrolled_at = models.DateTimeField(_("đăng ký lúc"), null=True, blank=True)
    paper_salt = models.CharField(_("muối của mã dự phòng"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("mã xác nhận")
        verbose_name_plural = _("mã xác nhận")

    def __str__(self) -> str:
        return f"{self.user_id}"


class PaperCode(models.Model):
    """One code on paper for the day the phone is lost (mã dự phòng); good once."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="paper_codes")
    code_hash = models.CharField(_("dấu của mã"), max_length=128)
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("mã dự phòng")
        verbose_name_plural = _("mã dự phòng")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["factor", "code_hash"], name="paper_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
