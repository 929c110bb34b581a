"""Bytes without a row and rows without a reason go after a day; nothing else ever does."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from dossiers.services import drafting
from portal.core import clock
from portal.documents.models import StoredFile, Upload
from portal.documents.services import sweeping
from portal.documents.services.pictures import draw
from portal.documents.services.scanning import scan
from portal.documents.services.storing import discard, incoming_folder
from portal.documents.services.sweeping import (
    orphaned_bytes,
    remove_orphaned_bytes,
    remove_unused_rows,
    tidy,
)
from portal.reports.file_invariants import no_file_is_orphaned
from tests.cast import Cast
from tests.documents.made_files import handed_in, picture, stored_bytes
from tests.documents.sending import Sender

DAY = 24 * 3600
PHOTO = picture("PNG", (60, 50))


def aged(path: Path, days: float) -> Path:
    """The file as if nobody had touched it for so long."""
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def left(folder: str, name: str = "ab12", days: float = 1.1) -> Path:
    """Bytes on the disk that no row knows."""
    place = Path(settings.MEDIA_ROOT) / folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"lost")
    return aged(place, days)


@pytest.mark.parametrize("folder", ["files", "files/ab", "files/ab/cd", "incoming"])
def test_bytes_nobody_knows_are_removed_after_a_day_and_not_before(cast: Cast, folder: str) -> None:
    old, young = left(folder), left(folder, "young", 0.9)
    assert remove_orphaned_bytes() == 1
    assert (old.exists(), young.exists()) == (False, True)


def test_a_file_and_its_pictures_stay_however_old(cast: Cast) -> None:
    draft = cast.an.drafts("birth-registration")
    cast.scanner_looks()
    draw(draft.attachments.get().file)
    StoredFile.objects.update(uploaded_at=clock.now() - timedelta(days=900))
    there = [aged(path, 900) for path in stored_bytes()]
    assert len(there) == 3
    assert tidy() == {"rows_removed": 0, "bytes_removed": 0}
    assert sorted(stored_bytes()) == sorted(there)


def test_a_picture_goes_with_the_file_it_was_drawn_from(cast: Cast) -> None:
    stored = scan(handed_in(cast, "ảnh.png", PHOTO))
    draw(stored)
    assert len(stored_bytes()) == 3
    StoredFile.objects.all().delete()  # the row alone, as after a restored backup
    for path in stored_bytes():
        aged(path, 2)
    assert remove_orphaned_bytes() == 3
    assert stored_bytes() == []


def test_a_file_an_never_attached_goes_after_a_day_with_its_bytes(committed: Cast) -> None:
    stored = scan(handed_in(committed, "ảnh.png", PHOTO))
    draw(stored)
    assert remove_unused_rows() == 0
    StoredFile.objects.update(uploaded_at=clock.now() - timedelta(hours=25))
    assert remove_unused_rows() == 1
    assert (StoredFile.objects.count(), stored_bytes()) == (0, [])


def _attached(cast: Cast) -> None:
    cast.an.drafts("birth-registration")


def _taken_out_of_a_draft(cast: Cast) -> None:
    draft = cast.an.drafts("birth-registration")
    drafting.detach(draft.attachments.get().pk, cast.an.user)


def _a_result(cast: Cast) -> None:
    cast.scanner_looks()
    dossier = cast.walks(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.issuer(dossier).resolves(dossier)


def _just_finished_in_pieces(cast: Cast) -> None:
    draft = cast.an.drafts("birth-registration")
    Sender(cast.an).sent(draft, PHOTO)
    draft.attachments.all().delete()
    assert Upload.objects.get().file is not None


@pytest.mark.parametrize(
    "happened", [_attached, _taken_out_of_a_draft, _a_result, _just_finished_in_pieces]
)
def test_a_file_some_row_still_speaks_of_stays(
    cast: Cast, happened: Callable[[Cast], None]
) -> None:
    """Taken out of a draft it stays too: a draft may be restored from the trash."""
    happened(cast)
    newest = StoredFile.objects.latest("pk")
    StoredFile.objects.update(uploaded_at=clock.now() - timedelta(days=400))
    remove_unused_rows()
    newest.refresh_from_db()
    assert Path(newest.content.path).stat().st_size == newest.size


def test_what_is_still_coming_in_is_not_garbage(cast: Cast) -> None:
    draft, an = cast.an.drafts("birth-registration"), Sender(cast.an)
    number = an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    place = aged(incoming_folder() / number, 3)
    assert remove_orphaned_bytes() == 0
    Upload.objects.all().delete()
    assert remove_orphaned_bytes() == 1
    assert not place.exists()


def test_the_check_names_what_the_sweep_should_have_taken(cast: Cast) -> None:
    stored = handed_in(cast, "ảnh.png", PHOTO)
    left("files/ab", days=2.1)
    StoredFile.objects.update(uploaded_at=clock.now() - timedelta(days=3))
    assert list(no_file_is_orphaned()) == [
        f"tệp {stored.pk}: không ai dùng",
        "ab12: không thuộc tệp nào",
    ]
    tidy()
    assert list(no_file_is_orphaned()) == []


def test_a_file_that_leaves_while_the_sweep_reads_the_folder_stops_nothing(cast: Cast) -> None:
    """What comes in is moved away all the time."""
    places = [left("incoming", f"{number:04d}") for number in range(3000)]
    found = orphaned_bytes(clock.now() - timedelta(days=1))
    first = next(found)
    for place in places:
        if place != first:
            place.unlink()
    assert len(list(found)) < 3000
    assert first.exists()


def test_more_than_a_sweep_has_time_for_goes_in_several(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "PATIENCE", 0.0)
    places = [left(f"files/{number:02x}") for number in range(6)]
    removed = [remove_orphaned_bytes() for _sweep in range(400)]
    assert max(removed) == 1
    assert sum(removed) == 6
    assert not any(place.exists() for place in places)


def test_bytes_of_what_was_undone_are_collected(cast: Cast) -> None:
    """The row was never there; its bytes are, until the sweep of the next day."""
    with transaction.atomic():
        handed_in(cast, "ảnh.png", PHOTO)
        transaction.set_rollback(True)
    assert StoredFile.objects.count() == 0
    [place] = stored_bytes()
    assert remove_orphaned_bytes() == 0
    aged(place, 1.1)
    assert remove_orphaned_bytes() == 1
    assert stored_bytes() == []


def test_a_file_taken_back_in_vain_still_has_its_bytes(committed: Cast) -> None:
    """What takes it back may itself be undone: a row never stays without its bytes."""
    stored = handed_in(committed, "ảnh.png", PHOTO)
    with transaction.atomic():
        discard(stored)
        transaction.set_rollback(True)
    stored.refresh_from_db()
    assert Path(stored.content.path).read_bytes() == PHOTO
    discard(stored)
    assert (StoredFile.objects.count(), stored_bytes()) == (0, [])
