"""Doors for the worker to papers and files."""

from celery import shared_task

from portal.documents import services
from portal.documents.models import Paper, StoredFile
from portal.documents.services import pictures, scanning, sweeping


@shared_task(name="documents.render")
def render(paper_id: int) -> None:
    """Make the PDF of one paper by its id."""
    services.render(Paper.objects.get(pk=paper_id))


@shared_task(name="documents.scan")
def scan(stored_id: int) -> None:
    """Let the scanner look at one file; a file swept away meanwhile needs no look."""
    if (stored := StoredFile.objects.filter(pk=stored_id).first()) is not None:
        scanning.scan(stored)


@shared_task(name="documents.draw")
def draw(stored_id: int) -> None:
    """Draw one picture anew."""
    if (stored := StoredFile.objects.filter(pk=stored_id).first()) is not None:
        pictures.draw(stored)


@shared_task(name="documents.sweep")
def sweep() -> None:
    """Scan what waits, scan again what is old, forget uploads that ran out."""
    sweeping.sweep()


@shared_task(name="documents.tidy")
def tidy() -> None:
    """Remove bytes without a row and rows without a reason."""
    sweeping.tidy()
