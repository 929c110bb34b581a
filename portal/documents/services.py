"""Writing papers, keeping files, handing them out."""

import hashlib
from datetime import date
from typing import Any, BinaryIO, cast

import segno
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.outbox import after_commit
from portal.documents.form_sets import form_set_on
from portal.documents.inspection import FileRefused, inspect, tidy_name
from portal.documents.models import Paper, StoredFile
from portal.documents.pdf import to_pdf


def write_paper(
    kind: str, *, key: str, reference: str, facts: dict[str, Any], number: str = "", on: date
) -> Paper:
    """Fix what a paper says, once per key; a worker makes its PDF after the commit.

    `facts` are frozen as they are (texts, whole đồng, ISO times with their offset). The form
    set is the one in force on the day `on`.
    """
    paper, _is_new = Paper.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "form_set": form_set_on(on),
            "reference": reference,
            "number": number,
            "facts": facts,
        },
    )
    after_commit("documents.render", paper.pk, key=f"paper:{paper.key}")
    return paper


def render(paper: Paper) -> None:
    """Make the paper's PDF if it has none; a failure is shown on the paper and raised again."""
    if paper.file_id:
        return
    try:
        _keep_pdf(paper, to_pdf(page_of(paper)))
    except Exception as error:
        Paper.objects.filter(pk=paper.pk, file__isnull=True).update(
            state=Paper.State.FAILED, failure=type(error).__name__[:100]
        )
        raise


def page_of(paper: Paper) -> str:
    """The paper as one HTML page that needs nothing from outside."""
    link = paper.facts.get("lookup_url", "")
    context = {
        "paper": paper,
        "facts": paper.facts,
        "title": f"{paper.get_kind_display()} {paper.reference}",
        "qr": segno.make(link, error="m").svg_data_uri(border=0) if link else "",
        "is_demo": settings.PORTAL_DEMO,
    }
    return render_to_string(f"documents/{paper.kind}.html", context)


def _keep_pdf(paper: Paper, pdf: bytes) -> None:
    """Give the paper its file; of two workers at once the second throws its work away."""
    with transaction.atomic():
        current = Paper.objects.select_for_update().get(pk=paper.pk)
        if current.file_id:
            return
        current.file = _keep(
            ContentFile(pdf),
            original_name=tidy_name(f"{current.get_kind_display()} {current.reference}.pdf"),
            media_type="application/pdf",
            size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
        )
        current.state, current.failure = Paper.State.READY, ""
        current.save(update_fields=["file", "state", "failure"])


def store_file(
    upload: "UploadedFile[Any]", *, by: User, media_types: list[str], max_bytes: int
) -> StoredFile:
    """Keep a file somebody hands in; raises FileRefused with a sentence that helps.

    An empty `media_types` allows every kind the portal can look into.
    """
    name = tidy_name(upload.name or "")
    size, digest = _measure(upload, name, max_bytes)
    kind = inspect(cast(BinaryIO, upload.file), name, media_types)
    upload.seek(0)
    return _keep(
        upload,
        original_name=name,
        media_type=kind.media_type,
        size=size,
        sha256=digest,
        uploaded_by=by,
    )


def _measure(upload: "UploadedFile[Any]", name: str, max_bytes: int) -> tuple[int, str]:
    """Size and digest, read piece by piece and no further than the limit."""
    digest, size = hashlib.sha256(), 0
    for piece in upload.chunks():
        size += len(piece)
        if size > max_bytes:
            raise FileRefused(
                _("Tệp “%(name)s” lớn hơn %(most)d MB. Hãy giảm dung lượng hoặc tách tệp.")
                % {"name": name, "most": max_bytes // (1024 * 1024)}
            )
        digest.update(piece)
    if not size:
        raise FileRefused(
            _("Tệp “%(name)s” trống. Hãy mở thử tệp trên máy rồi chọn lại.") % {"name": name}
        )
    return size, digest.hexdigest()


def _keep(content: "File[Any]", **facts: Any) -> StoredFile:
    """Write the bytes and their row; without the row the bytes do not stay."""
    stored = StoredFile(**facts)
    stored.content.save("", content, save=False)
    try:
        stored.save()
    except Exception:
        stored.content.delete(save=False)
        raise
    return stored


def serve(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser opens, guesses at or keeps.

    The caller has decided that the person may have it.
    """
    return FileResponse(
        stored.content.open("rb"),
        as_attachment=True,
        filename=stored.original_name,
        content_type=stored.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )
