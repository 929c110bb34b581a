"""What may be told about the person who pays: the one list all others are read from."""

from typing import NamedTuple


class PayerFact(NamedTuple):
    """A fact: what callers and the catalogue's rules call it, and its words."""

    key: str
    rule_key: str
    word: str
    question: str = ""  # empty: not asked of the applicant, known from elsewhere


KNOWN = (
    PayerFact("age", "tuoi", "tuổi"),
    PayerFact("poor_household", "ho_ngheo", "hộ nghèo", "Hộ nghèo"),
    PayerFact("disabled", "nguoi_khuyet_tat", "người khuyết tật", "Người khuyết tật"),
    PayerFact("meritorious", "nguoi_co_cong", "người có công", "Người có công với cách mạng"),
    PayerFact(
        "meritorious_family",
        "gia_dinh_nguoi_co_cong",
        "gia đình người có công",
        "Người thuộc gia đình có công với cách mạng",
    ),
    PayerFact("martyr_relative", "than_nhan_liet_si", "thân nhân liệt sĩ", "Thân nhân liệt sĩ"),
    PayerFact("ethnic_minority", "dan_toc_thieu_so", "dân tộc thiểu số", "Người dân tộc thiểu số"),
    PayerFact(
        "extremely_difficult_commune",
        "xa_dac_biet_kho_khan",
        "xã đặc biệt khó khăn",
        "Cư trú ở xã đặc biệt khó khăn",
    ),
    PayerFact("student", "sinh_vien", "sinh viên", "Học sinh, sinh viên"),
)
