"""Five minutes with fifteen people while the ground shakes; nothing they were told was untrue."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dossiers.models import Attachment, Dossier, DossierEvent
from notifications.models import Notice
from portal.documents.models import Paper
from portal.launch.places import CHECKOUT
from portal.reports.demo.answers import answers_for
from procedures.form_compiler import compile_form
from tests.cast import version_of
from tests.faults.house import House
from tests.faults.truths import everything_holds, letters
from tests.phones import seed_of

MINUTES = float(os.environ.get("SOAK_MINUTES", "5"))
OFFICERS = ["chi", "dung", "phuong", "giang", "van"]
KILL_EVERY = 30.0
SETTLES_WITHIN = 900.0  # two processes draw and write what fifteen hurried people ordered


def plan_for(house: House, out: Path) -> dict[str, Any]:
    """Ten citizens, five officers."""
    version = version_of("extract-copy")
    answers: dict[str, Any] = {}
    if version.form is not None:
        schema = version.form.schema
        answers = compile_form(schema).post_from(answers_for(schema))
    return {
        "url": house.url,
        "seconds": MINUTES * 60,
        "procedure": version.procedure.code,
        "answers": answers,
        "citizens": [f"dan{n}" for n in range(1, 11)],
        "officers": OFFICERS,
        "seeds": {name: seed_of(name) for name in OFFICERS},
        "out": str(out),
    }


def shake(house: House, is_over: Any) -> dict[str, int]:
    """Kill the worker every thirty seconds, flush Redis twice, restart PostgreSQL once."""
    began, done = time.monotonic(), {"kills": 0, "flushes": 0, "restarts": 0}
    while not is_over():
        time.sleep(0.5)
        elapsed = time.monotonic() - began
        if elapsed > KILL_EVERY * (done["kills"] + 1):
            house.kill("worker")
            house.start("worker", wait=False)
            done["kills"] += 1
        if done["flushes"] < 2 and elapsed > MINUTES * 60 * (done["flushes"] + 1) / 3:
            house.broker.flushall()
            done["flushes"] += 1
        if not done["restarts"] and elapsed > MINUTES * 60 / 2:
            house.stop("postgresql")
            house.start("postgresql")
            done["restarts"] += 1
    return done


@pytest.mark.slow
@pytest.mark.timeout(MINUTES * 60 + SETTLES_WITHIN + 300)
def test_fifteen_people_while_the_ground_shakes(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, out = tmp_path / "plan.json", tmp_path / "diary.json"
    plan.write_text(json.dumps(plan_for(house, out)))
    connection.close()
    crowd = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.soaking", str(plan)], cwd=CHECKOUT
    )
    try:
        done = shake(house, lambda: crowd.poll() is not None)
    finally:
        crowd.kill()
        crowd.wait()
    told = json.loads(out.read_text())
    began = time.monotonic()
    everything_holds(house, patience=SETTLES_WITHIN, repeated_letters=True, bytes_left=True)
    settled = time.monotonic() - began
    repeated = letters(house).total() - len(letters(house))
    figures = {
        **done, "sent": len(told["sent"]), "moves": len(told["moves"]),
        "requests": told["requests"], "failures told": told["failures"], "p50": told["p50"],
        "p95": told["p95"], "letters": Notice.objects.count(), "letters repeated": repeated,
        "papers": Paper.objects.count(), "settled after": round(settled, 1),
    }  # fmt: skip
    with capsys.disabled():
        print(f"\nsoak of {MINUTES:g} min: {json.dumps(figures)}")  # noqa: T201 - for the README
    all_that_was_told_is_true(told)
    assert told["surprises"] == []
    assert repeated <= done["kills"]  # only a worker killed between sending and stamping


def all_that_was_told_is_true(told: dict[str, Any]) -> None:
    """Each acknowledged dossier, file and move is in the database."""
    assert told["sent"]
    codes = [each["code"] for each in told["sent"]]
    assert len(set(codes)) == len(codes)
    owners = dict(Dossier.objects.filter(code__in=codes).values_list("code", "applicant__username"))
    assert owners == {each["code"]: each["by"] for each in told["sent"]}
    kept = set(
        Attachment.objects.filter(removed_at__isnull=True).values_list(
            "dossier__code", "file__sha256"
        )
    )
    assert {(each["code"], sha) for each in told["sent"] for sha in each["hashes"]} <= kept
    made = set(DossierEvent.objects.values_list("dossier__code", "kind"))
    assert {(each["code"], each["move"]) for each in told["moves"]} <= made
