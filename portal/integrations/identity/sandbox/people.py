"""Who lives at the provider: three people of the demo's cast, one the portal has not met, two odd.

Claims are written as VNeID writes them. Nobody has an address for mail or a telephone number.
"""

import hashlib
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Resident:
    """Somebody with an account at the provider."""

    key: str
    name: str
    number: str
    born: str
    what: str
    kind: int = 1  # 1 a person, 2 an organisation

    @property
    def subject(self) -> str:
        """What the provider calls this account for ever."""
        return hashlib.sha256(f"resident:{self.key}".encode()).hexdigest()[:32]

    def claims(self) -> dict[str, str | int]:
        """What the provider tells of the person."""
        return {
            "TechID": f"T{self.subject[:12]}",
            "LoaiTaiKhoan": self.kind,
            "HoVaTen": self.name,
            "SoDinhDanh": self.number,
            "NgayThangNamSinh": self.born,
            "loginIdp": "BCA",
        }


RESIDENTS = {
    each.key: each
    for each in (
        Resident("an", "NGUYỄN VĂN AN", "086090000001", "19900202", "Người dân của bản dùng thử"),
        Resident("binh", "TRẦN THỊ BÌNH", "086090000002", "19900303", "Người dân của bản dùng thử"),
        # Some registers write marks as letters of their own: the portal has to put them together.
        Resident(
            "khach",
            unicodedata.normalize("NFD", "LÝ MINH KHÁCH"),
            "086090000003",
            "19900404",
            "Người dân của bản dùng thử",
        ),
        Resident("nam", "TRƯƠNG HOÀI NAM", "086204000777", "20040517", "Cổng chưa biết người này"),
        Resident(
            "hop-tac-xa",
            "HỢP TÁC XÃ NÔNG NGHIỆP CỔ CHIÊN",
            "1500100004",
            "",
            "Tài khoản của tổ chức",
            kind=2,
        ),
        Resident("y-nhi", "ĐINH Y NHI", "08619O00012", "19900909", "Số định danh bị ghi hỏng"),
    )
}
