"""Files that are handed in over HTTP, and what the portal keeps of them."""

import hashlib
import os
from io import BytesIO

from django.urls import reverse
from PIL import Image

from dossiers.models import Dossier
from procedures.models import Component
from tests.faults.visiting import Answer, Visitor


def noise(side: int = 40, **saving: int) -> bytes:
    """A picture like no other."""
    content = BytesIO()
    pixels = os.urandom(side * side * 3)
    Image.frombytes("RGB", (side, side), pixels).save(content, "PNG", **saving)
    return content.getvalue()


def digest(content: bytes) -> str:
    """The hash of what An has on her machine."""
    return hashlib.sha256(content).hexdigest()


def papers_of(draft: Dossier) -> str:
    """The page with the boxes for files."""
    return reverse("dossiers:papers", args=[draft.pk])


def first_paper(draft: Dossier) -> Component:
    """The first paper that takes files."""
    rows = draft.procedure_version.components.order_by("no")
    return next(component for component in rows if component.takes_files)


def box_of(draft: Dossier) -> str:
    """The name of the box of the first paper that takes files."""
    return f"tep-{first_paper(draft).no}"


def attach(visitor: Visitor, draft: Dossier, content: bytes, name: str = "ảnh.png") -> Answer:
    """Choose one file and press “save”."""
    page = visitor.get(papers_of(draft))
    return visitor.press(page, files={box_of(draft): (name, content, "image/png")})


def kept(draft: Dossier) -> list[str]:
    """The hashes of the files that will be sent."""
    files = draft.attachments.filter(removed_at__isnull=True)
    return sorted(files.values_list("file__sha256", flat=True))


def address_of(dossier: Dossier, content: bytes) -> str:
    """Where that file of a dossier is handed out."""
    row = dossier.attachments.get(removed_at__isnull=True, file__sha256=digest(content))
    return reverse("dossiers:attachment", args=[row.pk])
