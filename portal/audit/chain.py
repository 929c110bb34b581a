"""The chain through the log: a change, a gap or a line put in later shows.

Writers do not queue for it: lines are sealed afterwards, every minute, in the order in which they
were numbered. Where the chain stands is also written to `settings.AUDIT_ANCHOR_DIR`, outside the
database: whoever can rewrite every table still meets that copy.
"""

import hashlib
import json
from datetime import UTC, timedelta
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from portal.audit.models import Anchor, Entry, Link
from portal.core import clock

BATCH = 5000
BEGINNING = "0" * 64
# A transaction that writes a line is over long before (settings.DATABASES: time-outs).
LATEST_COMMIT = timedelta(hours=1)
_ONE_SEALER = 4_120_261_126


def fingerprint(entry: Entry) -> str:
    """The SHA-256 of everything a line says."""
    told = [
        entry.happened_at.astimezone(UTC).isoformat(),
        entry.kind,
        entry.actor_id,
        entry.role,
        entry.agency_id,
        entry.subject,
        entry.subject_key,
        entry.person_id,
        entry.reason,
        entry.address,
        entry.details,
    ]
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def closed_over(before: str, position: int, entry_id: int, told: str) -> str:
    """The digest of a link: the one before it, its place, its line and what that says."""
    return hashlib.sha256(f"{before}:{position}:{entry_id}:{told}".encode()).hexdigest()


def seal() -> int:
    """Add the lines written since to the chain; returns how many. Two at once: one does it."""
    with transaction.atomic():
        if not _is_only_sealer():
            return 0
        last = Link.objects.order_by("-position").first()
        digest, position = (last.digest, last.position) if last else (BEGINNING, 0)
        today, links = clock.today(), []
        if last is not None and last.day < today:
            Anchor.objects.get_or_create(
                day=last.day, defaults={"position": position, "digest": digest}
            )
        for entry_id, told in _not_sealed():
            position += 1
            digest = closed_over(digest, position, entry_id, told)
            links.append(Link(position=position, entry_id=entry_id, day=today, digest=digest))
        Link.objects.bulk_create(links)
    if links or last is not None:
        _write_outside(position, digest)
    return len(links)


def _is_only_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_SEALER])
        return bool(cursor.fetchone()[0])


def _not_sealed() -> list[tuple[int, str]]:
    """Lines without a link; a late commit may bring one with a number below the last sealed."""
    settled = Link.objects.filter(sealed_at__lt=clock.now() - LATEST_COMMIT)
    newest = settled.order_by("-position").values_list("entry_id", flat=True).first() or 0
    has_link = Exists(Link.objects.filter(entry_id=OuterRef("pk")))
    rows = Entry.objects.filter(~has_link, pk__gt=newest).order_by("pk")
    return list(rows.values_list("pk", "fingerprint")[:BATCH])


def _write_outside(position: int, digest: str) -> None:
    """The copy outside: one file per day, the newest stand of the chain in it."""
    if not settings.AUDIT_ANCHOR_DIR:
        return
    folder = Path(settings.AUDIT_ANCHOR_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"{clock.today():%Y-%m-%d}.txt"
    fresh = place.with_suffix(".new")
    fresh.write_text(f"{position} {digest}\n")
    fresh.replace(place)


def written_outside() -> dict[str, tuple[int, str]]:
    """What the copies outside say, by day."""
    if not settings.AUDIT_ANCHOR_DIR:
        return {}
    found = {}
    for place in sorted(Path(settings.AUDIT_ANCHOR_DIR).glob("????-??-??.txt")):
        position, _space, digest = place.read_text().strip().partition(" ")
        found[place.stem] = (int(position), digest)
    return found
