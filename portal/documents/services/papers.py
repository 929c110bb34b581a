"""Writing papers: what they say is fixed at once, their PDF is made by a worker."""

import hashlib
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string

from portal.core import clock
from portal.core.outbox import after_commit
from portal.documents.form_sets import form_set_on
from portal.documents.inspection import tidy_name
from portal.documents.models import OWN, Paper, StoredFile
from portal.documents.pdf import to_pdf
from portal.documents.services.storing import keep


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
        now = clock.now()
        current.file = keep(
            ContentFile(pdf),
            original_name=tidy_name(f"{current.get_kind_display()} {current.reference}.pdf"),
            media_type="application/pdf",
            size=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            # Clean by origin: no byte of it comes from outside.
            scan_state=StoredFile.Scan.CLEAN,
            signatures=OWN,
            scanned_at=now,
            cleared_at=now,
        )
        current.state, current.failure = Paper.State.READY, ""
        current.save(update_fields=["file", "state", "failure"])
