"""The personal store (kho dữ liệu cá nhân): what a citizen has handed in or been given."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dossiers.models import Attachment, Result
from portal.accounts.models import User
from portal.documents.models import StoredFile
from procedures.models import Component

MOST = 100
LONGEST_LABEL = 120


@dataclass(frozen=True)
class Kept:
    """One file the person may use again: what it was handed in as, or the result it is."""

    file: StoredFile
    label: str
    since: datetime
    is_result: bool


def kept_by(person: User) -> list[Kept]:
    """The person's own clean files and results, newest first, each content once."""
    clean = {"file__scan_state": StoredFile.Scan.CLEAN}
    mine = {"dossier__applicant": person, "dossier__deleted_at__isnull": True}
    results = Result.objects.filter(**clean, **mine).select_related(
        "file", "dossier__procedure_version"
    )
    papers = Attachment.objects.filter(
        **clean, **mine, file__uploaded_by=person, removed_at__isnull=True
    ).select_related("file", "component")
    rows = [_of_result(row) for row in results.order_by("-pk")[:MOST]]
    rows += [_of_paper(row) for row in papers.order_by("-pk")[:MOST]]
    once: dict[str, Kept] = {}
    for kept in rows:
        once.setdefault(kept.file.sha256, kept)
    return sorted(once.values(), key=lambda kept: kept.since, reverse=True)[:MOST]


def usable_for(person: User, component: Component) -> list[Kept]:
    """Those of them that the paper takes."""
    return [
        kept
        for kept in kept_by(person)
        if (not component.media_types or kept.file.media_type in component.media_types)
        and kept.file.size <= component.max_bytes
    ]


def _of_result(result: Result) -> Kept:
    name = result.dossier.procedure_version.name
    words = _("Kết quả số %(number)s: %(name)s") % {"number": result.number, "name": name}
    since = result.dossier.resolved_at or result.file.uploaded_at
    return Kept(result.file, words[:LONGEST_LABEL], since, is_result=True)


def _of_paper(paper: Attachment) -> Kept:
    label = paper.component.name.rstrip(".")[:LONGEST_LABEL]
    return Kept(paper.file, label, paper.file.uploaded_at, is_result=False)
