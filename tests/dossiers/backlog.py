"""A backlog of open steps drawn by chance and written in bulk."""

from datetime import timedelta
from random import Random

from django.db import connection

from dossiers.models import NEVER, Dossier, DossierStep
from dossiers.workflow import State
from portal.accounts.models import Agency, User
from portal.core import clock
from procedures.models import Channel, ProcedureVersion
from tests.cast import version_of

ROLES = ("reception_clerk", "officer", "department_head", "agency_head", "records_clerk")
PROCEDURES = ("birth-registration", "extract-copy", "construction-permit")
NAMES = ("Trần Văn Ân", "Lê Thị Bưởi", "Đỗ Quý Đôn")


def backlog(
    count: int,
    applicant: User,
    agencies: list[Agency],
    *,
    seed: int = 1,
    claimant: User | None = None,
    due_times: int = 25,
) -> list[DossierStep]:
    """That many open steps, each of its own dossier.

    Agency, role, channel and due time are drawn independently; due times are few, so that many
    rows are due at the same instant.
    """
    chance = Random(seed)
    versions = [version_of(name) for name in PROCEDURES]
    drawn = [_dossier(n, seed, chance, applicant, agencies, versions) for n in range(count)]
    dossiers = Dossier.objects.bulk_create(drawn, batch_size=2000)
    start = clock.now().replace(microsecond=0) - timedelta(days=5)
    due = [start + timedelta(hours=11 * n) for n in range(due_times)] + [NEVER] * 3
    steps = [_step(dossier, chance, due, claimant) for dossier in dossiers]
    return DossierStep.objects.bulk_create(steps, batch_size=5000)


def _dossier(
    number: int,
    seed: int,
    chance: Random,
    applicant: User,
    agencies: list[Agency],
    versions: list[ProcedureVersion],
) -> Dossier:
    name, agency = chance.choice(NAMES), chance.choice(agencies)
    owner = {"full_name": f"{name} {number}"}
    if chance.random() < 0.7:  # not everybody has given a number
        owner["identity_number"] = f"{seed:03d}{number:09d}"
    dossier = Dossier(
        code=f"{agency.org_code}-26{seed:04d}-{number:07d}",
        start_token=f"backlog {seed} {number}",
        applicant=applicant,
        owner=owner,
        procedure_version=chance.choice(versions),
        agency=agency,
        state=State.PROCESSING,
        channel=chance.choice([Channel.ONLINE, Channel.DIRECT, Channel.POSTAL]),
        submitted_at=clock.now(),
    )
    dossier.note_people()
    return dossier


def _step(
    dossier: Dossier, chance: Random, due: list[object], claimant: User | None
) -> DossierStep:
    queue_at = chance.choice(due)
    return DossierStep(
        dossier=dossier,
        name="Thẩm định",
        role=chance.choice(ROLES),
        agency=dossier.agency,
        due_at=None if queue_at == NEVER else queue_at,
        queue_at=queue_at,
        priority=0 if dossier.channel == Channel.ONLINE else 1,
        claimed_by=claimant if claimant and chance.random() < 0.3 else None,
    )


def many_more(steps: list[DossierStep], times: int) -> None:
    """Copy these open steps, with their dossiers, so many times; inside one transaction only."""
    anew = {
        "id": "id + n * 1000000",
        "code": "code || '-' || n",
        "start_token": "start_token || ' copy ' || n",
        "link_token": "md5(id || ' ' || n)",
        "public_id": "gen_random_uuid()",
        "dossier_id": "dossier_id + n * 1000000",
        "queue_at": "queue_at + n * interval '1 minute'",
    }
    for model, keys in (
        (Dossier, [s.dossier_id for s in steps]),
        (DossierStep, [s.pk for s in steps]),
    ):
        columns = [field.column for field in model._meta.concrete_fields]
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(anew.get(column, f'"{column}"') for column in columns)
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, "
                "generate_series(1, %s) n WHERE id = ANY(%s)",
                [times, keys],
            )
            cursor.execute(f"ANALYZE {table}")
