"""Turning a version into what a page shows: words and rows, no money and no calendar."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Either
from django.db.models import Prefetch, Q, QuerySet, When
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import Agency
from procedures.choosing_agency import Choice, choose
from procedures.models import (
    ORDINARY_CASE,
    Case,
    Channel,
    Competence,
    Component,
    LegalBasis,
    Procedure,
    ProcedureVersion,
    ProcessingTime,
)
from procedures.querysets import VersionQuerySet

Mode = ProcedureVersion.Mode
_MEANINGS = {
    Mode.WHOLE: gettext_lazy(
        "Bạn làm trọn trên mạng: nộp hồ sơ, nộp tiền, rồi nhận kết quả trên mạng hoặc qua "
        "bưu chính, không phải đến cơ quan."
    ),
    Mode.PART: gettext_lazy(
        "Bạn nộp hồ sơ và theo dõi trên mạng; còn việc phải đến cơ quan, như nộp tiền hoặc "
        "nhận kết quả."
    ),
    Mode.INFORMATION: gettext_lazy("Trên mạng bạn xem được hướng dẫn; hồ sơ nộp tại cơ quan."),
}
_SOURCE_MARKS = re.compile(r"\s*(\((S\d+(, )?)+\)|ở S\d+)")


@dataclass(frozen=True)
class Badge:
    """A short fact beside a name: words, tone and icon of `ui/_tag.html`."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Paper:
    """A component and what the citizen does about it."""

    name: str
    amount: str
    todo: Badge
    condition: str


def level_badge(version: ProcedureVersion) -> Badge:
    """The level with its mode in short: Mức 4 · toàn trình."""
    mode = version.get_service_mode_display()
    if Channel.ONLINE not in version.channels:
        mode = _("chưa nộp trên mạng được")
    tone = {4: "l4", 3: "l3"}.get(version.service_level, "")
    text = _("Mức %(level)s · %(mode)s") % {"level": version.service_level, "mode": mode}
    return Badge(text, tone, "check")


def level_meaning(version: ProcedureVersion) -> str:
    """What the level spares people, then its name in the law, and whether it is only proposed.

    The modes are those of Nghị định 42/2022/NĐ-CP.
    """
    mode = Mode(version.service_mode) if Channel.ONLINE in version.channels else Mode.INFORMATION
    said = [str(_MEANINGS[mode])]
    if mode != Mode.INFORMATION:
        said.append(_("Luật gọi là dịch vụ công trực tuyến %(mode)s.") % {"mode": mode.label})
    if version.is_level_proposed:
        said.append(_("Mức độ này mới là đề xuất, chưa được công bố."))
    return " ".join(said)


def audience_badge(version: ProcedureVersion) -> Badge:
    """For whom the procedure is."""
    words = {"cong_dan": _("Người dân"), "doanh_nghiep": _("Doanh nghiệp, hộ kinh doanh")}
    text = "; ".join(words[each] for each in version.audience if each in words)
    return Badge(text or _("Mọi người"), icon="user")


def levels_text(competences: Iterable[Competence]) -> str:
    """The levels of government that handle it, highest first."""
    named = {level for competence in competences for level in competence.levels}
    return capitalised(", ".join(str(level.label) for level in Agency.Level if level in named))


def without_source_marks(words: str) -> str:
    """A catalogue text without the marks of where it was read, which only officials need."""
    return _SOURCE_MARKS.sub("", words).strip(" ;")


def capitalised(words: str) -> str:
    """The same words, the first letter large."""
    return words[:1].upper() + words[1:]


def version_on(procedure: Procedure, day: date) -> ProcedureVersion | None:
    """The version in force that day with all its parts, in one query for each kind of part."""
    versions = whole_versions(day).in_force(day).filter(procedure=procedure)
    found: ProcedureVersion | None = versions.first()
    return found


def nearest_version(procedure: Procedure, day: date) -> ProcedureVersion | None:
    """The version published last before that day, else the next to come; None without any."""
    versions = whole_versions(day).published().filter(procedure=procedure)
    is_past = Either(When(valid_from__lte=day, then=0), default=1)
    ordered = versions.annotate(is_past=is_past).order_by("is_past", "-valid_from", "-number")
    found: ProcedureVersion | None = ordered.first()
    return found


def whole_versions(day: date) -> VersionQuerySet:
    """Versions that bring their parts along; competences only those of that day."""
    competent = Competence.objects.valid_on(day).select_related("agency_kind")
    versions: VersionQuerySet = (
        ProcedureVersion.objects.select_related("procedure__successor", "form")
        .defer("record", "search_text")
        .prefetch_related(
            "cases", "components", "processingtimes", "onlineactivitys", "legal_bases",
            Prefetch("competences", competent),
        )
    )  # fmt: skip
    return versions


def replacement(version: ProcedureVersion, day: date) -> dict[str, Any] | None:
    """The procedure that replaced this one, linked only when it is in the catalogue that day."""
    successor = version.procedure.successor
    code = successor.code if successor else _successor_in_record(version)
    if not code:
        return None
    names = ProcedureVersion.objects.in_force(day).filter(procedure__code=code)
    name = names.values_list("name", flat=True).first()
    return {"code": code, "name": name or "", "is_here": name is not None}


def _successor_in_record(version: ProcedureVersion) -> str:
    """The successor's code as the catalogue's record names it, though it may not be loaded."""
    rows = ProcedureVersion.objects.filter(pk=version.pk)
    code = rows.values_list(KT("record__successor_code"), flat=True).first()
    return code or ""


def chosen_case(cases: Sequence[Case], key: str) -> str:
    """The case asked for if the version has it, else the ordinary one."""
    keys = [case.key for case in cases]
    if key in keys:
        return key
    return ORDINARY_CASE if ORDINARY_CASE in keys or not keys else keys[0]


def time_words(time: ProcessingTime) -> str:
    """The legal time as a citizen reads it."""
    if time.unit == ProcessingTime.Unit.SAME_DAY and time.cutoff:
        return _("Trong ngày; nhận sau %(hour)s thì ngày làm việc kế tiếp") % {
            "hour": f"{time.cutoff:%H:%M}"
        }
    return capitalised(str(time))


def papers(components: Iterable[Component], is_online: bool = True) -> list[Paper]:
    """What the dossier consists of and what to do about each paper."""
    todo = _todo if is_online else _todo_on_paper
    return [Paper(paper.name, _amount(paper), todo(paper), paper.condition) for paper in components]


def _amount(paper: Component) -> str:
    parts = []
    if paper.originals:
        parts.append(_("%(many)s bản chính") % {"many": paper.originals})
    if paper.copies:
        parts.append(_("%(many)s bản sao") % {"many": paper.copies})
    return ", ".join(parts)


def _todo(paper: Component) -> Badge:
    if paper.is_electronic_form:
        return Badge(_("Điền trên Cổng"), "info", "pen")
    if paper.is_shown_only:
        return Badge(_("Không tải lên, chỉ xuất trình"), "", "id")
    if not paper.is_required or paper.condition:
        return Badge(_("Tải lên, nếu có"), "", "up")
    return Badge(_("Tải lên"), "", "up")


def _todo_on_paper(paper: Component) -> Badge:
    if paper.is_shown_only:
        return Badge(_("Chỉ xuất trình"), "", "id")
    if not paper.is_required or paper.condition:
        return Badge(_("Nộp bản giấy, nếu có"), "", "file")
    return Badge(_("Nộp bản giấy"), "", "file")


def guidance(version: ProcedureVersion) -> list[str]:
    """The steps in words, in order."""
    return [step["text"] if isinstance(step, dict) else step for step in version.guidance_steps]


def basis_rows(bases: Iterable[LegalBasis], day: date) -> list[dict[str, Any]]:
    """Legal texts, each with whether it is in force that day."""
    return [
        {
            "text": basis.citation,
            "valid_from": basis.valid_from,
            "ended_on": basis.valid_to if basis.valid_to and basis.valid_to < day else None,
        }
        for basis in bases
    ]


def agencies_for(version: ProcedureVersion, day: date) -> "QuerySet[Agency]":
    """The agencies that handle the version on that day; none if others do."""
    wanted = Q(pk__in=[])
    for competence in version.competences.all():
        serving = Agency.objects.serving(competence.agency_kind_id, day)
        wanted |= Q(pk__in=serving.values("pk"))
    return Agency.objects.filter(wanted)


@dataclass(frozen=True)
class Place:
    """Where the procedure is handled: how many agencies, and the one chosen."""

    many: int
    choice: Choice

    @property
    def agency(self) -> Agency | None:
        """The agency chosen, or the only one there is."""
        return self.choice.agency


def place_for(version: ProcedureVersion, typed: str, day: date) -> Place:
    """The agency meant by what was typed; without a word, the only one if there is one."""
    agencies = agencies_for(version, day)
    first_two = list(agencies[:2])
    if len(first_two) == 1:
        return Place(1, Choice(typed, first_two[0]))
    return Place(len(first_two), choose(agencies, typed, day))
