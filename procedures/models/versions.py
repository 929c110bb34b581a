"""A procedure as it stands for a period."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from procedures.models.procedures import FormVersion, LegalBasis, Procedure
from procedures.models.shared import Audience, Channel, Sourced
from procedures.querysets import VersionQuerySet


class ProcedureVersion(Sourced):
    """A procedure as it stands for a period; a published version is what dossiers pin."""

    class State(models.TextChoices):
        DRAFT = "draft", _("bản thảo")
        PUBLISHED = "published", _("đã công bố")

    class Mode(models.TextChoices):
        WHOLE = "toan_trinh", _("toàn trình")
        PART = "mot_phan", _("một phần")
        INFORMATION = "cung_cap_thong_tin", _("cung cấp thông tin")

    class Verification(models.TextChoices):
        FULL = "full", _("đủ các mục chính")
        PARTIAL = "partial", _("một phần")
        NONE = "none", _("chưa đọc nguồn nào")

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="versions", verbose_name=_("thủ tục")
    )
    number = models.PositiveIntegerField(_("phiên bản"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    published_at = models.DateTimeField(_("công bố lúc"), default=clock.now)
    name = models.CharField(_("tên thủ tục"), max_length=500)
    field = models.CharField(_("lĩnh vực"), max_length=150, db_index=True)
    audience = ArrayField(
        models.CharField(max_length=20, choices=Audience),
        verbose_name=_("dành cho"),
        default=list,
    )
    service_level = models.PositiveSmallIntegerField(_("mức độ"))
    service_mode = models.CharField(_("hình thức cung cấp"), max_length=30, choices=Mode)
    is_level_proposed = models.BooleanField(_("mức độ là đề xuất"), default=True)
    channels = ArrayField(
        models.CharField(max_length=20, choices=Channel), verbose_name=_("cách nộp"), default=list
    )
    dossier_sets = models.PositiveSmallIntegerField(_("số bộ hồ sơ"), default=1)
    requirements = models.JSONField(_("yêu cầu, điều kiện"), default=list)
    results = models.JSONField(_("kết quả"), default=list)
    guidance_steps = models.JSONField(_("trình tự"), default=list)
    keywords = models.JSONField(_("từ khóa"), default=list)
    form = models.ForeignKey(
        FormVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("biểu mẫu điện tử"),
    )
    legal_bases = models.ManyToManyField(
        LegalBasis, related_name="versions", blank=True, verbose_name=_("căn cứ pháp lý")
    )
    verification = models.CharField(
        _("mức kiểm chứng"), max_length=10, choices=Verification, blank=True
    )
    record = models.JSONField(_("bản ghi gốc"), default=dict)
    content_hash = models.CharField(_("dấu nội dung"), max_length=64, blank=True)
    search_text = models.TextField(_("lời tìm"), editable=False, default="")

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
