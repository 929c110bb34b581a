"""A few real procedures with their fees, and the real rules."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from payments.services import load_fee_rules
from procedures.models import Case, Fee, Procedure, ProcedureVersion

DATA = Path(__file__).parents[2] / "procedures" / "data" / "catalogue"
CODES = (
    "1.001193",
    "1.001456",
    "1.004194",
    "1.014064",
    "1.013225",
    "2.000488",
    "2.000815",
    "2.001263",
)


@pytest.fixture(scope="session")
def rules_file() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "fee_rules.json").read_text("utf-8"))
    return data


@pytest.fixture
def codes(db: None, rules_file: dict[str, Any]) -> None:
    with connection.cursor() as cursor:  # these tests bring procedures and rules of their own
        tables = "core_province, procedures_procedure, payments_feereduction"
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    named = {code for rule in rules_file["rules"] for code in rule["applies_to"]["procedures"]}
    Procedure.objects.bulk_create(Procedure(code=code) for code in named | set(CODES) - {"*"})


@pytest.fixture
def rules(codes: None, rules_file: dict[str, Any]) -> None:
    load_fee_rules(rules_file)


@pytest.fixture
def versions(rules: None) -> dict[str, ProcedureVersion]:
    """Published versions of some procedures, from 2022 on."""
    records = json.loads((DATA / "procedures.json").read_text("utf-8"))["procedures"]
    found = {record["code"]: record for record in records}
    return {code: _publish(found[code]) for code in CODES}


def _publish(record: dict[str, Any]) -> ProcedureVersion:
    version = ProcedureVersion.objects.create(
        procedure=Procedure.objects.get(code=record["code"]),
        number=1,
        state="published",
        valid_from=date(2022, 1, 1),
        name=record["name"],
        field=record["field"],
        service_level=record["service_level"],
        service_mode=record["service_mode"],
        channels=["truc_tiep", "truc_tuyen", "buu_chinh"],
    )
    Case.objects.bulk_create(
        Case(version=version, key=case["id"], name=case["name"]) for case in record["cases"]
    )
    Fee.objects.bulk_create(
        Fee(
            version=version,
            item=fee["kind"],
            case=fee["case"],
            channel=fee["channel"],
            kind=fee["kind"],
            amount=fee["amount"],
            unit=fee["unit"],
            status=fee["status"],
            legal_basis=fee["legal_basis"],
            is_confirmed=True,
        )
        for fee in record["fees"]
    )
    return version
