"""What nobody has confirmed is marked, and only that."""

import pytest

from procedures.loading.doubts import is_confirmed
from procedures.models import Fee, OnlineActivity, ProcedureVersion, ProcessingTime


def record(*unverified: str, verification: str = "partial") -> dict:
    rows = [
        {"case": case, "channel": channel, "amount": amount}
        for case, channel, amount in (
            ("mac_dinh", "truc_tiep", 20_000),
            ("mac_dinh", "truc_tuyen", 10_000),
            ("danh_sach", "truc_tuyen", 5_000),
        )
    ]
    return {
        "verification": verification,
        "unverified": list(unverified),
        "fees": rows,
        "processing": rows,
    }


@pytest.mark.parametrize(
    ("mark", "confirmed"),
    [
        ("fees", [False, False, False]),
        ("fees:amount", [False, False, False]),
        ("fees:before_2023-02-05", [False, False, False]),
        ("fees:danh_sach_truc_tuyen", [True, True, False]),
        ("fees:truc_tuyen", [True, False, False]),
        ("fees:truc_tiep_ca_nhan", [False, True, True]),
        ("fees:10000", [True, False, True]),
        ("processing", [True, True, True]),
        ("legal_basis_of_fee", [True, True, True]),
    ],
)
def test_a_mark_doubts_the_rows_it_names(mark: str, confirmed: list[bool]) -> None:
    doubted = record(mark)
    assert [is_confirmed("fees", row, doubted) for row in doubted["fees"]] == confirmed


def test_nothing_is_confirmed_where_no_source_was_read() -> None:
    unread = record(verification="none")
    assert not any(is_confirmed("processing", row, unread) for row in unread["processing"])


@pytest.mark.django_db
def test_the_tables_carry_the_marks() -> None:
    assert ProcedureVersion.objects.filter(is_verified=True).count() == 56
    assert ProcedureVersion.objects.filter(verification="none").count() == 4
    birth = ProcedureVersion.objects.get(procedure__code="1.001193")
    assert birth.is_level_proposed
    assert all(birth.processingtimes.values_list("is_confirmed", flat=True))
    wedding = ProcessingTime.objects.filter(version__procedure__code="1.000894")
    assert dict(wedding.values_list("case", "is_confirmed")) == {
        "mac_dinh": True,
        "can_xac_minh": False,
    }
    seal = Fee.objects.filter(version__procedure__code="2.001410")
    assert not any(seal.values_list("is_confirmed", flat=True))


@pytest.mark.django_db
def test_a_fee_the_province_has_not_set_stays_unset() -> None:
    late = Fee.objects.get(version__procedure__code="1.001193", case="qua_han")
    assert late.amount is None
    assert late.status == "province_decides"
    assert late.item == "le_phi"
    assert late.example == {"place": "Đà Nẵng", "amount": 5000}


@pytest.mark.django_db
def test_online_activities_are_proposed_from_the_level() -> None:
    def online(code: str) -> set[str]:
        rows = OnlineActivity.objects.filter(version__procedure__code=code)
        assert all(row.is_proposed for row in rows)
        return {row.activity for row in rows if row.is_online}

    assert online("1.001193") == {"learn", "submit", "pay", "follow", "receive"}
    assert online("1.000894") == {"learn", "submit", "follow"}
