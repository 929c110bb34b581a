"""The 25 essential services (Quyết định 06/QĐ-TTg năm 2022), grouped as people look for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from procedures.models import EssentialService, Procedure, ProcedureVersion
from procedures.presenting import without_source_marks

ELSEWHERE = _("Làm ở cơ quan khác")
OTHER = _("Việc làm, thuế, đất đai, thi cử")
# Fields are those of the national catalogue, so the same in every province.
GROUPS = (
    (_("Hộ tịch"), ("Hộ tịch",)),
    (
        _("Cư trú, căn cước, đi lại"),
        (
            "Đăng ký, quản lý cư trú", "Cấp, quản lý căn cước", "Quản lý xuất nhập cảnh",
            "Đăng ký phương tiện", "Sát hạch, cấp giấy phép lái xe", "Đăng ký, quản lý con dấu",
            "Lý lịch tư pháp",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """An essential service, the procedures behind it, or the sentence on who handles it."""

    name: str
    codes: list[str]
    where: str = ""


@dataclass
class Group:
    """Essential services that belong together."""

    title: str
    services: list[Service] = field(default_factory=list)


def groups(day: date) -> list[Group]:
    """All essential services in groups; those handled elsewhere last, with where."""
    made = [Group(str(title)) for title, _fields in GROUPS]
    other, elsewhere = Group(str(OTHER)), Group(str(ELSEWHERE))
    for service in _services(day):
        procedures = [each for each in service.procedures.all() if each.versions.all()]
        if not procedures or not service.is_handled_here:
            elsewhere.services.append(Service(service.name, [], _where(service)))
            continue
        names = {version.field for each in procedures for version in each.versions.all()}
        fitting = (g for g, (_t, own) in zip(made, GROUPS, strict=True) if names & {*own})
        target = next(fitting, other)
        target.services.append(Service(service.name, [each.code for each in procedures]))
    return [group for group in (*made, other, elsewhere) if group.services]


def _services(day: date) -> Iterable[EssentialService]:
    versions = ProcedureVersion.objects.in_force(day).only("field", "procedure_id")
    today = Prefetch("versions", versions)
    return EssentialService.objects.prefetch_related(
        Prefetch("procedures", Procedure.objects.order_by("code").prefetch_related(today))
    )


def _where(service: EssentialService) -> str:
    """The note on who handles it, without the catalogue's marks of its sources."""
    return without_source_marks(service.note).strip(".")
