"""Loads the internal processes, and proposes one where the catalogue has none."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.accounts.models import Role
from portal.core import clock
from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import Tally, digest
from procedures.loading.default_process import (
    MINUTES_PER_HOUR,
    proposed_steps,
    working_minutes,
)
from procedures.loading.periods import close_before, effective_day
from procedures.models import ORDINARY_CASE, Procedure, Process, ProcessStep
from procedures.process_rules import StepValue, flaw_of

FILE = "processes.json"
ROLES = {
    "can_bo_mot_cua": Role.RECEPTION_CLERK,
    "cong_chuc_chuyen_mon": Role.OFFICER,
    "lanh_dao_phong": Role.DEPARTMENT_HEAD,
    "lanh_dao_ky": Role.AGENCY_HEAD,
    "van_thu": Role.RECORDS_CLERK,
}
Records = Mapping[str, dict[str, Any]]


def check_processes(data: dict[str, Any], procedures: Records, agency_kinds: set[str]) -> None:
    """Raise CatalogueError where a process does not fit its procedure or its deadline."""
    seen: set[tuple[str, str]] = set()
    for record in data["processes"]:
        code, case = record["procedure_code"], record["case"]
        if code not in procedures:
            raise CatalogueError(FILE, code, "procedure_code", f"không có thủ tục {code}")
        times = [row for row in procedures[code]["processing"] if row["case"] == case]
        if not times or (code, case) in seen:
            message = f"trường hợp {case} không có thời hạn, hoặc đã nêu"
            raise CatalogueError(FILE, code, "case", message)
        seen.add((code, case))
        for position, name in enumerate(record["source"]):
            if name not in data["sources"]:
                raise CatalogueError(FILE, code, f"source[{position}]", f"nguồn lạ {name}")
        _check_hours(record, times, data["hours_per_day"])
        _check_steps(record, agency_kinds)


def _check_hours(record: dict[str, Any], times: list[dict[str, Any]], hours_per_day: float) -> None:
    code, deadline = record["procedure_code"], record["deadline"]
    if deadline not in [{"value": row["value"], "unit": row["unit"]} for row in times]:
        raise CatalogueError(FILE, code, "deadline", "khác thời hạn của thủ tục")
    minutes = working_minutes(deadline["value"], deadline["unit"], hours_per_day)
    if round(record["total_hours"] * MINUTES_PER_HOUR) != minutes:
        raise CatalogueError(FILE, code, "total_hours", "không bằng thời hạn")
    longest: dict[int, float] = {}
    for step in record["steps"]:
        longest[step["no"]] = max(step["hours"], longest.get(step["no"], 0))
    if round(sum(longest.values()) * MINUTES_PER_HOUR) != minutes:
        raise CatalogueError(FILE, code, "steps", "tổng số giờ các bước không bằng thời hạn")


def _check_steps(record: dict[str, Any], agency_kinds: set[str]) -> None:
    code, last = record["procedure_code"], 0
    flaw = flaw_of(StepValue(s["no"], ROLES[s["role"]], s["name"]) for s in record["steps"])
    if flaw:
        raise CatalogueError(FILE, code, "steps", flaw)
    for position, step in enumerate(record["steps"]):
        if step["no"] not in (last, last + 1) or step["no"] == 0:
            raise CatalogueError(FILE, code, f"steps[{position}].no", "phải đánh số liên tục")
        if step["agency_kind"] not in agency_kinds:
            message = f"loại cơ quan lạ {step['agency_kind']}"
            raise CatalogueError(FILE, code, f"steps[{position}].agency_kind", message)
        last = step["no"]


def written_processes(data: dict[str, Any], procedures: Records) -> list[dict[str, Any]]:
    """The processes of the file, with hours as minutes and roles as the portal names them."""
    return [
        {
            "code": record["procedure_code"],
            "case": record["case"],
            "valid_from": procedures[record["procedure_code"]]["valid_from"],
            "is_verified": record["verified"],
            "unverified": record.get("unverified", []),
            "source": record["source"],
            "note": record["note"] or "",
            "steps": _steps(record["steps"], procedures[record["procedure_code"]]),
        }
        for record in data["processes"]
    ]


def _steps(steps: list[dict[str, Any]], procedure: dict[str, Any]) -> list[dict[str, Any]]:
    """Steps as columns; one at the agency that handles the procedure names no agency kind.

    So the same process serves after the procedure has moved, say from districts to communes.
    """
    own = {level["agency_kind"] for level in procedure["levels"]}
    return [
        {
            "order": step["no"],
            "name": step["name"],
            "role": ROLES[step["role"]].value,
            "minutes": round(step["hours"] * MINUTES_PER_HOUR),
            "agency_kind": "" if step["agency_kind"] in own else step["agency_kind"],
            "can_pause": step["can_pause"],
        }
        for step in steps
    ]


def proposed_processes(
    data: dict[str, Any], procedures: Records, pattern: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A process for the ordinary case of each procedure the file gives none for it."""
    written = {
        record["procedure_code"] for record in data["processes"] if record["case"] == ORDINARY_CASE
    }
    return [
        _proposed(record, pattern, data["hours_per_day"])
        for code, record in procedures.items()
        if code not in written
    ]


def _proposed(
    record: dict[str, Any], pattern: list[dict[str, Any]], hours_per_day: float
) -> dict[str, Any]:
    time = next(row for row in record["processing"] if row["case"] == ORDINARY_CASE)
    minutes = working_minutes(time["value"], time["unit"], hours_per_day)
    return {
        "code": record["code"],
        "case": ORDINARY_CASE,
        "valid_from": record["valid_from"],
        "is_verified": False,
        "unverified": ["steps"],
        "source": [],
        "note": "",
        "steps": [
            {"order": order, "agency_kind": "", "can_pause": False, **step}
            for order, step in enumerate(proposed_steps(pattern, minutes), start=1)
        ],
    }


def write_processes(
    records: Iterable[dict[str, Any]], procedures: Mapping[str, Procedure]
) -> Tally:
    """Store each process that is new or changed; a process somebody entered by hand stays."""
    loaded = Process.objects.exclude(content_hash="").order_by("number")
    latest = {(process.procedure_id, process.case): process for process in loaded}
    tally, new = Tally(), []
    for record in records:
        procedure, content_hash = procedures[record["code"]], digest(record)
        before = latest.get((procedure.pk, record["case"]))
        if before and before.content_hash == content_hash:
            tally.unchanged += 1
            continue
        tally.created, tally.changed = tally.created + (not before), tally.changed + bool(before)
        new.append((_next_process(procedure, record, before, content_hash), record["steps"]))
    Process.objects.bulk_create(process for process, _steps in new)
    ProcessStep.objects.bulk_create(
        ProcessStep(process=process, **step) for process, steps in new for step in steps
    )
    return tally


def _next_process(
    procedure: Procedure, record: dict[str, Any], before: Process | None, content_hash: str
) -> Process:
    start, number = date.fromisoformat(record["valid_from"]), 1
    if before:
        siblings = Process.objects.filter(procedure=procedure, case=record["case"])
        start = effective_day(start, before.valid_from, clock.today())
        number = 1 + max(siblings.values_list("number", flat=True))
        close_before(siblings.exclude(content_hash=""), start)
    marks = {name: record[name] for name in ("is_verified", "unverified", "source", "note")}
    return Process(
        procedure=procedure,
        case=record["case"],
        number=number,
        valid_from=start,
        is_proposed=not record["is_verified"],
        content_hash=content_hash,
        **marks,
    )
