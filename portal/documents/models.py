"""Files people hand in, and papers the portal writes."""

import secrets
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.fields import SealedJSON

# In place of a scanner's signatures: the portal has written the file itself.
OWN = "own"
SCANNED = models.Q(scan_state="clean") & ~models.Q(signatures=OWN)


def _random_name(instance: models.Model, filename: str) -> str:
    """A name nobody can guess, in a folder that stays small."""
    name = secrets.token_hex(20)
    return f"files/{name[:2]}/{name}"


def _beside(instance: "StoredFile", filename: str) -> str:
    """Next to the bytes it was drawn from, so that whoever knows those knows it too."""
    return f"{instance.content.name}-{filename}"


class StoredFile(models.Model):
    """The bytes of one file outside the web root; its Vietnamese name is only data.

    `content` is what the person handed in, byte for byte; `picture` and `thumbnail` are drawn
    anew from it and are the only pictures the portal ever shows on a page.
    """

    class Scan(models.TextChoices):
        PENDING = "pending", _("đang quét")
        CLEAN = "clean", _("an toàn")
        INFECTED = "infected", _("có mã độc")
        ERROR = "error", _("chưa quét được")

    content = models.FileField(upload_to=_random_name)
    picture = models.FileField(upload_to=_beside, blank=True, db_default="")
    thumbnail = models.FileField(upload_to=_beside, blank=True, db_default="")
    original_name = models.CharField(_("tên tệp"), max_length=255)
    media_type = models.CharField(_("kiểu tệp"), max_length=100)
    size = models.PositiveBigIntegerField(_("số byte"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    scan_state = models.CharField(
        _("quét mã độc"), max_length=10, choices=Scan, default=Scan.PENDING, db_default="pending"
    )
    scan_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_scan_at = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    signatures = models.CharField(_("bộ mẫu quét"), max_length=100, blank=True, db_default="")
    found = models.CharField(_("mã độc tìm thấy"), max_length=200, blank=True, db_default="")
    cleared_at = models.DateTimeField(_("an toàn từ"), null=True, blank=True)
    served_at = models.DateTimeField(_("tải lần đầu"), null=True, blank=True)

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scan_state__in=["pending", "clean", "infected", "error"]),
                name="file_scan_state_is_lawful",
            ),
            models.CheckConstraint(
                condition=models.Q(served_at__isnull=True) | models.Q(cleared_at__isnull=False),
                name="only_cleared_files_are_served",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_scan_at"],
                name="file_waits_for_scan",
                condition=models.Q(scan_state__in=["pending", "error"]),
            ),
            # What a scanner has let through: by age, and since when with which signatures.
            models.Index(fields=["scanned_at"], name="file_scanned", condition=SCANNED),
            models.Index(
                fields=["signatures", "scanned_at"], name="file_signatures", condition=SCANNED
            ),
            models.Index(fields=["uploaded_by", "-uploaded_at"], name="file_of_person"),
            models.Index(fields=["content"], name="file_by_content"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_clean(self) -> bool:
        """Whether the scanner let it through; everything else stays in quarantine."""
        return self.scan_state == self.Scan.CLEAN

    @property
    def is_infected(self) -> bool:
        """Whether the scanner found something; it is never sent, shown or issued."""
        return self.scan_state == self.Scan.INFECTED


def new_public_id() -> str:
    """128 bits nobody can guess."""
    return secrets.token_hex(16)


class Upload(models.Model):
    """A file that arrives in pieces; `received` is the truth about how far it has come."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    target = models.CharField(_("dành cho"), max_length=100)
    original_name = models.CharField(_("tên tệp"), max_length=255)
    media_types = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    length = models.PositiveBigIntegerField(_("số byte"))
    sha256 = models.CharField(max_length=64)
    received = models.PositiveBigIntegerField(_("đã nhận"), default=0)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tệp đang tải lên")
        verbose_name_plural = _("tệp đang tải lên")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("length")), name="upload_fits_its_length"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="upload_expires")
        ]

    def __str__(self) -> str:
        return self.public_id


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
    facts = SealedJSON(_("nội dung"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    failure = models.CharField(_("lỗi khi lập"), max_length=100, blank=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), default=clock.now)

    class Meta:
        verbose_name = _("giấy tờ")
        verbose_name_plural = _("giấy tờ")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
