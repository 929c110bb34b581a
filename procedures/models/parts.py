"""The rows a version consists of: cases, papers, times, fees, who handles it."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency
from portal.core.querysets import DatedQuerySet
from procedures.models.shared import Channel
from procedures.models.versions import ProcedureVersion


class VersionPart(models.Model):
    """A row that belongs to one version and is ordered inside it."""

    version = models.ForeignKey(
        ProcedureVersion,
        models.CASCADE,
        related_name="%(class)ss",
        verbose_name=_("phiên bản thủ tục"),
    )
    position = models.PositiveSmallIntegerField(_("vị trí"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "pk")


class Case(VersionPart):
    """A kind of situation a procedure distinguishes (trường hợp)."""

    key = models.CharField(_("khóa"), max_length=60)
    name = models.CharField(_("tên trường hợp"), max_length=300)

    class Meta(VersionPart.Meta):
        verbose_name = _("trường hợp")
        verbose_name_plural = _("trường hợp")

    def __str__(self) -> str:
        return self.name


class Component(VersionPart):
    """A paper the dossier consists of (thành phần hồ sơ)."""

    no = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = models.TextField(_("tên giấy tờ"))
    originals = models.PositiveSmallIntegerField(_("bản chính"), default=0)
    copies = models.PositiveSmallIntegerField(_("bản sao"), default=0)
    is_shown_only = models.BooleanField(_("chỉ xuất trình"), default=False)
    is_required = models.BooleanField(_("bắt buộc"), default=True)
    condition = models.CharField(_("chỉ khi"), max_length=400, blank=True)
    is_electronic_form = models.BooleanField(_("điền trên Cổng"), default=False)
    media_types = ArrayField(
        models.CharField(max_length=100), verbose_name=_("loại tệp"), default=list, blank=True
    )
    max_bytes = models.PositiveBigIntegerField(_("dung lượng tối đa"), default=10 * 1024 * 1024)

    class Meta(VersionPart.Meta):
        verbose_name = _("thành phần hồ sơ")
        verbose_name_plural = _("thành phần hồ sơ")

    def __str__(self) -> str:
        return self.name[:80]

    @property
    def takes_files(self) -> bool:
        """Whether a citizen filing online attaches files for it."""
        return not self.is_electronic_form and not self.is_shown_only


class ProcessingTime(VersionPart):
    """The legal time for one case by one channel."""

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", _("ngày làm việc")
        CALENDAR_DAY = "calendar_day", _("ngày")
        WORKING_HOUR = "working_hour", _("giờ làm việc")
        SAME_DAY = "same_day", _("trong ngày")

    case = models.CharField(_("trường hợp"), max_length=60)
    channel = models.CharField(_("cách nộp"), max_length=20, choices=Channel)
    amount = models.DecimalField(_("thời gian"), max_digits=6, decimal_places=1)
    unit = models.CharField(_("đơn vị"), max_length=20, choices=Unit)
    cutoff = models.TimeField(_("giờ chốt"), null=True, blank=True)
    is_confirmed = models.BooleanField(_("đã xác nhận"), default=False)
    note = models.CharField(_("ghi chú"), max_length=400, blank=True)

    class Meta(VersionPart.Meta):
        verbose_name = _("thời hạn giải quyết")
        verbose_name_plural = _("thời hạn giải quyết")

    def __str__(self) -> str:
        if self.unit == self.Unit.SAME_DAY:
            return str(self.get_unit_display())
        shown = f"{Decimal(self.amount).normalize():f}".replace(".", ",")
        return f"{shown} {self.get_unit_display()}"


class Fee(VersionPart):
    """A fee item (phí, lệ phí) of one case and channel; no amount means: not set yet."""

    class Kind(models.TextChoices):
        SERVICE = "phi", _("phí")
        CHARGE = "le_phi", _("lệ phí")

    class Status(models.TextChoices):
        NATIONAL = "national", _("mức toàn quốc")
        PROVINCE_DECIDES = "province_decides", _("HĐND tỉnh quy định")
        SEE_TARIFF = "see_tariff", _("theo biểu mức thu")

    case = models.CharField(_("trường hợp"), max_length=60)
    channel = models.CharField(_("cách nộp"), max_length=20, choices=Channel)
    item = models.CharField(_("mã khoản thu"), max_length=80)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    amount = models.PositiveBigIntegerField(_("mức thu, đồng"), null=True, blank=True)
    unit = models.CharField(_("đơn vị tính"), max_length=200, blank=True)
    status = models.CharField(_("ai quy định"), max_length=20, choices=Status)
    tariff = models.JSONField(_("biểu mức thu"), null=True, blank=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=400)
    example = models.JSONField(_("ví dụ nơi khác"), null=True, blank=True)
    is_confirmed = models.BooleanField(_("đã xác nhận"), default=False)

    class Meta(VersionPart.Meta):
        verbose_name = _("phí, lệ phí")
        verbose_name_plural = _("phí, lệ phí")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit}"


class Competence(VersionPart):
    """Which kind of agency handles the procedure in a period."""

    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    levels = ArrayField(
        models.CharField(max_length=10, choices=Agency.Level),
        verbose_name=_("cấp"),
        default=list,
    )
    agency_kind = models.ForeignKey(
        "accounts.AgencyKind",
        models.PROTECT,
        related_name="+",
        verbose_name=_("cơ quan giải quyết"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta(VersionPart.Meta):
        verbose_name = _("thẩm quyền")
        verbose_name_plural = _("thẩm quyền")

    def __str__(self) -> str:
        return str(self.agency_kind)


class OnlineActivity(VersionPart):
    """One activity and whether it can be done online; proposed until an official confirms."""

    class Activity(models.TextChoices):
        LEARN = "learn", _("xem thông tin")
        SUBMIT = "submit", _("nộp hồ sơ")
        PAY = "pay", _("nộp phí, lệ phí")
        FOLLOW = "follow", _("theo dõi")
        RECEIVE = "receive", _("nhận kết quả")

    activity = models.CharField(_("việc"), max_length=10, choices=Activity)
    is_online = models.BooleanField(_("làm trên mạng"))
    is_proposed = models.BooleanField(_("đề xuất"), default=True)

    class Meta(VersionPart.Meta):
        verbose_name = _("việc làm trên mạng")
        verbose_name_plural = _("việc làm trên mạng")

    def __str__(self) -> str:
        return str(self.get_activity_display())
