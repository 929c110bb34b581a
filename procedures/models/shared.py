"""Words that the catalogue uses as keys, and the honesty marks of its rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

ORDINARY_CASE = "mac_dinh"


class Channel(models.TextChoices):
    """The way a dossier arrives; `any` stands for all of them."""

    ANY = "tat_ca", _("mọi cách nộp")
    DIRECT = "truc_tiep", _("nộp tại Bộ phận Một cửa")
    ONLINE = "truc_tuyen", _("nộp trực tuyến")
    POSTAL = "buu_chinh", _("nộp qua bưu chính")


class Audience(models.TextChoices):
    """For whom a procedure is."""

    CITIZENS = "cong_dan", _("người dân")
    BUSINESSES = "doanh_nghiep", _("doanh nghiệp, hộ kinh doanh")


class Sourced(models.Model):
    """Where a row was read, and what in it nobody has confirmed yet."""

    is_verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    unverified = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("mục chưa kiểm chứng"),
        default=list,
        blank=True,
    )
    source = ArrayField(
        models.CharField(max_length=200), verbose_name=_("nguồn"), default=list, blank=True
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        abstract = True
