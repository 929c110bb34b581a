"""After loading, everything in the files is in the tables, exactly once."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from payments.models import FeeReduction
from portal.accounts.models import Agency
from portal.calendars.models import DayOff, MakeUpDay
from portal.core.models import Province
from portal.reports.catalogue import OWN_CATALOGUE, load_catalogue
from procedures.models import (
    Component,
    EssentialService,
    Fee,
    FormVersion,
    LegalBasis,
    LifeEvent,
    OnlineActivity,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessingTime,
)
from tests.procedures.catalogue_files import everything

pytestmark = pytest.mark.django_db


def test_hoa_finds_every_record_of_the_files() -> None:
    assert Procedure.objects.count() == 77
    assert ProcedureVersion.objects.published().count() == 77
    assert Agency.objects.count() == 272
    assert FormVersion.objects.count() == 16
    assert Process.objects.filter(unverified=[]).count() == 21
    assert Process.objects.filter(unverified=["steps"]).count() == 58
    assert DayOff.objects.count() == 103
    assert MakeUpDay.objects.count() == 4
    assert FeeReduction.objects.count() == 30
    assert LegalBasis.objects.count() == 111
    assert EssentialService.objects.count() == 25
    assert LifeEvent.objects.count() == 8


def test_hoa_finds_every_part_of_the_versions() -> None:
    assert Component.objects.count() == 260
    assert ProcessingTime.objects.count() == 104
    assert Fee.objects.count() == 122
    assert OnlineActivity.objects.count() == 77 * 5
    birth = ProcedureVersion.objects.get(procedure__code="1.001193")
    assert [case.key for case in birth.cases.all()] == ["mac_dinh", "qua_han", "can_xac_minh"]
    assert birth.competences.count() == 2
    assert birth.legal_bases.count() == 6
    assert len(birth.guidance_steps) == 6
    assert birth.record["predecessor_codes"] == []


def test_the_province_is_named_by_the_data() -> None:
    province = Province.objects.get()
    said = json.loads((OWN_CATALOGUE / "agencies.json").read_text(encoding="utf-8"))["province"]
    assert province.name == said["name"]
    assert (province.code, province.admin_code) == ("H61", "86")


def test_loading_again_changes_nothing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    call_command("load_catalogue")
    assert everything() == before
    for line in capsys.readouterr().out.splitlines():
        assert ": 0 mới, 0 thay đổi, " in line


def test_loading_again_counts_what_it_left_alone() -> None:
    left = {kind: tally.unchanged for kind, tally in load_catalogue().items()}
    assert left["procedures"] == 77
    assert left["agencies"] == 272
    assert left["processes"] == 79
    assert left["fee_rules"] == 30


def test_an_reads_half_a_day_where_the_law_says_half_a_day() -> None:
    time = ProcessingTime.objects.get(version__procedure__code="2.002481")
    assert time.amount == Decimal("2.5")
    assert str(time) == "2,5 ngày làm việc"


def test_an_fills_the_form_online_and_attaches_the_other_papers() -> None:
    papers = Component.objects.filter(version__procedure__code="1.001193")
    assert [paper.no for paper in papers if paper.is_electronic_form] == [1]
    assert [paper.no for paper in papers if paper.takes_files] == [2, 3, 4, 5]
    assert [paper.no for paper in papers if paper.is_shown_only] == [6, 7]
    attached = papers.get(no=2)
    assert attached.media_types == ["application/pdf", "image/jpeg", "image/png"]
    assert attached.max_bytes == 10 * 1024 * 1024


def test_hours_of_the_files_are_minutes_of_the_steps() -> None:
    process = Process.objects.get(procedure__code="1.013225", case="nha_o_rieng_le")
    assert process.is_proposed
    assert [step.minutes for step in process.steps.all()] == [
        240,
        240,
        2400,
        1440,
        1440,
        720,
        480,
        240,
    ]
    assert [step.role for step in process.steps.all()] == [
        "reception_clerk",
        "department_head",
        "officer",
        "officer",
        "officer",
        "department_head",
        "agency_head",
        "records_clerk",
    ]


def test_a_proposed_process_adds_up_to_the_legal_time() -> None:
    process = Process.objects.get(procedure__code="2.002481")
    assert process.is_proposed
    assert not process.is_verified
    assert [step.role for step in process.steps.all()] == [
        "reception_clerk",
        "officer",
        "agency_head",
        "records_clerk",
    ]
    assert process.steps.aggregate(all=Sum("minutes"))["all"] == 2.5 * 8 * 60


def test_a_step_at_the_handling_agency_names_no_other() -> None:
    moved = Process.objects.get(procedure__code="1.001612")
    assert {step.agency_kind for step in moved.steps.all()} == {""}
    shared = Process.objects.get(procedure__code="1.001776")
    assert [step.agency_kind for step in shared.steps.all()][3:] == [
        "",
        "phong_ldtbxh",
        "phong_ldtbxh",
        "ubnd_huyen",
        "",
    ]


def test_every_life_event_leads_to_procedures() -> None:
    assert [event.title for event in LifeEvent.objects.all()] == [
        "Có con nhỏ",
        "Kết hôn, gia đình",
        "Làm nhà, đất đai",
        "Cư trú, giấy tờ",
        "Mở cửa hàng",
        "Lao động",
        "Dự án, môi trường",
        "Vận tải",
    ]
    assert LifeEvent.objects.get(key="co-con-nho").procedures.filter(code="1.001193").exists()
    assert not LifeEvent.objects.filter(procedures=None).exists()


def test_a_legal_text_is_read_from_its_citation() -> None:
    law = LegalBasis.objects.get(citation="Luật Hộ tịch 60/2014/QH13")
    assert (law.number, law.issuer, law.is_verified) == ("60/2014/QH13", "Quốc hội", True)
    old = LegalBasis.objects.get(number="59/2014/QH13")
    assert old.valid_to.isoformat() == "2024-06-30"
    decision = LegalBasis.objects.get(number="06/QĐ-TTg")
    assert decision.issued_on.isoformat() == "2022-01-06"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("khai sinh", "1.001193"),
        ("giay khai sanh", "1.001193"),
        ("bằng lái xe", "1.002809"),
        ("xay nha", "1.013225"),
        ("so do", "1.012783"),
    ],
)
def test_an_finds_a_procedure_by_what_people_call_it(typed: str, code: str) -> None:
    found = ProcedureVersion.objects.published().matching(typed)
    assert code in {version.procedure.code for version in found}
