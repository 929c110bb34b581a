"""Files people hand in, and papers the portal writes."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock


def _random_name(instance: models.Model, filename: str) -> str:
    """A name nobody can guess, in a folder that stays small."""
    name = secrets.token_hex(20)
    return f"files/{name[:2]}/{name}"


class StoredFile(models.Model):
    """The bytes of one file outside the web root; its Vietnamese name is only data."""

    content = models.FileField(upload_to=_random_name)
    original_name = models.CharField(_("tên tệp"), max_length=255)
    media_type = models.CharField(_("kiểu tệp"), max_length=100)
    size = models.PositiveBigIntegerField(_("số byte"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")

    def __str__(self) -> str:
        return self.original_name


class Paper(models.Model):
    """A paper of a dossier: what it says is fixed at once, its PDF is made by a worker."""

    class Kind(models.TextChoices):
        SUBMISSION = "submission", _("Bản hồ sơ đã gửi")
        ACCEPTANCE_SLIP = "acceptance_slip", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
        SUPPLEMENT_SLIP = "supplement_slip", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
        REFUSAL_SLIP = "refusal_slip", _("Phiếu từ chối giải quyết hồ sơ")
        RESULT = "result", _("Kết quả giải quyết")

    class State(models.TextChoices):
        WAITING = "waiting", _("đang lập")
        READY = "ready", _("đã có")
        FAILED = "failed", _("chưa lập được")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("loại giấy"), max_length=20, choices=Kind)
    form_set = models.CharField(_("bộ mẫu"), max_length=40)
    reference = models.CharField(_("mã hồ sơ"), max_length=60, db_index=True)
    number = models.CharField(_("số"), max_length=60, blank=True)
    facts = models.JSONField(_("nội dung"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    failure = models.CharField(_("lỗi khi lập"), max_length=100, blank=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), default=clock.now)

    class Meta:
        verbose_name = _("giấy tờ")
        verbose_name_plural = _("giấy tờ")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
