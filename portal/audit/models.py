"""Who looked at or did what, when and in which capacity: written once, never changed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.querysets import EntryQuerySet
from portal.core import clock


class Entry(models.Model):
    """One line of the log (nhật ký); PostgreSQL refuses to change or delete it.

    It names people, agencies and things by their keys and holds nobody's data.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("đăng nhập")
        SIGN_IN_FAILED = "sign_in_failed", _("đăng nhập không thành")
        SIGNED_OUT = "signed_out", _("đăng xuất")
        SESSION_ENDED = "session_ended", _("kết thúc phiên")
        STEPPED_UP = "stepped_up", _("xác nhận lại danh tính")
        READ = "read", _("xem")
        UNMASKED = "unmasked", _("mở phần che")
        DOWNLOADED = "downloaded", _("tải tệp")
        SEARCHED = "searched", _("tìm kiếm")
        EXPORTED = "exported", _("xuất dữ liệu")
        REFUSED = "refused", _("bị từ chối")
        ACCOUNT_CHANGED = "account_changed", _("thay đổi tài khoản, quyền")
        CONFIGURED = "configured", _("thay đổi cấu hình")
        CONSENTED = "consented", _("đồng ý, rút đồng ý")
        DATA_RIGHT = "data_right", _("yêu cầu về dữ liệu cá nhân")
        QUERIED = "queried", _("tra cứu cơ sở dữ liệu ngoài")
        ANONYMISED = "anonymised", _("ẩn danh dữ liệu")

    happened_at = models.DateTimeField(_("lúc"), default=clock.now)
    kind = models.CharField(_("việc"), max_length=20, choices=Kind)
    # Without constraints in the database: writing a look waits for no row of people or agencies.
    actor = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("người làm"),
    )
    role = models.CharField(_("tư cách"), max_length=30, blank=True)
    agency = models.ForeignKey(
        "accounts.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("cơ quan"),
    )
    # What it is about, such as "dossiers.dossier" and its key; and whose data that is.
    subject = models.CharField(_("đối tượng"), max_length=60, blank=True)
    subject_key = models.CharField(_("khóa đối tượng"), max_length=60, blank=True)
    person = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("dữ liệu của"),
    )
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    address = models.CharField(_("địa chỉ mạng"), max_length=45, blank=True)
    details = models.JSONField(_("chi tiết"), default=dict)
    # What the line said when it was written (`chain.fingerprint`), so that a change shows at once.
    fingerprint = models.CharField(max_length=64, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor", "-id"], name="entry_of_actor"),
            models.Index(fields=["person", "-id"], name="entry_about_person"),
            models.Index(fields=["subject", "subject_key", "-id"], name="entry_about_subject"),
            models.Index(fields=["agency", "-id"], name="entry_of_agency"),
            models.Index(fields=["kind", "-id"], name="entry_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.subject_key}".strip()


class Link(models.Model):
    """The place of one line in the chain; each link closes over the one before it.

    A plain number names the line: a deleted one leaves its link behind.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    day = models.DateField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("mắt xích nhật ký")
        verbose_name_plural = _("mắt xích nhật ký")

    def __str__(self) -> str:
        return f"{self.position}: {self.entry_id}"


class Anchor(models.Model):
    """Where the chain stood at the end of a day; a copy lies outside the database."""

    day = models.DateField(primary_key=True)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("mốc nhật ký theo ngày")
        verbose_name_plural = _("mốc nhật ký theo ngày")

    def __str__(self) -> str:
        return f"{self.day}: {self.position}"
