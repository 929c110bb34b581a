"""What Form 01 promises is what the public engine computes."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.services.timing import deadline_of
from portal.core import clock
from portal.documents.models import Paper
from tests.cast import Cast


def on(day: int, month: int, hour: int, minute: int = 0) -> datetime:
    """A minute of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=clock.ZONE)


def asked_of_the_engine(client: Client, dossier: Dossier) -> dict[str, Any]:
    """What `POST /api/v1/deadlines` answers for the facts the dossier was accepted with."""
    time = dossier.processing_time
    assert time is not None
    assert dossier.accepted_at is not None
    assert dossier.agency is not None
    answer = client.post(
        "/api/v1/deadlines",
        {
            "accepted_at": dossier.accepted_at.isoformat(),
            "amount": float(time.amount),
            "unit": time.unit,
            "cutoff": f"{time.cutoff:%H:%M}" if time.cutoff else None,
            "agency": dossier.agency.code,
            "pauses": [],
        },
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("procedure", "accepted_at", "due_at"),
    [
        ("1.001193", on(23, 11, 14, 50), on(23, 11, 17)),
        ("1.001193", on(23, 11, 15, 20), on(25, 11, 17)),  # 24 November is a holiday
        ("2.000635", on(20, 11, 15, 20), on(23, 11, 17)),
        ("1.013225", on(23, 11, 9), on(14, 12, 17)),  # the 20th day is a Sunday
        ("1.013225", on(20, 11, 9), on(10, 12, 17)),
    ],
)
def test_the_stored_due_time_is_the_one_the_engine_computes(
    client: Client, cast: Cast, procedure: str, accepted_at: datetime, due_at: datetime
) -> None:
    with clock.shifted_to(accepted_at):
        dossier = cast.chi.receives(cast.an.submits(procedure))
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.first_due_at) == (due_at, due_at)
    assert dossier.accepted_at is not None
    found = asked_of_the_engine(client, dossier)
    assert datetime.fromisoformat(found["due_at"]) == due_at
    own = deadline_of(dossier, dossier.accepted_at).explanation
    assert found["explanation"] == [
        {"date": line.date.isoformat(), "counted": line.counted, "reason": line.reason}
        for line in own
    ]
    slip = Paper.objects.get(reference=dossier.code, kind=Paper.Kind.ACCEPTANCE_SLIP)
    assert slip.facts["due_at"] == due_at.isoformat()


def test_the_hours_of_sending_do_not_start_the_clock(cast: Cast) -> None:
    with clock.shifted_to(on(28, 11, 22)):  # a Saturday night
        dossier = cast.an.submits("2.000635")
    assert dossier.due_at is None
    assert dossier.intake_due_at == on(30, 11, 17)
    with clock.shifted_to(on(30, 11, 8)):
        cast.chi.receives(dossier)
    dossier.refresh_from_db()
    assert dossier.due_at == on(30, 11, 17)
