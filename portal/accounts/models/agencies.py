"""Public bodies by period, and which kind of body answers to which competence."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.querysets import AgencyQuerySet
from portal.core.text import fold


class AgencyType(models.TextChoices):
    """What sort of body an agency is; the keys are those of the catalogue."""

    PROVINCE_COMMITTEE = "ubnd_tinh", _("Ủy ban nhân dân cấp tỉnh")
    DISTRICT_COMMITTEE = "ubnd_huyen", _("Ủy ban nhân dân cấp huyện")
    COMMUNE_COMMITTEE = "ubnd_xa", _("Ủy ban nhân dân cấp xã")
    DEPARTMENT = "so", _("sở")
    BOARD = "ban", _("ban")
    OFFICE = "van_phong", _("văn phòng")
    INSPECTORATE = "thanh_tra", _("thanh tra")
    SERVICE_CENTRE = "trung_tam_hcc", _("trung tâm phục vụ hành chính công")
    POLICE = "cong_an_tinh", _("công an cấp tỉnh")
    CENTRAL_BRANCH = "nganh_doc", _("cơ quan ngành dọc")
    PUBLIC_SERVICE_UNIT = "don_vi_su_nghiep", _("đơn vị sự nghiệp")


class AgencyKind(models.Model):
    """A kind of competence named by procedures, and the kind of agency that has it."""

    key = models.CharField(_("khóa"), max_length=60, primary_key=True)
    name = models.CharField(_("tên"), max_length=120, blank=True)
    kind = models.CharField(_("loại cơ quan"), max_length=40, choices=AgencyType, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("loại thẩm quyền")
        verbose_name_plural = _("loại thẩm quyền")

    def __str__(self) -> str:
        return self.name or self.key


class Agency(models.Model):
    """A public body as it exists for a period; successors follow by `replaced_by`."""

    class Level(models.TextChoices):
        PROVINCE = "tinh", _("cấp tỉnh")
        DISTRICT = "huyen", _("cấp huyện")
        COMMUNE = "xa", _("cấp xã")

    class Unit(models.TextChoices):
        COMMUNE = "xa", _("xã")
        WARD = "phuong", _("phường")
        TOWNSHIP = "thi_tran", _("thị trấn")
        DISTRICT = "huyen", _("huyện")
        TOWN = "thi_xa", _("thị xã")
        CITY = "thanh_pho", _("thành phố")

    class CodeStatus(models.TextChoices):
        OFFICIAL = "official", _("mã chính thức")
        GIVEN = "given_in_brief_pattern_seen", _("được cho biết, đúng mẫu mã")
        OURS = "assigned_by_this_project", _("mã tạm của Cổng")
        NONE = "none", _("chưa có mã")

    code = models.CharField(_("khóa"), max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    folded_name = models.CharField(_("tên không dấu"), max_length=200, editable=False)
    unit_name = models.CharField(_("tên đơn vị hành chính"), max_length=120, blank=True)
    unit_type = models.CharField(
        _("loại đơn vị hành chính"), max_length=20, choices=Unit, blank=True
    )
    former_province = models.CharField(_("thuộc tỉnh trước sáp nhập"), max_length=100, blank=True)
    level = models.CharField(_("cấp"), max_length=10, choices=Level)
    kind = models.CharField(_("loại"), max_length=40, choices=AgencyType, db_index=True)
    valid_from = models.DateField(_("có từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("cấp trên"),
    )
    replaced_by = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="replaces",
        blank=True,
        verbose_name=_("được thay bằng"),
    )
    serves = models.ManyToManyField(
        AgencyKind, related_name="agencies", blank=True, verbose_name=_("có thẩm quyền như")
    )
    org_code = models.CharField(  # noqa: DJ001 - no code is null: nobody takes it for a code
        _("mã định danh"), max_length=35, null=True, blank=True
    )
    org_code_status = models.CharField(
        _("tình trạng mã"), max_length=60, choices=CodeStatus, blank=True
    )
    admin_unit_code = models.CharField(_("mã đơn vị hành chính"), max_length=10, blank=True)
    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    unverified = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("mục chưa kiểm chứng"),
        default=list,
        blank=True,
    )
    source = ArrayField(
        models.CharField(max_length=60), verbose_name=_("nguồn"), default=list, blank=True
    )
    note = models.TextField(_("ghi chú"), blank=True)
    content_hash = models.CharField(_("dấu nội dung"), max_length=64, blank=True, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")
        ordering = ("name", "pk")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(OpClass("folded_name", "gin_trgm_ops"), name="agency_name_trgm")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="agency_period_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded name in step with the name."""
        self.folded_name = fold(self.name)
        super().save(*args, **kwargs)
