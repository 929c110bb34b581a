"""Which set of official forms is in force on a day."""

from datetime import date

# Dated data: the first day of each set, oldest first. A new circular is a new line.
FORM_SETS: tuple[tuple[date, str], ...] = (
    (date.min, "TT 01/2018"),
    (date(2025, 7, 1), "TT 03/2025"),
)


def form_set_on(day: date) -> str:
    """The set of forms in force that day (TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP)."""
    return [name for starts_on, name in FORM_SETS if starts_on <= day][-1]
