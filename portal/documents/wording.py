"""Days and moments as official papers spell them (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from datetime import date, datetime

from portal.core import clock


def day_in_words(day: date) -> str:
    """“ngày 05 tháng 02 năm 2026”: a zero before days under 10 and before months 1 and 2."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment_in_words(moment: datetime) -> str:
    """“07 giờ 35 phút, ngày 10 tháng 11 năm 2026”, on Vietnam's clock."""
    here = clock.local(moment)
    return f"{here:%H} giờ {here:%M} phút, {day_in_words(here.date())}"


def dong(amount: int) -> str:
    """“37.500 đồng”."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def count(number: int) -> str:
    """“03”: counts on official forms have at least two digits."""
    return f"{number:02d}"


def megabytes(size: int) -> str:
    """“10 MB”, “1,5 MB”: a size limit as people read it."""
    shown = f"{size / 1024 / 1024:.1f}".removesuffix(".0")
    return shown.replace(".", ",") + " MB"
