"""What may be asked of the province: procedures, dated and with their legal basis."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.querysets import DatedQuerySet
from procedures.process_rules import StepValue, flaw_of
from procedures.querysets import ProcessQuerySet, VersionQuerySet

ORDINARY_CASE = "mac_dinh"


class Channel(models.TextChoices):
    """The way a dossier arrives; `any` stands for all of them."""

    ANY = "tat_ca", _("mọi cách nộp")
    DIRECT = "truc_tiep", _("nộp tại Bộ phận Một cửa")
    ONLINE = "truc_tuyen", _("nộp trực tuyến")
    POSTAL = "buu_chinh", _("nộp qua bưu chính")


class Sourced(models.Model):
    """Where a row was read, and what in it nobody has confirmed yet."""

    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    unverified = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    source = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        abstract = True


class LegalBasis(models.Model):
    """A legal text (căn cứ pháp lý), named as it is cited."""

    citation = models.CharField(_("trích dẫn"), max_length=400, unique=True)
    number = models.CharField(_("số, ký hiệu"), max_length=80, blank=True, db_index=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200, blank=True)
    valid_from = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    valid_to = models.DateField(_("hết hiệu lực"), null=True, blank=True)
    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)

    class Meta:
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")

    def __str__(self) -> str:
        return self.citation


class Procedure(models.Model):
    """One administrative procedure (thủ tục), known by its national code for ever."""

    code = models.CharField(_("mã thủ tục"), max_length=40, unique=True)
    essential_no = models.PositiveSmallIntegerField(
        _("số thứ tự dịch vụ thiết yếu"), null=True, blank=True
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("được thay bằng"),
    )

    class Meta:
        verbose_name = _("thủ tục")
        verbose_name_plural = _("thủ tục")

    def __str__(self) -> str:
        return self.code


class EssentialService(Sourced):
    """One of the 25 essential services of Đề án 06 (Quyết định 06/QĐ-TTg năm 2022)."""

    no = models.PositiveSmallIntegerField(_("số thứ tự"), primary_key=True)
    name = models.CharField(_("tên"), max_length=300)
    is_handled_here = models.BooleanField(_("giải quyết tại tỉnh"), default=True)
    procedures = models.ManyToManyField(Procedure, related_name="essential_services", blank=True)

    class Meta:
        verbose_name = _("dịch vụ công thiết yếu")
        verbose_name_plural = _("dịch vụ công thiết yếu")
        ordering = ("no",)

    def __str__(self) -> str:
        return self.name


class LifeEvent(models.Model):
    """A moment in life or business, and the procedures people need then."""

    key = models.SlugField(_("khóa"), max_length=40, primary_key=True)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("tên"), max_length=100)
    line = models.CharField(_("dòng giải thích"), max_length=200)
    icon = models.CharField(_("biểu tượng"), max_length=30)
    audience = models.CharField(_("dành cho"), max_length=20)
    procedures = models.ManyToManyField(Procedure, related_name="life_events", blank=True)

    class Meta:
        verbose_name = _("sự kiện trong đời")
        verbose_name_plural = _("sự kiện trong đời")
        ordering = ("position", "key")

    def __str__(self) -> str:
        return self.title


class FormVersion(Sourced):
    """An electronic form as it was published: its JSON Schema (draft 2020-12) never changes."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="forms")
    number = models.PositiveIntegerField(_("phiên bản"))
    title = models.CharField(_("tên biểu mẫu"), max_length=300)
    schema = models.JSONField(_("lược đồ"))
    uploads = models.JSONField(_("tệp đính kèm"), default=list)
    content_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("biểu mẫu điện tử")
        verbose_name_plural = _("biểu mẫu điện tử")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["procedure", "number"], name="form_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ProcedureVersion(Sourced):
    """A procedure as it stands for a period; a published version is what dossiers pin."""

    class State(models.TextChoices):
        DRAFT = "draft", _("bản thảo")
        PUBLISHED = "published", _("đã công bố")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("phiên bản"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    published_at = models.DateTimeField(_("công bố lúc"), default=clock.now)
    name = models.CharField(_("tên thủ tục"), max_length=500)
    field = models.CharField(_("lĩnh vực"), max_length=150, db_index=True)
    audience = ArrayField(models.CharField(max_length=20), default=list)
    service_level = models.PositiveSmallIntegerField(_("mức độ"))
    service_mode = models.CharField(_("hình thức cung cấp"), max_length=30)
    is_level_proposed = models.BooleanField(_("mức độ là đề xuất"), default=True)
    channels = ArrayField(models.CharField(max_length=20), default=list)
    dossier_sets = models.PositiveSmallIntegerField(_("số bộ hồ sơ"), default=1)
    requirements = models.JSONField(_("yêu cầu, điều kiện"), default=list)
    results = models.JSONField(_("kết quả"), default=list)
    guidance_steps = models.JSONField(_("trình tự"), default=list)
    keywords = models.JSONField(_("từ khóa"), default=list)
    form = models.ForeignKey(FormVersion, models.PROTECT, null=True, blank=True, related_name="+")
    legal_bases = models.ManyToManyField(LegalBasis, related_name="versions", blank=True)
    verification = models.CharField(_("mức kiểm chứng"), max_length=10, blank=True)
    record = models.JSONField(_("bản ghi gốc"), default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    search_text = models.TextField(editable=False, default="")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên bản thủ tục")
        verbose_name_plural = _("phiên bản thủ tục")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="version_period_in_order",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(OpClass("search_text", "gin_trgm_ops"), name="version_text_trgm")
        ]

    def __str__(self) -> str:
        return self.name


class VersionPart(models.Model):
    """A row that belongs to one version and is ordered inside it."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField(default=0)

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
    media_types = ArrayField(models.CharField(max_length=100), default=list, blank=True)
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
    item = models.CharField(_("khoản"), max_length=80)
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
    levels = ArrayField(models.CharField(max_length=10), default=list)
    agency_kind = models.ForeignKey("accounts.AgencyKind", models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta(VersionPart.Meta):
        verbose_name = _("thẩm quyền")
        verbose_name_plural = _("thẩm quyền")

    def __str__(self) -> str:
        return str(self.agency_kind_id)


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


class Process(Sourced):
    """The steps inside the agency for one case (quy trình nội bộ), as of a day."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="processes")
    case = models.CharField(_("trường hợp"), max_length=60, default=ORDINARY_CASE)
    number = models.PositiveIntegerField(_("phiên bản"))
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_proposed = models.BooleanField(_("đề xuất"), default=True)
    content_hash = models.CharField(max_length=64, blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = _("quy trình")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["procedure", "case", "number"], name="process_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure} / {self.case} ({self.number})"

    @property
    def flaw(self) -> str:
        """Why no dossier could be walked through it to its end; empty when one can."""
        return flaw_of(StepValue(step.order, step.role, step.name) for step in self.steps.all())


class ProcessStep(models.Model):
    """One step of a process; steps of the same order run at the same time."""

    process = models.ForeignKey(Process, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên bước"), max_length=200)
    role = models.CharField(_("vai trò"), max_length=30)
    minutes = models.PositiveIntegerField(_("thời gian, phút làm việc"))
    agency_kind = models.CharField(_("loại cơ quan"), max_length=60, blank=True)
    can_pause = models.BooleanField(_("được tạm dừng"), default=False)

    class Meta:
        verbose_name = _("bước")
        verbose_name_plural = _("bước")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name
