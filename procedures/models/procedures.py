"""Procedures, and what is known about them beside their versions."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.shared import Audience, Sourced


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
    procedures = models.ManyToManyField(
        Procedure, related_name="essential_services", blank=True, verbose_name=_("thủ tục")
    )

    class Meta:
        verbose_name = _("dịch vụ công thiết yếu")
        verbose_name_plural = _("dịch vụ công thiết yếu")
        ordering = ("no",)

    def __str__(self) -> str:
        return self.name


class LifeEvent(models.Model):
    """A moment in life or business, and the procedures people need then."""

    key = models.SlugField(_("khóa"), max_length=40, primary_key=True)
    position = models.PositiveSmallIntegerField(_("vị trí"), default=0)
    title = models.CharField(_("tên"), max_length=100)
    line = models.CharField(_("dòng giải thích"), max_length=200)
    icon = models.CharField(_("biểu tượng"), max_length=30)
    audience = models.CharField(_("dành cho"), max_length=20, choices=Audience)
    procedures = models.ManyToManyField(
        Procedure, related_name="life_events", blank=True, verbose_name=_("thủ tục")
    )

    class Meta:
        verbose_name = _("sự kiện trong đời")
        verbose_name_plural = _("sự kiện trong đời")
        ordering = ("position", "key")

    def __str__(self) -> str:
        return self.title


class FormVersion(Sourced):
    """An electronic form as it was published: its JSON Schema (draft 2020-12) never changes."""

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="forms", verbose_name=_("thủ tục")
    )
    number = models.PositiveIntegerField(_("phiên bản"))
    title = models.CharField(_("tên biểu mẫu"), max_length=300)
    schema = models.JSONField(_("lược đồ"))
    uploads = models.JSONField(_("tệp đính kèm"), default=list)
    content_hash = models.CharField(_("dấu nội dung"), max_length=64)

    class Meta:
        verbose_name = _("biểu mẫu điện tử")
        verbose_name_plural = _("biểu mẫu điện tử")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["procedure", "number"], name="form_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
