"""Rules that change what is due: exemptions, reductions, other amounts (miễn, giảm phí, lệ phí)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.conditions import ConditionError, check
from payments.fees import Effect, RuleValue
from payments.querysets import FeeReductionQuerySet
from procedures.models import Channel, Sourced


def everyone() -> dict[str, Any]:
    """The condition that always holds."""
    return {"all": []}


class FeeReduction(Sourced):
    """A rule about fees (giảm phí) for a period, with the legal text it rests on."""

    class Scope(models.TextChoices):
        NATIONAL = "national", _("toàn quốc")
        PROVINCIAL = "provincial", _("của tỉnh")
        EXAMPLE = "provincial_example", _("ví dụ của tỉnh khác")
        TEMPLATE = "template", _("mẫu để điền")

    class FeeKind(models.TextChoices):
        ALL = "*", _("phí và lệ phí")
        SERVICE = "phi", _("phí")
        CHARGE = "le_phi", _("lệ phí")
        NONE = "none", _("không phải phí, lệ phí")

    class Kind(models.TextChoices):
        EXEMPT = "exempt", _("miễn")
        REDUCE = "reduce", _("giảm phần trăm")
        FIXED = "fixed_amount", _("mức thu riêng")
        DAYS = "processing_days", _("rút ngắn thời gian")

    key = models.SlugField(_("mã quy định"), max_length=80, unique=True)
    title = models.CharField(_("nội dung"), max_length=400)
    scope = models.CharField(_("phạm vi"), max_length=20, choices=Scope)
    territory = models.CharField(_("địa bàn"), max_length=120, default="VN")
    fee_kind = models.CharField(_("áp dụng cho"), max_length=10, choices=FeeKind)
    procedures = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("mã thủ tục"),
        default=list,
        help_text=_("Mã thủ tục, cách nhau bằng dấu phẩy; dấu * là mọi thủ tục."),
    )
    channel = models.CharField(_("cách nộp"), max_length=20, choices=Channel, default=Channel.ANY)
    kind = models.CharField(_("cách giảm"), max_length=20, choices=Kind)
    value = models.DecimalField(_("mức"), max_digits=14, decimal_places=2, default=0)
    round_to = models.PositiveIntegerField(
        _("làm tròn đến, đồng"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    condition = models.JSONField(_("điều kiện"), default=everyone, blank=True)
    legal_basis = models.CharField(_("căn cứ pháp lý"), max_length=400)
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("thứ tự xem"), default=50)
    is_stackable = models.BooleanField(_("được cộng dồn"), default=False)
    is_in_base_fee = models.BooleanField(_("mức thu đã tính sẵn"), default=False)
    is_enabled = models.BooleanField(_("đang áp dụng"), default=False)
    content_hash = models.CharField(_("dấu nội dung"), max_length=64, blank=True, editable=False)

    objects = FeeReductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy định miễn, giảm")
        verbose_name_plural = _("quy định miễn, giảm")
        ordering = ("priority", "key")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["procedures"], name="reduction_procedures")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="reduction_period_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["exempt", "reduce"]) | Q(value__gte=0, value__lte=100),
                name="reduction_percent_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(kind="fixed_amount") | Q(value__gte=0), name="reduction_not_negative"
            ),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="reduction_has_legal_basis"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a condition that could not be judged, and a period that ends too early."""
        try:
            check(self.condition)
        except ConditionError as error:
            raise ValidationError({"condition": str(error)}) from error
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("Ngày hết hiệu lực phải sau ngày bắt đầu.")})

    def as_value(self) -> RuleValue:
        """The rule as the fee arithmetic takes it."""
        return RuleValue(
            id=self.key,
            effect=Effect(self.kind),
            value=self.value,
            title=self.title,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            legal_basis=self.legal_basis,
            fee_kind=self.fee_kind,
            channel=self.channel,
            territory=self.territory,
            condition=self.condition,
            is_stackable=self.is_stackable,
            is_enabled=self.is_enabled,
            is_in_base_fee=self.is_in_base_fee,
            is_verified=self.is_verified,
            round_to=self.round_to,
        )
