"""The toolbox's tables: the province, effects to be done, numbers to be given."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.fields import SealedText
from portal.core.querysets import DEAD, DONE, DROPPED, FAILING, UNTRIED, EffectQuerySet


class Province(models.Model):
    """The province this portal serves; one row, loaded with the catalogue."""

    name = models.CharField(_("tên tỉnh"), max_length=100)
    code = models.CharField(_("mã định danh cấp 1"), max_length=10)
    admin_code = models.CharField(_("mã đơn vị hành chính"), max_length=10)
    portal_name = models.CharField(_("tên cổng"), max_length=200)
    authority_name = models.CharField(_("cơ quan chủ quản"), max_length=200)
    hotline = models.CharField(_("tổng đài"), max_length=30, blank=True)
    emblem = models.CharField(_("đường dẫn biểu trưng"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tỉnh")
        verbose_name_plural = _("tỉnh")

    def __str__(self) -> str:
        return self.name


class Effect(models.Model):
    """One effect outside the database, promised in the transaction that caused it (outbox)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("đang chờ")
        DONE = "done", _("đã xong")
        DEAD = "dead", _("không làm được")
        DROPPED = "dropped", _("đã bỏ")

    key = models.CharField(_("khóa"), max_length=200, unique=True)
    task = models.CharField(_("việc"), max_length=100)
    arguments = models.JSONField(_("tham số"), default=list)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    created_at = models.DateTimeField(_("tạo lúc"), default=clock.now)
    next_attempt_at = models.DateTimeField(_("thử lại lúc"), default=clock.now)
    done_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    handed_at = models.DateTimeField(_("giao cho tiến trình lúc"), null=True, blank=True)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=500, blank=True)

    objects = EffectQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc ngoài giao dịch")
        verbose_name_plural = _("việc ngoài giao dịch")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at"],
                name="effect_waiting",
                condition=models.Q(state="waiting"),
            ),
            # One for each list of the operator's page; done effects are only ever forgotten.
            models.Index(fields=["id"], name="effect_untried", condition=UNTRIED),
            models.Index(fields=["id"], name="effect_failing", condition=FAILING),
            models.Index(fields=["id"], name="effect_dead", condition=DEAD),
            models.Index(fields=["id"], name="effect_dropped", condition=DROPPED),
            models.Index(fields=["done_at"], name="effect_done", condition=DONE),
        ]

    def __str__(self) -> str:
        return self.key


class EffectAct(models.Model):
    """What an operator did with an effect: who, when and why. Never changed, never deleted."""

    class Act(models.TextChoices):
        RETRY = "retry", _("cho thử lại")
        DROP = "drop", _("bỏ")

    effect = models.ForeignKey(Effect, models.PROTECT, related_name="acts")
    act = models.CharField(_("việc đã làm"), max_length=10, choices=Act)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("lý do"), max_length=500)
    acted_at = models.DateTimeField(_("lúc"), default=clock.now)

    class Meta:
        verbose_name = _("can thiệp của người vận hành")
        verbose_name_plural = _("can thiệp của người vận hành")

    def __str__(self) -> str:
        return f"{self.act} {self.effect_id}"


class NumberCounter(models.Model):
    """The last number given in one series, such as an agency's dossiers of one day."""

    series = models.CharField(max_length=100, primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("bộ đếm")
        verbose_name_plural = _("bộ đếm")

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class GivenAnswer(models.Model):
    """The answer a call was given under its key; a repeat of the call gets it again."""

    caller = models.CharField(_("người gọi"), max_length=80)
    route = models.CharField(_("việc được gọi"), max_length=100)
    key = models.CharField(_("khóa"), max_length=200)
    content_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = SealedText(blank=True)
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("câu trả lời đã cho")
        verbose_name_plural = _("câu trả lời đã cho")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["caller", "route", "key"], name="one_answer_for_each_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.created_at:%d/%m/%Y %H:%M}"


class Taken(models.Model):
    """How often something was done within one window of time; see `portal.core.limits`."""

    key = models.CharField(max_length=160)
    window = models.BigIntegerField()
    many = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("số lần đã làm")
        verbose_name_plural = _("số lần đã làm")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "window"], name="one_count_for_each_window")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.many}"
