"""Brings the province and its agencies from the catalogue files into the tables."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any

from portal.accounts.models import Agency, AgencyKind
from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import Tally, check_period, digest, refuse_repeats
from portal.core.models import Province
from portal.core.text import fold

FILE = "agencies.json"
KIND_COLUMNS = ("name", "kind", "note")
NAMES = ("portal_name", "authority_name", "hotline", "emblem")


def load_province(data: dict[str, Any], names: dict[str, Any] | None) -> Tally:
    """Set the province this portal serves; without `names` those it has are kept."""
    found = data["province"]
    wanted = {
        "name": found["name"],
        "code": found["org_code_level1"],
        "admin_code": str(found["admin_code"]),
    }
    province = Province.objects.order_by("pk").first()
    if names is not None:
        # A hotline entered in the admin is not undone by a file that knows none.
        wanted |= {name: names[name] for name in NAMES if names[name]}
    elif province is None:
        wanted |= {"portal_name": "Cổng Dịch vụ công", "authority_name": found["name"]}
    if province and all(getattr(province, name) == value for name, value in wanted.items()):
        return Tally(unchanged=1)
    if province is None:
        Province.objects.create(**wanted)
        return Tally(created=1)
    Province.objects.filter(pk=province.pk).update(**wanted)
    return Tally(changed=1)


def load_agencies(data: dict[str, Any]) -> Tally:
    """Bring the agencies, their parents, successors and competences to what the file says.

    Each record is already one period of an agency's life, so a changed record is corrected in
    place. What an administrator edited stays until its record changes; agencies the file does
    not name are left alone. The shape of `data` has been checked.
    """
    check_agencies(data)
    serves = _competences(data)
    _load_kinds(data["agency_kind_map"])
    before = dict(Agency.objects.values_list("code", "content_hash"))
    records = {record["id"]: record for record in data["agencies"]}
    hashes = {code: digest([record, serves[code]]) for code, record in records.items()}
    changed = {code: row for code, row in records.items() if before.get(code) != hashes[code]}
    if changed:
        _write_rows(changed, hashes)
        _write_links(changed, serves)
    new = len(changed.keys() - before.keys())
    return Tally(new, len(changed) - new, len(records) - len(changed))


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one record, but for its links."""
    unit_code = record["admin_unit_code"]
    return {
        "code": record["id"],
        "name": record["name"],
        "folded_name": fold(record["name"]),
        "unit_name": record.get("unit_name", ""),
        "unit_type": record.get("unit_type", ""),
        "former_province": record.get("former_province", ""),
        "level": record["level"],
        "kind": record["kind"],
        "valid_from": date.fromisoformat(record["valid_from"]),
        "valid_to": date.fromisoformat(record["valid_to"]) if record["valid_to"] else None,
        "org_code": record["org_code"],
        "org_code_status": record["org_code_status"],
        "admin_unit_code": "" if unit_code is None else str(unit_code),
        "is_verified": record["verified"],
        "unverified": record["unverified"],
        "source": record["source"],
        "note": record.get("note", ""),
    }


def _write_rows(records: dict[str, Any], hashes: dict[str, str]) -> None:
    """Create or correct agencies, then hang them below their superiors."""
    rows = [
        Agency(**_fields(record), content_hash=hashes[code]) for code, record in records.items()
    ]
    columns = [*_fields(next(iter(records.values()))), "content_hash"]
    Agency.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[name for name in columns if name != "code"],
    )
    agencies = Agency.objects.in_bulk(field_name="code")
    for code, record in records.items():
        agencies[code].parent = agencies.get(record["parent_id"])
    Agency.objects.bulk_update((agencies[code] for code in records), ["parent"])


def _load_kinds(kinds: dict[str, Any]) -> None:
    before = AgencyKind.objects.in_bulk()
    wanted = [
        AgencyKind(key=key, **{column: entry.get(column, "") for column in KIND_COLUMNS})
        for key, entry in kinds.items()
    ]
    changed = [
        kind
        for kind in wanted
        if kind.key not in before
        or any(getattr(before[kind.key], c) != getattr(kind, c) for c in KIND_COLUMNS)
    ]
    AgencyKind.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["key"], update_fields=KIND_COLUMNS
    )


def _competences(data: dict[str, Any]) -> dict[str, list[str]]:
    """For each agency the kinds of competence for which the file names it."""
    serves: dict[str, list[str]] = {record["id"]: [] for record in data["agencies"]}
    for key, entry in sorted(data["agency_kind_map"].items()):
        for code in entry.get("ids", []):
            serves[code].append(key)
    return serves


def _write_links(records: dict[str, Any], serves: dict[str, list[str]]) -> None:
    """Set the successors and the competences of these agencies, and of no other."""
    ids = dict(Agency.objects.values_list("code", "pk"))
    own = [ids[code] for code in records]
    successions = Agency.replaced_by.through
    successions.objects.filter(from_agency_id__in=own).delete()
    successions.objects.bulk_create(
        successions(from_agency_id=ids[code], to_agency_id=ids[successor])
        for code, record in records.items()
        for successor in record["replaced_by"]
    )
    duties = Agency.serves.through
    duties.objects.filter(agency_id__in=own).delete()
    duties.objects.bulk_create(
        duties(agency_id=ids[code], agencykind_id=key) for code in records for key in serves[code]
    )


def check_agencies(data: dict[str, Any]) -> None:
    """Raise CatalogueError where records contradict each other."""
    agencies = data["agencies"]
    refuse_repeats(FILE, "id", [agency["id"] for agency in agencies])
    records = {agency["id"]: agency for agency in agencies}
    for agency in agencies:
        check_period(FILE, agency["id"], agency)
        _check_links(agency, records, data["sources"])
        _check_ancestry(agency["id"], records)
    for key, entry in data["agency_kind_map"].items():
        for position, code in enumerate(entry.get("ids", [])):
            if code not in records:
                raise CatalogueError(FILE, key, f"ids[{position}]", f"không có cơ quan {code}")
    for field in ("org_code", "admin_unit_code"):
        _check_codes(agencies, field)


def _check_links(
    agency: dict[str, Any], records: dict[str, Any], sources: Mapping[str, Any]
) -> None:
    parent = agency["parent_id"]
    if parent is not None and parent not in records:
        raise CatalogueError(FILE, agency["id"], "parent_id", f"không có cơ quan {parent}")
    for position, code in enumerate(agency["replaced_by"]):
        if code not in records or code == agency["id"]:
            field = f"replaced_by[{position}]"
            raise CatalogueError(FILE, agency["id"], field, f"không có cơ quan {code}")
    for position, name in enumerate(agency["source"]):
        if name not in sources:
            raise CatalogueError(FILE, agency["id"], f"source[{position}]", f"nguồn lạ {name}")


def _check_ancestry(code: str, records: dict[str, Any]) -> None:
    """Raise when an agency is its own superior, however far up."""
    above, passed = records[code]["parent_id"], {code}
    while above is not None:
        if above in passed:
            raise CatalogueError(FILE, code, "parent_id", f"vòng lặp qua {above}")
        passed.add(above)
        above = records[above]["parent_id"] if above in records else None


def _check_codes(agencies: list[dict[str, Any]], field: str) -> None:
    """Raise when two agencies hold one code on the same day."""
    holders: dict[Any, list[dict[str, Any]]] = {}
    for agency in agencies:
        if agency[field] is not None:
            holders.setdefault(agency[field], []).append(agency)
    for code, group in holders.items():
        for one, other in combinations(group, 2):
            if _overlap(one, other):
                message = f"mã {code} đang thuộc {one['id']}"
                raise CatalogueError(FILE, other["id"], field, message)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two periods of ISO dates share a day."""
    ends = [row["valid_to"] or "9999-12-31" for row in (one, other)]
    return bool(one["valid_from"] <= ends[1] and other["valid_from"] <= ends[0])
