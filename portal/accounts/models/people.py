"""A person who signs in, and where they serve."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.agencies import Agency
from portal.accounts.models.roles import CASE_ROLES, Role
from portal.accounts.querysets import PostingQuerySet
from portal.core import clock, field_keys
from portal.core.fields import SealedText


class User(AbstractUser):
    """A person who signs in: a citizen, or somebody who serves at an agency."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ, chữ đệm, tên"), max_length=120)
    identity_number = SealedText(_("số định danh cá nhân"), blank=True)
    identity_hash = models.CharField(
        _("dấu tìm số định danh"), max_length=64, blank=True, db_index=True, editable=False
    )
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=15, blank=True)
    address = models.CharField(_("nơi cư trú"), max_length=250, blank=True)
    home_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("xã, phường nơi cư trú"),
    )
    password_set_at = models.DateTimeField(_("mật khẩu đặt lúc"), null=True, blank=True)
    password_is_temporary = models.BooleanField(_("mật khẩu lần đầu"), default=False)
    date_joined = models.DateTimeField(_("tham gia lúc"), default=clock.now)

    class Meta(AbstractUser.Meta):
        verbose_name = _("người dùng")  # type: ignore[assignment]
        verbose_name_plural = _("người dùng")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the identity number is found by in step with it."""
        self.identity_hash = field_keys.keyed_hash(self.identity_number)
        if (fields := kwargs.get("update_fields")) and "identity_number" in fields:
            kwargs["update_fields"] = {*fields, "identity_hash"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """The whole name; family name first."""
        return self.full_name

    def get_short_name(self) -> str:
        """The given name, which comes last."""
        return self.full_name.split(" ")[-1] if self.full_name else self.username

    @cached_property
    def current_postings(self) -> "list[Posting]":
        """The postings this person holds today, read once a request."""
        return list(Posting.objects.of(self.pk).valid_on(clock.today()).select_related("agency"))

    @property
    def must_give_codes(self) -> bool:
        """Whether a password alone does not let this person in: officers, from the day named on.

        Read anew each time; a posting of tomorrow counts today.
        """
        return (
            self.is_staff
            or self.is_superuser
            or Posting.objects.of(self.pk).not_over(clock.today()).exists()
        )

    @property
    def keeps_accounts(self) -> bool:
        """Whether the account desk is theirs: heads of agencies and system administrators."""
        return bool(self.agencies_as(Role.AGENCY_HEAD, Role.SYSTEM_ADMIN))

    @property
    def is_officer(self) -> bool:
        """Whether this person serves anywhere today."""
        return bool(self.current_postings)

    @property
    def handles_cases(self) -> bool:
        """Whether the queue is theirs: they serve today in a role that works on dossiers."""
        return bool(self.agencies_as(*CASE_ROLES))

    @property
    def first_page(self) -> str:
        """The name of the page they arrive at who wanted to go nowhere else."""
        if not self.is_officer:
            return "dossiers:mine"
        if self.handles_cases:
            return "dossiers:queue"
        if self.keeps_accounts:
            return "accounts:desk"
        return "admin:index" if self.agencies_as(Role.PROCEDURE_ADMIN) else self._watch

    @property
    def watches_over_all(self) -> bool:
        """Whether every dossier of the province is theirs to read, masked."""
        return bool(self.agencies_as(Role.SUPERVISOR, Role.AUDITOR))

    @property
    def _watch(self) -> str:
        return "dossiers:overseeing" if self.watches_over_all else "log:search"

    def agencies_as(self, *roles: str) -> set[int]:
        """Keys of the agencies where the person holds one of the roles today."""
        return {p.agency_id for p in self.current_postings if p.role in roles}

    def serves(self, agency_id: int, *roles: str) -> bool:
        """Whether the person holds one of the roles at that agency today."""
        return agency_id in self.agencies_as(*roles)


class Posting(models.Model):
    """A role held by a person at an agency for a period (vị trí công tác)."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="postings", verbose_name=_("người giữ")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="postings", verbose_name=_("cơ quan")
    )
    role = models.CharField(_("vai trò"), max_length=30, choices=Role)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    # Taken away before its last day; from this moment on it entitles to nothing.
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("vị trí công tác")
        verbose_name_plural = _("vị trí công tác")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "agency", "role", "valid_from"],
                name="posting_once",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}, {self.agency}"
