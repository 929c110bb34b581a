"""Turns one record of `procedures.json` into a version and the rows that belong to it."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from procedures.levels import ACTIVITIES, online_at
from procedures.loading.doubts import is_confirmed
from procedures.loading.fee_items import fee_items
from procedures.models import (
    Case,
    Competence,
    Component,
    Fee,
    OnlineActivity,
    ProcedureVersion,
    ProcessingTime,
    VersionPart,
)

UNITS = {
    "ngay_lam_viec": ProcessingTime.Unit.WORKING_DAY,
    "ngay": ProcessingTime.Unit.CALENDAR_DAY,
    "gio": ProcessingTime.Unit.WORKING_HOUR,
    "trong_ngay": ProcessingTime.Unit.SAME_DAY,
}
USUAL_MEDIA_TYPES = ["application/pdf", "image/jpeg", "image/png"]
MEGABYTE = 1024 * 1024
PARTS: tuple[type[VersionPart], ...] = (
    Case,
    Component,
    ProcessingTime,
    Fee,
    Competence,
    OnlineActivity,
)


def day(text: str | None) -> date | None:
    """A date of the catalogue; null is an open end."""
    return date.fromisoformat(text) if text else None


def version_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version, but for its number, period, form and hash."""
    doubts = record["unverified"]
    return {
        "name": record["name"],
        "field": record["field"],
        "audience": record["audience"],
        "service_level": record["service_level"],
        "service_mode": record["service_mode"],
        "is_level_proposed": any(mark.startswith("service_level") for mark in doubts),
        "channels": [name for name, is_open in record["channels"].items() if is_open],
        "dossier_sets": record["dossier_sets"],
        "requirements": record["requirements"],
        "results": record["results"],
        "guidance_steps": [step["text"] for step in record["steps"]],
        "keywords": record["keywords"],
        "is_verified": record["verified"],
        "unverified": doubts,
        "source": record["source"],
        "note": record["note"] or "",
        "verification": record["verification"],
        "record": dict(record),
    }


def parts_of(
    version: ProcedureVersion, record: Mapping[str, Any], form: Mapping[str, Any] | None
) -> list[VersionPart]:
    """The rows of one version, ready to be created, in their order."""
    kinds = (
        _cases(record),
        _components(record, form),
        _times(record),
        _fees(record),
        _competences(record),
        _activities(record["service_level"]),
    )
    return [
        model(version=version, position=position, **fields)
        for model, rows in zip(PARTS, kinds, strict=True)
        for position, fields in enumerate(rows)
    ]


def _cases(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for case in record["cases"]:
        yield {"key": case["id"], "name": case["name"]}


def _components(
    record: Mapping[str, Any], form: Mapping[str, Any] | None
) -> Iterator[dict[str, Any]]:
    uploads = {upload["component_no"]: upload for upload in form["uploads"]} if form else {}
    for component in record["components"]:
        upload = uploads.get(component["no"])
        yield {
            "no": component["no"],
            "name": component["name"],
            "originals": component["originals"],
            "copies": component["copies"],
            "is_shown_only": component["kind"] == "xuat_trinh",
            "is_required": component["required"],
            "condition": component["condition"] or "",
            "is_electronic_form": bool(form and component["form_available"] and not upload),
            "media_types": upload["accept"] if upload else USUAL_MEDIA_TYPES,
            "max_bytes": int((upload["max_mb"] if upload else 10) * MEGABYTE),
        }


def _times(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in record["processing"]:
        yield {
            "case": row["case"],
            "channel": row["channel"],
            "amount": Decimal(str(row["value"])),
            "unit": UNITS[row["unit"]],
            "cutoff": time.fromisoformat(row["cutoff"]) if row["cutoff"] else None,
            "is_confirmed": is_confirmed("processing", row, record),
            "note": row["note"] or "",
        }


def _fees(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row, item in zip(record["fees"], fee_items(record["fees"]), strict=True):
        yield {
            "case": row["case"],
            "channel": row["channel"],
            "item": item,
            "kind": row["kind"],
            "amount": row["amount"],
            "unit": row["unit"],
            "status": row["status"],
            "tariff": row.get("tariff"),
            "legal_basis": row["legal_basis"],
            "example": row["example"],
            "is_confirmed": is_confirmed("fees", row, record),
        }


def _competences(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in record["levels"]:
        yield {
            "valid_from": day(row["valid_from"]),
            "valid_to": day(row["valid_to"]),
            "levels": row["level"],
            "agency_kind_id": row["agency_kind"],
        }


def _activities(service_level: int) -> Iterator[dict[str, Any]]:
    """Which activities are online, derived from the level, so only proposed."""
    online = online_at(service_level)
    for activity in ACTIVITIES:
        yield {"activity": activity, "is_online": activity in online, "is_proposed": True}
