"""Which agency serves on which day: districts end, communes are merged, departments succeed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.accounts.models import Agency
from portal.reports.catalogue import load_catalogue
from procedures.models import Competence
from tests.procedures.catalogue_files import CatalogueCopy, everything

pytestmark = pytest.mark.django_db
OLD, MERGED, NEW = date(2022, 6, 1), date(2024, 12, 15), date(2025, 8, 1)


@pytest.mark.parametrize(
    ("kind", "day", "count"),
    [
        ("ubnd_xa", OLD, 107),
        ("ubnd_xa", MERGED, 102),
        ("ubnd_xa", date(2025, 6, 30), 102),
        ("ubnd_xa", date(2025, 7, 1), 124),
        ("ubnd_xa", NEW, 124),
        ("cong_an_xa", NEW, 124),
        ("ubnd_huyen", OLD, 8),
        ("ubnd_huyen", MERGED, 8),
        ("ubnd_huyen", date(2025, 6, 30), 8),
        ("ubnd_huyen", date(2025, 7, 1), 0),
        ("so_dan_toc_ton_giao", OLD, 0),
        ("so_dan_toc_ton_giao", NEW, 1),
        ("so_khong_co", NEW, 0),
    ],
)
def test_how_many_agencies_serve(kind: str, day: date, count: int) -> None:
    assert Agency.objects.serving(kind, day).count() == count


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("so_giao_thong_van_tai", "vl-so-giao-thong-van-tai", "vl-so-xay-dung"),
        ("so_ke_hoach_dau_tu", "vl-so-ke-hoach-dau-tu", "vl-so-tai-chinh"),
        ("so_lao_dong_tbxh", "vl-so-lao-dong-tbxh", "vl-so-noi-vu"),
        ("so_xay_dung", "vl-so-xay-dung", "vl-so-xay-dung"),
        ("co_quan_thue", "vl-cuc-thue", "vl-thue-tinh"),
    ],
)
def test_a_successor_serves_only_when_its_turn_comes(kind: str, before: str, after: str) -> None:
    for day, code in ((OLD, before), (MERGED, before), (NEW, after)):
        assert [agency.code for agency in Agency.objects.serving(kind, day)] == [code]


def test_a_building_permit_moves_from_the_district_to_the_commune() -> None:
    def served_by(day: date) -> set[str]:
        competence = Competence.objects.valid_on(day).get(version__procedure__code="1.013225")
        return set(
            Agency.objects.serving(competence.agency_kind_id, day).values_list("kind", flat=True)
        )

    assert served_by(OLD) == {"ubnd_huyen"}
    assert served_by(date(2025, 6, 30)) == {"ubnd_huyen"}
    assert served_by(date(2025, 7, 1)) == {"ubnd_xa"}


def test_communes_hang_below_their_district_while_there_was_one() -> None:
    old = Agency.objects.valid_on(OLD).filter(kind="ubnd_xa")
    assert {agency.parent.kind for agency in old.select_related("parent")} == {"ubnd_huyen"}
    new = Agency.objects.valid_on(NEW).filter(kind="ubnd_xa")
    assert {agency.parent.code for agency in new.select_related("parent")} == {"vl-ubnd"}


def test_departments_know_what_replaced_them() -> None:
    old = Agency.objects.get(code="vl-so-tai-nguyen-moi-truong")
    assert [agency.code for agency in old.replaced_by.all()] == ["vl-so-nong-nghiep-moi-truong"]
    new = Agency.objects.get(code="vl-so-nong-nghiep-moi-truong")
    assert {agency.code for agency in new.replaces.all()} == {
        "vl-so-tai-nguyen-moi-truong",
        "vl-so-nong-nghiep-ptnt",
    }


def test_a_district_is_succeeded_by_communes_once_the_file_says_so(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)

    def edit(data: Any) -> None:
        district = next(row for row in data["agencies"] if row["id"] == "vl-d863")
        heirs = [row for row in data["agencies"] if row["valid_from"] == "2025-07-01"]
        district["replaced_by"] = [row["id"] for row in heirs if row["kind"] == "ubnd_xa"][:3]

    copy.change("agencies.json", edit)
    tally = load_catalogue(copy.folder)["agencies"]
    assert (tally.created, tally.changed, tally.unchanged) == (0, 1, 271)
    district = Agency.objects.get(code="vl-d863")
    assert district.replaced_by.valid_on(NEW).count() == 3
    assert Agency.objects.serving("ubnd_xa", NEW).count() == 124
    assert Agency.objects.serving("ubnd_huyen", MERGED).filter(pk=district.pk).exists()


def test_a_corrected_record_changes_its_row_and_no_other(tmp_path: Path) -> None:
    copy = CatalogueCopy(tmp_path)

    def edit(data: Any) -> None:
        data["agencies"][3]["name"] = "Sở Tư pháp tỉnh"

    pk = Agency.objects.get(code="vl-so-tu-phap").pk
    before = everything()
    copy.change("agencies.json", edit)
    assert load_catalogue(copy.folder)["agencies"].changed == 1
    agency = Agency.objects.get(code="vl-so-tu-phap")
    assert (agency.pk, agency.folded_name) == (pk, "so tu phap tinh")
    assert agency.serves.get().key == "so_tu_phap"
    assert agency.parent.code == "vl-ubnd"
    after = everything()
    assert {table for table in after if after[table] != before[table]} <= {
        "accounts_agency",
        "accounts_agency_serves",
    }


def test_marks_are_kept() -> None:
    assert Agency.objects.filter(is_verified=True).count() == 244
    office = Agency.objects.get(code="vl-so-y-te")
    assert "existence_in_2022" in office.unverified
    assert office.org_code_status == "assigned_by_this_project"
