"""Brings the catalogue of procedures from its files into the tables.

The files' shapes have been checked against `procedures/data/schemas` before; what is checked
here is that records agree with each other. The caller holds the transaction.
"""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import AgencyKind
from portal.core.catalogue_files import Tally
from procedures.form_compiler import remember_order
from procedures.loading import checks, groups, processes, publishing


@dataclass(frozen=True)
class Sources:
    """The parsed files that describe procedures; those about life events may be missing."""

    procedures: dict[str, Any]
    processes: dict[str, Any]
    forms: dict[str, Any]
    synonyms: list[dict[str, str]]
    default_process: list[dict[str, Any]]
    life_events: dict[str, Any] | None = None


def load_procedures(sources: Sources) -> dict[str, Tally]:
    """Publish the procedures with their forms, processes and groups; what each came to."""
    kinds = set(AgencyKind.objects.values_list("key", flat=True))
    records = {record["code"]: record for record in sources.procedures["procedures"]}
    _check(sources, records, kinds)
    forms = _forms(sources)
    rows = publishing.write_procedures(records)
    form_versions, form_tally = publishing.publish_forms(forms, rows)
    tallies = {
        "procedures": publishing.publish_versions(records, rows, forms, form_versions),
        "forms": form_tally,
        "processes": processes.write_processes(_processes(sources, records), rows),
        "essential_services": groups.write_essential_services(
            sources.procedures["essential_services"], rows
        ),
    }
    if sources.life_events is not None:
        events = sources.life_events["life_events"]
        tallies["life_events"] = groups.write_life_events(events, rows)
    publishing.write_search_text(sources.synonyms)
    return tallies


def _check(sources: Sources, records: dict[str, Any], kinds: set[str]) -> None:
    checks.check_procedures(sources.procedures, kinds)
    processes.check_processes(sources.processes, records, kinds)
    if sources.life_events is not None:
        checks.check_life_events(sources.life_events, set(records))
    checks.check_forms(sources.forms, sources.procedures["procedures"])


def _forms(sources: Sources) -> dict[str, dict[str, Any]]:
    """The forms by procedure; the order of their fields is content, so it is written down."""
    return {
        form["procedure_code"]: {**form, "schema": remember_order(form["schema"])}
        for form in sources.forms["forms"]
    }


def _processes(sources: Sources, records: dict[str, Any]) -> list[dict[str, Any]]:
    written = processes.written_processes(sources.processes, records)
    pattern = sources.default_process
    return [*written, *processes.proposed_processes(sources.processes, records, pattern)]
