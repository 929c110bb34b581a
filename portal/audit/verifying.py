"""Reading the whole log anew: every line that was altered, lost or put in later is named."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from portal.audit.chain import (
    BEGINNING,
    LATEST_COMMIT,
    closed_over,
    fingerprint,
    written_outside,
)
from portal.audit.models import Anchor, Entry, Link
from portal.core import clock

BATCH = 2000


def faults() -> Iterator[str]:
    """A sentence for each fault; none when the log is whole."""
    yield from _altered_before_sealing()
    yield from _along_the_chain()
    yield from _against_anchors()
    yield from _against_copies()


def _along_the_chain() -> Iterator[str]:
    """Link by link: places without gap, lines that are there, digests that follow."""
    digest, expected = BEGINNING, 1
    for links in _batches():
        entries = Entry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            if link.position != expected:
                yield f"mắt xích {expected}–{link.position - 1}: bị mất"
                expected = link.position
            entry = entries.get(link.entry_id)
            if entry is None:
                yield f"dòng {link.entry_id}: bị xóa (mắt xích {link.position})"
            elif (told := fingerprint(entry)) != entry.fingerprint:
                yield f"dòng {entry.pk}: nội dung bị sửa"
            elif link.digest != closed_over(digest, link.position, link.entry_id, told):
                yield f"dòng {entry.pk}: không khớp mắt xích {link.position}"
            digest, expected = link.digest, link.position + 1


def _batches() -> Iterator[list[Link]]:
    after = 0
    while links := list(Link.objects.filter(position__gt=after).order_by("position")[:BATCH]):
        yield links
        after = links[-1].position


def _altered_before_sealing() -> Iterator[str]:
    """Lines in no chain: the newest must say what they said, older ones must not be there."""
    has_link = Exists(Link.objects.filter(entry_id=OuterRef("pk")))
    for entry in Entry.objects.filter(~has_link).order_by("pk").iterator(chunk_size=BATCH):
        if fingerprint(entry) != entry.fingerprint:
            yield f"dòng {entry.pk}: nội dung bị sửa"
        elif entry.happened_at < clock.now() - LATEST_COMMIT:
            yield f"dòng {entry.pk}: không có trong chuỗi"


def _against_anchors() -> Iterator[str]:
    """Each day that is over has its anchor, and the chain still passes through it."""
    anchors = Anchor.objects.in_bulk()
    last = Link.objects.order_by("-position").first()
    days = set(Link.objects.order_by().values_list("day", flat=True).distinct())
    for day in sorted(days - anchors.keys()):
        if last is not None and day < last.day:
            yield f"mốc ngày {day}: bị mất"
    for day, anchor in sorted(anchors.items()):
        yield from _passes(f"mốc ngày {day}", anchor.position, anchor.digest)


def _against_copies() -> Iterator[str]:
    """The chain passes through every stand that was written outside the database."""
    for day, (position, digest) in written_outside().items():
        yield from _passes(f"bản lưu ngoài ngày {day}", position, digest)


def _passes(what: str, position: int, digest: str) -> Iterator[str]:
    if not position:
        return
    link = Link.objects.filter(position=position).first()
    if link is None:
        yield f"{what}: mắt xích {position} bị mất"
    elif link.digest != digest:
        yield f"{what}: mắt xích {position} không khớp"
