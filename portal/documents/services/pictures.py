"""Pictures drawn anew: upright, smaller, without place, camera or anything hidden."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.db import transaction

from portal.documents import confinement
from portal.documents.models import StoredFile
from portal.documents.services.storing import incoming_folder, room_watched


def draw(stored: StoredFile) -> None:
    """Give a clean picture its copies for the screen; done once, in a child with limits."""
    if stored.picture or not stored.is_clean:
        return
    with room_watched(), _two_places() as (large, small):
        if not confinement.draw(stored.content.path, str(large), str(small)):
            _keep(stored.pk, large, small)


@contextmanager
def _two_places() -> Iterator[tuple[Path, Path]]:
    name = secrets.token_hex(20)
    places = (incoming_folder() / f"{name}-1", incoming_folder() / f"{name}-2")
    try:
        yield places
    finally:
        for place in places:
            place.unlink(missing_ok=True)


def _keep(stored_id: int, large: Path, small: Path) -> None:
    """Of two workers at once the second throws its work away."""
    with transaction.atomic():
        stored = StoredFile.objects.select_for_update(of=("self",), no_key=True).get(pk=stored_id)
        if stored.picture:
            return
        with large.open("rb") as picture, small.open("rb") as thumbnail:
            stored.picture.save("l", File(picture), save=False)
            stored.thumbnail.save("s", File(thumbnail), save=False)
        stored.save(update_fields=["picture", "thumbnail"])
