"""A made-up province (Cổ Chiên) loads into an empty database, and nothing of the first shows."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Agency
from portal.calendars.models import DayOff
from portal.core.models import Province
from portal.core.text import fold
from portal.reports.catalogue import OWN_CATALOGUE, load_catalogue
from procedures.models import LifeEvent, Procedure, ProcedureVersion, Process

pytestmark = pytest.mark.django_db
ROOTS = (
    "core_province",
    "accounts_agency",
    "accounts_agencykind",
    "procedures_procedure",
    "procedures_legalbasis",
    "procedures_essentialservice",
    "procedures_lifeevent",
    "calendars_calendar",
    "payments_feereduction",
)
SEEN = {"N": {"title": "Made up for a test", "seen": True}}
MARKS = {"source": ["N"], "verified": True, "unverified": []}


def agency(key: str, name: str, level: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": key, "name": name, "level": level, "kind": kind, "valid_from": "2025-07-01",
        "valid_to": None, "parent_id": None, "org_code": None, "org_code_status": "made_up",
        "admin_unit_code": None, "replaced_by": [], **MARKS, **fields,
    }  # fmt: skip


def files() -> dict[str, Any]:
    """A small, whole catalogue."""
    return {
        "province": {
            "portal_name": "Cổng Dịch vụ công tỉnh Cổ Chiên",
            "authority_name": "Ủy ban nhân dân tỉnh Cổ Chiên",
            "hotline": "0000", "emblem": "",
        },
        "agencies": {
            "sources": SEEN,
            "province": {"name": "Cổ Chiên", "admin_code": 99, "org_code_level1": "H99"},
            "agency_kind_map": {"ubnd_xa": {"kind": "ubnd_xa"}, "so_y_te": {"ids": ["cc-yte"]}},
            "agencies": [
                agency("cc-ubnd", "Ủy ban nhân dân tỉnh Cổ Chiên", "tinh", "ubnd_tinh",
                       org_code="H99"),
                agency("cc-yte", "Sở Y tế", "tinh", "so", parent_id="cc-ubnd", org_code="H99.01"),
                agency("cc-x1", "Ủy ban nhân dân xã Bãi Bồi", "xa", "ubnd_xa",
                       parent_id="cc-ubnd", org_code="H99.101", unit_name="Xã Bãi Bồi",
                       unit_type="xa"),
            ],
        },
        "procedures": {
            "sources": SEEN, "essential_services": [], "procedures": [procedure()],
        },
        "processes": {"sources": SEEN, "hours_per_day": 7.5, "processes": []},
        "sample_forms": {
            "sources": SEEN, "dialect": "https://json-schema.org/draft/2020-12/schema",
            "forms": [],
        },
        "holidays": {
            "sources": SEEN, "weekend": [6],
            "working_hours": {"morning": ["08:00", "11:30"], "afternoon": ["13:00", "17:00"],
                              "hours_per_day": 7.5, "verified": True, "note": ""},
            "holidays": [{"date": "2026-01-01", "name": "New Year's Day", "kind": "le",
                          "source": ["N"], "verified": True, "note": None}],
            "working_weekends": [],
        },
        "fee_rules": {**frame_of_the_rules(), "rules": []},
    }  # fmt: skip


def frame_of_the_rules() -> dict[str, Any]:
    own: dict[str, Any] = json.loads((OWN_CATALOGUE / "fee_rules.json").read_text("utf-8"))
    return own


def procedure() -> dict[str, Any]:
    return {
        "code": "1.555555", "province_code_pattern": "1.555555.000.00.00.H99",
        "name": "Đăng ký nuôi vịt chạy đồng", "field": "Chăn nuôi",
        "levels": [{"valid_from": "2025-07-01", "valid_to": None, "level": ["xa"],
                    "agency_kind": "ubnd_xa"}],
        "audience": ["cong_dan"], "service_level": 3, "service_mode": "mot_phan",
        "channels": {"truc_tiep": True, "truc_tuyen": True, "buu_chinh": False},
        "cases": [{"id": "mac_dinh", "name": "Thông thường"}],
        "processing": [{"case": "mac_dinh", "channel": "tat_ca", "value": 2,
                        "unit": "ngay_lam_viec", "note": None, "cutoff": None}],
        "fees": [{"case": "mac_dinh", "channel": "tat_ca", "kind": "le_phi", "amount": 0,
                  "currency": "VND", "unit": "lần", "legal_basis": "Luật Chăn nuôi",
                  "status": "national", "example": None}],
        "dossier_sets": 1,
        "components": [{"no": 1, "name": "Đơn", "originals": 1, "copies": 0,
                        "form_available": True, "kind": "nop", "required": True,
                        "condition": None}],
        "requirements": [], "results": ["Giấy xác nhận"],
        "legal_bases": ["Luật Chăn nuôi 32/2018/QH14"], "legal_bases_in_source": ["32/2018/QH14"],
        "steps": [{"no": 1, "text": "Nộp đơn."}], "keywords": ["vịt"],
        "essential_de_an_06": False, "essential_no": None, "predecessor_codes": [],
        "successor_code": None, "valid_from": "2025-07-01", "valid_to": None, **MARKS,
        "note": None, "verification": "full", "source_refs": [], "online_level_seen": None,
    }  # fmt: skip


@pytest.fixture
def another_province(tmp_path: Path) -> dict[str, Any]:
    """The made-up province in tables that were empty; rolled back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(ROOTS)} CASCADE")
    for name, content in files().items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return load_catalogue(tmp_path)


def test_its_rows_are_all_there_is(another_province: dict[str, Any]) -> None:
    assert another_province["procedures"].created == 1
    assert another_province["agencies"].created == 3
    assert (Procedure.objects.count(), Agency.objects.count()) == (1, 3)
    assert (DayOff.objects.count(), LifeEvent.objects.count()) == (1, 0)
    province = Province.objects.get()
    assert (province.name, province.code, province.hotline) == ("Cổ Chiên", "H99", "0000")


def test_its_commune_serves_and_its_day_has_its_own_hours(another_province: dict[str, Any]) -> None:
    serving = Agency.objects.serving("ubnd_xa", date(2026, 11, 23))
    assert [agency.unit_name for agency in serving] == ["Xã Bãi Bồi"]
    process = Process.objects.get()
    assert sum(step.minutes for step in process.steps.all()) == 2 * 7.5 * 60


def test_its_pages_name_it_and_nobody_else(
    client: Client, another_province: dict[str, Any]
) -> None:
    first = json.loads((OWN_CATALOGUE / "agencies.json").read_text("utf-8"))["province"]["name"]
    version = ProcedureVersion.objects.get()
    for url in ("/", reverse("procedures:show", args=[version.procedure.code])):
        page = client.get(url).content.decode()
        assert "Cổ Chiên" in page
        assert fold(first) not in fold(page)
