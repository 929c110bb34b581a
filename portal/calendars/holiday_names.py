"""Vietnamese names for the days off that the `holidays` package states in English."""

import re

NAMES = {
    "New Year's Day": "Tết Dương lịch",
    "29 of Lunar New Year": "29 tháng Chạp, Tết Nguyên đán",
    "Lunar New Year's Eve": "Giao thừa Tết Nguyên đán",
    "Lunar New Year": "Mùng Một Tết Nguyên đán",
    "Second Day of Lunar New Year": "Mùng Hai Tết Nguyên đán",
    "Third Day of Lunar New Year": "Mùng Ba Tết Nguyên đán",
    "Fourth Day of Lunar New Year": "Mùng Bốn Tết Nguyên đán",
    "Fifth Day of Lunar New Year": "Mùng Năm Tết Nguyên đán",
    "Hung Kings' Commemoration Day": "Giỗ Tổ Hùng Vương",
    "Liberation Day/Reunification Day": "Ngày Giải phóng miền Nam, thống nhất đất nước",
    "International Labor Day": "Ngày Quốc tế Lao động",
    "National Day": "Quốc khánh",
    "Vietnam Cultural Day": "Ngày Văn hóa Việt Nam",
}
OBSERVED = " (observed)"
SWAPPED = re.compile(r"Day off \(substituted from (\d{2})/(\d{2})/(\d{4})\)")


def in_vietnamese(name: str) -> str:
    """The Vietnamese name of a day off; a name that is not known stays as written."""
    if swapped := SWAPPED.fullmatch(name):
        month, day, year = swapped.groups()
        return f"Nghỉ hoán đổi (làm bù ngày {day}/{month}/{year})"
    if name.endswith(OBSERVED):
        return f"Nghỉ bù {NAMES.get(name.removesuffix(OBSERVED), name)}"
    return NAMES.get(name, name)
