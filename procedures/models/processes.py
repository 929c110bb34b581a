"""The steps inside the agency (quy trình nội bộ)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role
from procedures.models.procedures import Procedure
from procedures.models.shared import ORDINARY_CASE, Sourced
from procedures.process_rules import StepValue, flaw_of
from procedures.querysets import ProcessQuerySet


class Process(Sourced):
    """The steps inside the agency for one case (quy trình nội bộ), as of a day."""

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="processes", verbose_name=_("thủ tục")
    )
    case = models.CharField(
        _("trường hợp"),
        max_length=60,
        default=ORDINARY_CASE,
        help_text=_("Khóa của trường hợp trong thủ tục; mac_dinh là trường hợp thông thường."),
    )
    number = models.PositiveIntegerField(_("phiên bản"))
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_proposed = models.BooleanField(_("đề xuất"), default=True)
    content_hash = models.CharField(_("dấu nội dung"), max_length=64, blank=True)

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
        case = "" if self.case == ORDINARY_CASE else f" / {self.case}"
        return f"{self.procedure}{case} ({self.number})"

    @property
    def flaw(self) -> str:
        """Why no dossier could be walked through it to its end; empty when one can."""
        return flaw_of(StepValue(step.order, step.role, step.name) for step in self.steps.all())


class ProcessStep(models.Model):
    """One step of a process; steps of the same order run at the same time."""

    process = models.ForeignKey(
        Process, models.CASCADE, related_name="steps", verbose_name=_("quy trình")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên bước"), max_length=200)
    role = models.CharField(_("vai trò"), max_length=30, choices=Role)
    minutes = models.PositiveIntegerField(_("thời gian, phút làm việc"))
    agency_kind = models.CharField(_("loại cơ quan"), max_length=60, blank=True)
    can_pause = models.BooleanField(_("được tạm dừng"), default=False)

    class Meta:
        verbose_name = _("bước")
        verbose_name_plural = _("bước")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name
