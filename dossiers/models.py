"""Dossiers: what was asked, where it stands, and everything that happened to it."""

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.parties import identity_numbers
from dossiers.querysets import DossierQuerySet, StepQuerySet
from dossiers.workflow import NATIONAL_CODES, PAUSED, RUNNING, State, Workflow
from portal.core import clock, crockford
from portal.core.field_keys import keyed_hash
from portal.core.fields import SealedJSON
from procedures.models import ORDINARY_CASE, Channel

# A paused dossier waits at the end of every queue.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def new_lookup_secret() -> str:
    """Eight characters people can type without mistaking one for another."""
    return crockford.draw(8)


def new_link_token() -> str:
    """128 bits for links and QR codes."""
    return secrets.token_hex(16)


class Dossier(Workflow):
    """One dossier (hồ sơ), from its first draft to the returned result."""

    class ReturnMethod(models.TextChoices):
        ONLINE = "truc_tuyen", _("Bản điện tử trên Cổng")
        COUNTER = "tai_bo_phan_mot_cua", _("Tại Bộ phận Một cửa")
        POST = "buu_chinh", _("Qua bưu chính, tại nhà")

    class Punctuality(models.TextChoices):
        EARLY = "early", _("trước hạn")
        ON_TIME = "on_time", _("đúng hạn")
        LATE = "late", _("quá hạn")

    # How the API names a dossier, draft or sent; says nothing about how many there are.
    public_id = models.UUIDField(
        unique=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False
    )
    code = models.CharField(_("mã hồ sơ"), max_length=60, unique=True, null=True, blank=True)
    lookup_secret = models.CharField(max_length=8, default=new_lookup_secret, editable=False)
    link_token = models.CharField(
        max_length=32, unique=True, default=new_link_token, editable=False
    )
    start_token = models.CharField(max_length=64, unique=True, editable=False)
    version = models.PositiveIntegerField(_("phiên bản sửa"), default=1)

    applicant = models.ForeignKey("accounts.User", models.PROTECT, related_name="dossiers")
    owner = SealedJSON(_("chủ hồ sơ"), default=dict)
    owner_name = models.CharField(_("tên chủ hồ sơ"), max_length=250, blank=True, editable=False)
    owner_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    # Keyed hashes of the owner's and every other identity number in the form: none of these
    # people decides about the dossier.
    party_hashes = ArrayField(models.CharField(max_length=64), default=list, editable=False)
    contact = SealedJSON(_("liên hệ"), default=dict)
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", models.PROTECT, related_name="dossiers"
    )
    form_version = models.ForeignKey(
        "procedures.FormVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    process = models.ForeignKey(
        "procedures.Process", models.PROTECT, null=True, blank=True, related_name="+"
    )
    processing_time = models.ForeignKey(
        "procedures.ProcessingTime", models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.CharField(_("trường hợp"), max_length=60, default=ORDINARY_CASE)
    channel = models.CharField(
        _("cách nộp"), max_length=20, choices=Channel, default=Channel.ONLINE
    )
    agency = models.ForeignKey(
        "accounts.Agency", models.PROTECT, null=True, blank=True, related_name="dossiers"
    )
    form_data = SealedJSON(_("nội dung khai"), default=dict)
    payer_facts = models.JSONField(_("đối tượng được giảm"), default=dict)
    quantities = models.JSONField(_("số lượng yêu cầu thêm"), default=dict)
    quote = models.JSONField(_("phí, lệ phí đã tính"), default=dict)
    return_method = models.CharField(
        _("cách nhận kết quả"), max_length=30, choices=ReturnMethod, default=ReturnMethod.ONLINE
    )
    return_address = models.CharField(_("nơi nhận"), max_length=250, blank=True)

    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(_("xóa nháp lúc"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    intake_due_at = models.DateTimeField(_("hạn tiếp nhận"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    first_due_at = models.DateTimeField(_("hẹn trả ban đầu"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("có kết quả lúc"), null=True, blank=True)
    returned_at = models.DateTimeField(_("trả kết quả lúc"), null=True, blank=True)
    punctuality = models.CharField(max_length=10, choices=Punctuality, blank=True)
    supplements_asked = models.PositiveSmallIntegerField(default=0)
    supplement_cap = models.PositiveSmallIntegerField(default=1)
    due_soon_noticed_at = models.DateTimeField(null=True, blank=True)
    overdue_noticed_at = models.DateTimeField(null=True, blank=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT) | models.Q(code__isnull=False),
                name="submitted_dossier_has_code",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="dossier_state_is_lawful"
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | models.Q(state=State.DRAFT),
                name="only_drafts_are_put_away",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["applicant", "-changed_at"], name="dossier_of_applicant"),
            models.Index(
                fields=["due_at"],
                name="dossier_running_due",
                condition=models.Q(state__in=RUNNING),
            ),
            models.Index(
                fields=["changed_at"],
                name="dossier_draft_changed",
                condition=models.Q(state=State.DRAFT),
            ),
            models.Index(fields=["submitted_at"], name="dossier_submitted"),
            models.Index(
                fields=["resolved_at"],
                name="dossier_resolved",
                condition=models.Q(resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"nháp {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what people are found by in step with what was typed."""
        self.note_people()
        if (fields := kwargs.get("update_fields")) and {"owner", "form_data"} & set(fields):
            kwargs["update_fields"] = {*fields, "owner_name", "owner_hash", "party_hashes"}
        super().save(*args, **kwargs)

    def note_people(self) -> None:
        """Note the owner's name and the keyed hashes of every identity number in the dossier."""
        self.owner_name = str(self.owner.get("full_name", ""))[:250]
        self.owner_hash = keyed_hash(self.owner.get("identity_number", ""))
        self.party_hashes = [
            keyed_hash(each) for each in identity_numbers(self.owner, self.form_data)
        ]

    @property
    def national_code(self) -> int | None:
        """The status code the national portal knows this state by."""
        return NATIONAL_CODES[self.state]

    @property
    def is_paused(self) -> bool:
        """Whether the clock is paused."""
        return self.state in PAUSED

    @property
    def is_running(self) -> bool:
        """Whether the clock runs."""
        return self.state in RUNNING

    def is_overdue(self) -> bool:
        """Whether the clock has run past the due instant."""
        return self.is_running and self.due_at is not None and self.due_at < clock.now()


class DossierStep(models.Model):
    """One piece of work on a dossier that waits, or waited, for somebody at an agency."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("tiếp nhận")
        PROCESS = "process", _("xử lý")
        APPROVAL = "approval", _("duyệt yêu cầu bổ sung")
        WITHDRAWAL = "withdrawal", _("xác nhận rút")
        RETURN = "return", _("trả kết quả")

    class Outcome(models.TextChoices):
        FORWARDED = "forwarded", _("đã chuyển")
        SENT_BACK = "sent_back", _("trả lại")
        CANCELLED = "cancelled", _("không cần nữa")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PROCESS)
    process_step = models.ForeignKey(
        "procedures.ProcessStep", models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    allotted_minutes = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    queue_at = models.DateTimeField()
    priority = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    note = models.TextField(blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("bước của hồ sơ")
        verbose_name_plural = _("bước của hồ sơ")
        ordering = ("pk",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["agency", "queue_at", "priority", "id"],
                name="step_queue",
                condition=models.Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["agency", "role", "queue_at", "priority", "id"],
                name="step_queue_role",
                condition=models.Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DossierEvent(models.Model):
    """Something that happened to a dossier; never changed, never deleted."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    actor = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agency = models.ForeignKey(
        "accounts.Agency", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=40)
    old_state = models.CharField(max_length=20)
    new_state = models.CharField(max_length=20)
    step_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%d/%m/%Y %H:%M}"


class Attachment(models.Model):
    """A file the applicant hands in for one component; a removed one is never sent."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="attachments")
    component = models.ForeignKey("procedures.Component", models.PROTECT, related_name="+")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    is_pending = models.BooleanField(_("chờ gửi bổ sung"), default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)


class Pause(models.Model):
    """A half-open interval in which the clock did not run."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lần tạm dừng")
        verbose_name_plural = _("lần tạm dừng")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_pause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.started_at:%d/%m/%Y}"


class SupplementRequest(models.Model):
    """Everything the applicant is asked to repair, at once (Form 02)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("chờ lãnh đạo duyệt")
        ASKED = "asked", _("chờ người nộp")
        ANSWERED = "answered", _("đã bổ sung")
        DECLINED = "declined", _("không duyệt")
        CANCELLED = "cancelled", _("không cần nữa")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="supplement_requests")
    state = models.CharField(max_length=10, choices=State)
    is_at_intake = models.BooleanField()
    reason = models.TextField()
    pointers = models.JSONField(default=list)
    component_ids = models.JSONField(default=list)
    answer = SealedJSON(default=dict)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(state__in=["proposed", "asked"]),
                name="one_open_supplement_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier}: {self.get_state_display()}"


class Result(models.Model):
    """The signed result of a dossier, with the number it was issued under."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="result")
    is_granted = models.BooleanField(_("đồng ý giải quyết"), default=True)
    number = models.CharField(_("số kết quả"), max_length=60)
    issued_on = models.DateField(_("ngày ký"))
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    received_by = models.CharField(_("người nhận"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")

    def __str__(self) -> str:
        return self.number
