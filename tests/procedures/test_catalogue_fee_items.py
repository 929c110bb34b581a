"""Every fee of a procedure has a name, the same where one row replaces another."""

from procedures.loading.fee_items import fee_items


def fee(case: str, kind: str, unit: str, channel: str = "tat_ca") -> dict[str, str]:
    return {"case": case, "kind": kind, "unit": unit, "channel": channel}


def test_rows_for_other_channels_and_cases_are_the_same_item() -> None:
    rows = [
        fee("mac_dinh", "le_phi", "lần", "truc_tiep"),
        fee("mac_dinh", "le_phi", "lần", "truc_tuyen"),
        fee("qua_han", "le_phi", "lần"),
        fee("mac_dinh", "phi", "bản sao"),
    ]
    assert fee_items(rows) == ["le_phi", "le_phi", "le_phi", "phi"]


def test_a_second_unit_in_one_case_is_a_second_item() -> None:
    rows = [
        fee("mac_dinh", "phi", "hồ sơ"),
        fee("mac_dinh", "phi", "trang"),
        fee("mac_dinh", "phi", "bản"),
        fee("gap", "phi", "trang"),
        fee("gap", "phi", "lần"),
    ]
    assert fee_items(rows) == ["phi", "phi-2", "phi-3", "phi-2", "phi"]


def test_the_ordinary_case_names_the_items_wherever_it_stands() -> None:
    rows = [fee("gap", "phi", "trang"), fee("mac_dinh", "phi", "hồ sơ")]
    rows.append(fee("mac_dinh", "phi", "trang"))
    assert fee_items(rows) == ["phi-2", "phi", "phi-2"]
