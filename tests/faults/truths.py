"""What must be true after every fault: the invariants, each letter once, each PDF once."""

import hashlib
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from django.db.models import FileField

from notifications.models import Notice
from notifications.services import letter_of
from portal.core import clock
from portal.core.models import Effect
from portal.documents.models import Paper, StoredFile
from portal.documents.services import sweeping
from portal.reports.invariants import broken
from tests.faults.house import House, until


def waiting() -> list[tuple[str, int, str]]:
    """What has been promised and not been done yet."""
    rows = Effect.objects.exclude(state__in=["done", "dropped"])
    return list(rows.values_list("key", "attempts", "last_error"))


def letters(house: House) -> Counter[str]:
    """How often each Message-ID lies in the mailbox."""
    found = [message_from_bytes(path.read_bytes()) for path in house.mailbox.glob("*.eml")]
    return Counter(str(letter["Message-ID"]) for letter in found)


def promised_letters() -> set[str]:
    """The Message-IDs of all notices that go to an address."""
    return {letter_of(n).extra_headers["Message-ID"] for n in Notice.objects.exclude(address="")}


def files_on_disk(house: House) -> set[str]:
    """Every file below the folder of files, by its path in the storage."""
    return {
        str(path.relative_to(house.media))
        for path in (house.media / "files").rglob("*")
        if path.is_file()
    }


def known_files() -> set[str]:
    """Every file some row knows: what was handed in, and the pictures drawn from it."""
    names = [f.name for f in StoredFile._meta.get_fields() if isinstance(f, FileField)]
    return {str(name) for row in StoredFile.objects.values_list(*names) for name in row if name}


def everything_holds(
    house: House,
    *,
    patience: float = 60,
    repeated_letters: bool = False,
    bytes_left: bool = False,
) -> None:
    """Wait until the portal has caught up, then look at everything.

    `repeated_letters`: a server that took a letter and never said so gets it a second time,
    under the same Message-ID. `bytes_left`: whoever is killed between writing bytes and their
    row leaves them behind; the sweep of a day later must take them, and nothing else.
    """
    until(lambda: not waiting(), patience, f"the end of every effect: {waiting()}")
    assert broken() == {}
    told = letters(house)
    assert set(told) == promised_letters()
    if not repeated_letters:
        assert set(told.values()) <= {1}, told
    _papers_are_whole(house)
    if bytes_left:
        known = known_files()
        with clock.shifted_to(clock.now() + 2 * sweeping.GRACE):
            sweeping.remove_orphaned_bytes()
        assert known <= files_on_disk(house)
    assert files_on_disk(house) - known_files() == set(), "files nobody knows"


def _papers_are_whole(house: House) -> None:
    """Each paper has one PDF with the bytes its row tells; no PDF belongs to nobody."""
    papers = list(Paper.objects.select_related("file"))
    for paper in papers:
        assert paper.state == Paper.State.READY, paper.key
        assert paper.file is not None
        content = Path(house.media / str(paper.file.content.name)).read_bytes()
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == paper.file.sha256
    made = StoredFile.objects.filter(media_type="application/pdf", uploaded_by__isnull=True)
    assert made.count() == len(papers)
