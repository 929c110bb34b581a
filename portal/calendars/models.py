"""Calendars as rows: days off, make-up days, office hours; each with its source and mark."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.calendars.querysets import (
    CalendarStampQuerySet,
    DatedRowQuerySet,
    OfficeHoursQuerySet,
)
from portal.calendars.working_days import DeadlineError, Interval, check_intervals


class Calendar(models.Model):
    """A working calendar: the provincial one, or what one agency does differently."""

    code = models.SlugField(_("khóa"), max_length=80, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    agency_code = models.CharField(
        _("khóa cơ quan"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Để trống: lịch chung của tỉnh."),
    )
    weekend = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("ngày cuối tuần"),
        null=True,
        blank=True,
        size=6,
        help_text=_("0 là thứ Hai, 6 là Chủ nhật. Để trống: như lịch chung của tỉnh."),
    )

    class Meta:
        verbose_name = _("lịch làm việc")
        verbose_name_plural = _("lịch làm việc")
        ordering = ("name", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Coalesce("agency_code", models.Value("")),
                name="calendar_one_provincial",
                violation_error_message=_("Đã có lịch chung của tỉnh."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DatedRow(models.Model):
    """What days off and make-up days have in common: a date, a source, a mark.

    A row that an official edited is kept as edited when the catalogue is loaded again; a wrong
    row is cancelled, not deleted, so that loading does not bring it back.
    """

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="%(class)ss", verbose_name=_("lịch")
    )
    date = models.DateField(_("ngày"))
    source = ArrayField(
        models.CharField(max_length=60), verbose_name=_("nguồn"), default=list, blank=True
    )
    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    is_cancelled = models.BooleanField(_("đã bỏ"), default=False)
    is_edited_by_hand = models.BooleanField(_("cán bộ đã sửa"), default=False, editable=False)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = DatedRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def _refuse_clash_with(self, other: "type[DatedRow]") -> None:
        """Raise when the other kind of row already claims this date in this calendar."""
        clash = other._default_manager.filter(
            calendar=self.calendar_id, date=self.date, is_cancelled=False
        )
        if not self.is_cancelled and clash.exists():
            raise ValidationError({"date": _("Ngày này vừa nghỉ vừa làm bù; hãy bỏ một dòng.")})


class DayOff(DatedRow):
    """A day on which offices are closed (ngày nghỉ)."""

    class Kind(models.TextChoices):
        HOLIDAY = "le", _("nghỉ lễ, tết")
        SWAPPED = "cong_bo_hoan_doi", _("nghỉ hoán đổi")
        UNOFFICIAL = "ngoai_lich_chinh_thuc", _("ngoài lịch chính thức")
        CLOSED = "dong_cua", _("cơ quan đóng cửa")

    name = models.CharField(_("tên ngày nghỉ"), max_length=250)
    kind = models.CharField(_("loại"), max_length=30, choices=Kind)

    class Meta:
        verbose_name = _("ngày nghỉ")
        verbose_name_plural = _("ngày nghỉ")
        ordering = ("date", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["calendar", "date"], name="day_off_once")
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"

    def clean(self) -> None:
        """Refuse a date that is a make-up day as well."""
        self._refuse_clash_with(MakeUpDay)


class MakeUpDay(DatedRow):
    """A weekend day on which offices work in place of another day (ngày làm bù)."""

    replaces = models.DateField(_("làm bù cho ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("ngày làm bù")
        verbose_name_plural = _("ngày làm bù")
        ordering = ("date", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["calendar", "date"], name="make_up_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}"

    def clean(self) -> None:
        """Refuse a date that is a day off as well."""
        self._refuse_clash_with(DayOff)


def check_written_intervals(value: object) -> None:
    """Raise unless `value` is like [["07:00", "11:00"], ["13:00", "17:00"]]."""
    try:
        check_intervals(parse_intervals(value))
    except DeadlineError as error:
        raise ValidationError(str(error)) from error
    except (TypeError, ValueError) as error:
        message = _('Hãy viết theo mẫu [["07:00", "11:00"], ["13:00", "17:00"]].')
        raise ValidationError(message) from error


def parse_intervals(value: object) -> tuple[Interval, ...]:
    """The office hours written in JSON as pairs of HH:MM."""
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in value)


class OfficeHours(models.Model):
    """The office hours of a calendar for a period, both dates included; open ends are empty."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="office_hours", verbose_name=_("lịch")
    )
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    intervals = models.JSONField(_("giờ làm việc"), validators=[check_written_intervals])
    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    is_edited_by_hand = models.BooleanField(_("cán bộ đã sửa"), default=False, editable=False)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = OfficeHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc")
        ordering = ("calendar", "valid_from", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["calendar", "valid_from"], name="hours_once_a_start"),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(valid_from=None), name="hours_once_without_start"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="hours_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        try:  # a form that is refused shows the row with what was typed
            hours = parse_intervals(self.intervals)
        except (TypeError, ValueError):
            return "–"
        return ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in hours)


class CalendarStamp(models.Model):
    """One row with a new random stamp after every calendar edit; database triggers write it.

    Random rather than counted: a number given in a transaction that rolls back would be given
    again, and a process that had remembered it would take the other edit for its own.
    """

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    stamp = models.UUIDField(editable=False)

    objects = CalendarStampQuerySet.as_manager()

    class Meta:
        verbose_name = _("dấu phiên bản lịch")
        verbose_name_plural = _("dấu phiên bản lịch")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(singleton=True), name="calendar_stamp_single")
        ]

    def __str__(self) -> str:
        return str(self.stamp)
