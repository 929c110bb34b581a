"""Reads the catalogue's `fee_rules.json`: checked records out, or the exact place that is wrong."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from payments.conditions import ConditionError, check
from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import digest

T = TypeVar("T")
FILE = "fee_rules.json"
SCOPES = ("national", "provincial", "provincial_example", "template")
FEE_KINDS = ("*", "phi", "le_phi", "none")
CHANNELS = ("tat_ca", "truc_tiep", "truc_tuyen", "buu_chinh")
UNITS = {
    "exempt": "percent",
    "reduce": "percent",
    "fixed_amount": "VND",
    "processing_days": "ngay",
}
STACKING = {"best_for_payer": False, "stackable": True}
TOP_KEYS = frozenset(
    {
        "id",
        "title",
        "scope",
        "applies_to",
        "effect",
        "condition",
        "legal_basis",
        "valid_from",
        "valid_to",
        "territory",
        "priority",
        "stacking",
        "source",
        "verified",
        "unverified",
        "note",
        "in_base_fee",
        "enabled",
    }
)


class _Record:
    """One rule of the file that knows its name, to say where an error is."""

    def __init__(self, value: Mapping[str, Any], name: str, under: str = "") -> None:
        self.value, self.name, self.under = value, name, under

    def error(self, field: str, message: str) -> CatalogueError:
        """The error to raise for one field of this record."""
        return CatalogueError(FILE, self.name, self.under + field, message)

    def get(self, field: str, kind: type[T]) -> T:
        """The field, which must be there and of that JSON type."""
        value = self.value.get(field)
        if type(value) is not kind:
            raise self.error(field, f"thiếu hoặc không phải kiểu {kind.__name__}")
        return value

    def text(self, field: str, most: int) -> str:
        """A text that must not be empty or too long."""
        value = self.get(field, str).strip()
        if not value or len(value) > most:
            raise self.error(field, f"phải có chữ, nhiều nhất {most} ký tự")
        return value

    def one_of(self, field: str, allowed: Collection[str]) -> str:
        """A text out of a list."""
        value = self.get(field, str)
        if value not in allowed:
            raise self.error(field, f"phải là một trong: {', '.join(allowed)}")
        return value

    def day(self, field: str) -> date:
        """A date in the form YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.get(field, str))
        except ValueError as error:
            raise self.error(field, "không phải ngày YYYY-MM-DD") from error

    def texts(self, field: str, most: int) -> list[str]:
        """A list of texts."""
        value = self.get(field, list)
        if not all(isinstance(item, str) and 0 < len(item) <= most for item in value):
            raise self.error(field, f"phải là danh sách chữ, mỗi mục nhiều nhất {most} ký tự")
        return list(value)

    def part(self, field: str) -> "_Record":
        """An object inside this record."""
        return _Record(self.get(field, dict), self.name, f"{field}.")


def read_fee_rules(data: object) -> dict[str, dict[str, Any]]:
    """Column values of every rule by its key; raises CatalogueError naming record and field."""
    if not isinstance(data, Mapping) or not isinstance(data.get("rules"), list):
        raise CatalogueError(FILE, "/", "rules", "phải là một danh sách")
    read: dict[str, dict[str, Any]] = {}
    for number, value in enumerate(data["rules"]):
        if not isinstance(value, Mapping):
            raise CatalogueError(FILE, f"rules[{number}]", "", "phải là một đối tượng JSON")
        name = value.get("id") if isinstance(value.get("id"), str) else ""
        record = _Record(value, f"rules/{name}" if name else f"rules[{number}]")
        columns = _columns(record)
        if columns["key"] in read:
            raise record.error("id", "mã này đã có ở dòng khác")
        read[columns["key"]] = columns
    return read


def _columns(record: _Record) -> dict[str, Any]:
    if unknown := set(record.value) - TOP_KEYS:
        raise record.error(min(unknown), "không có trường này")
    columns = {
        "key": _key(record),
        "title": record.text("title", 400),
        "scope": record.one_of("scope", SCOPES),
        "territory": record.text("territory", 120),
        "legal_basis": record.text("legal_basis", 400),
        "priority": _priority(record),
        "is_stackable": STACKING[record.one_of("stacking", STACKING)],
        "is_in_base_fee": record.get("in_base_fee", bool),
        "is_enabled": record.get("enabled", bool),
        **_applies_to(record.part("applies_to")),
        **_effect(record.part("effect")),
        **_period(record),
        **_marks(record),
        "condition": _condition(record),
    }
    if columns["is_enabled"] and columns["scope"] in ("provincial_example", "template"):
        raise record.error("enabled", "ví dụ hoặc mẫu thì không được bật")
    return {**columns, "content_hash": digest(record.value)}


def _key(record: _Record) -> str:
    key = record.text("id", 80)
    if not key.isascii() or not key.replace("-", "").replace("_", "").isalnum():
        raise record.error("id", "chỉ gồm chữ không dấu, số, gạch nối")
    return key


def _priority(record: _Record) -> int:
    priority = record.get("priority", int)
    if not 0 <= priority <= 32767:
        raise record.error("priority", "phải từ 0 đến 32767")
    return priority


def _applies_to(part: _Record) -> dict[str, Any]:
    procedures = part.texts("procedures", 40)
    if not procedures:
        raise part.error("procedures", "phải có ít nhất một mã thủ tục hoặc “*”")
    channel = part.one_of("channel", CHANNELS) if "channel" in part.value else CHANNELS[0]
    return {
        "fee_kind": part.one_of("fee_kind", FEE_KINDS),
        "procedures": procedures,
        "channel": channel,
    }


def _effect(part: _Record) -> dict[str, Any]:
    kind = part.one_of("type", UNITS)
    if part.get("unit", str) != UNITS[kind]:
        raise part.error("unit", f"phải là {UNITS[kind]}")
    value = part.get("value", int)
    if kind in ("exempt", "reduce") and not 0 <= value <= 100:
        raise part.error("value", "phải từ 0 đến 100 phần trăm")
    if kind == "fixed_amount" and not 0 <= value < 10**12:
        raise part.error("value", "phải là số đồng không âm")
    round_to = part.get("round_to", int) if part.value.get("round_to") is not None else None
    if round_to is not None and not 1 <= round_to <= 1_000_000:
        raise part.error("round_to", "phải từ 1 đến 1.000.000 đồng")
    return {"kind": kind, "value": Decimal(value), "round_to": round_to}


def _period(record: _Record) -> dict[str, date | None]:
    valid_from = record.day("valid_from")
    valid_to = record.day("valid_to") if record.value.get("valid_to") is not None else None
    if valid_to and valid_to < valid_from:
        raise record.error("valid_to", "phải sau ngày bắt đầu hiệu lực")
    return {"valid_from": valid_from, "valid_to": valid_to}


def _marks(record: _Record) -> dict[str, Any]:
    source = record.texts("source", 200)
    if not source:
        raise record.error("source", "phải có ít nhất một nguồn")
    note = record.get("note", str).strip() if record.value.get("note") is not None else ""
    return {
        "is_verified": record.get("verified", bool),
        "unverified": record.texts("unverified", 80),
        "source": source,
        "note": note,
    }


def _condition(record: _Record) -> dict[str, Any]:
    condition: dict[str, Any] = record.get("condition", dict)
    try:
        check(condition)
    except ConditionError as error:
        raise record.error(error.place, error.message) from error
    return condition
