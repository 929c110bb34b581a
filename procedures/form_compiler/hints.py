"""The line under a label: what the schema says, and how the answer is to be written."""

import re

from django.utils.translation import gettext as _

from procedures.form_compiler.live import Live, LiveField, LiveRows
from procedures.form_compiler.tree import FieldNode, Json
from procedures.form_compiler.wording import when_wanted

_PIECE = re.compile(
    r"(?P<set>\[0-9\]|\\d|\[A-Z\]|\[a-z\]|\[A-Za-z\])"
    r"|(?P<mark>[ \-/.]|\\[.\-/])|(?P<letter>[0-9A-Za-z])"
)
_TIMES = re.compile(r"\{(\d+)(?:,(\d*))?\}|([?*+])")


def hint_of(live: Live) -> str:
    """Everything worth saying before somebody answers here, as one line."""
    node = live.node
    parts = [node.description]
    written = _how_to_write(node) if isinstance(node, FieldNode) else ""
    if written and written.casefold() not in node.description.casefold():
        parts.append(written)
    if isinstance(live, LiveRows) and node.keywords.get("maxItems"):
        parts.append(_("Nhiều nhất %(n)s dòng.") % {"n": node.keywords["maxItems"]})
    parts.append(when_wanted(live) or _optional_part(live))
    return " ".join(_with_stop(part) for part in parts if part)


def _optional_part(live: Live) -> str:
    if live.node.required or isinstance(live, LiveField):
        return ""
    return _("Không bắt buộc; bỏ trống nếu không có.")


def _with_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _how_to_write(node: FieldNode) -> str:
    if node.kind == "text" and node.keywords.get("pattern"):
        return pattern_in_words(node.keywords["pattern"])
    if node.kind in ("integer", "number"):
        return _number_range(node.keywords, whole=node.kind == "integer")
    if node.multiline:
        return ""
    return {
        "date": _("Ngày/tháng/năm, ví dụ 27/3/1985"),
        "time": _("Giờ và phút, ví dụ 07:30"),
        "date-time": _("Ngày và giờ, ví dụ 27/3/2026 07:30"),
        "email": _("Ví dụ ten@vidu.vn"),
        "choices": _("Có thể chọn nhiều mục"),
    }.get(node.kind, "")


def _number_range(words: dict[str, Json], *, whole: bool) -> str:
    lowest, highest = words.get("minimum"), words.get("maximum")
    if lowest is not None and highest is not None:
        return _("Từ %(low)s đến %(high)s") % {"low": lowest, "high": highest}
    return "" if whole else _("Dùng dấu phẩy cho phần lẻ, ví dụ 120,5")


def pattern_in_words(pattern: str) -> str:
    """What a simple pattern asks for, in words; empty when it is not simple."""
    if pattern == "^(0[1-9]|1[0-2])/[0-9]{4}$":
        return _("Tháng/năm, ví dụ 09/2026")
    branches = pattern.removeprefix("^").removesuffix("$").split("$|^")
    words = [_branch_in_words(branch) for branch in branches]
    return f" {_('hoặc')} ".join(words) if all(words) else ""


def _branch_in_words(branch: str) -> str:
    begins = re.fullmatch(r"([0-9]+)\[0-9\]\{(\d+)(?:,(\d+))?\}", branch)
    if begins:
        return _beginning_with(begins)
    optional = re.fullmatch(r"(.+?)\((.+)\)\?", branch)
    if optional:
        first, second = _branch_in_words(optional[1]), _branch_in_words(optional[2])
        return (
            _("%(first)s (có thể thêm %(second)s)")
            % {
                "first": first,
                "second": second,
            }
            if first and second
            else ""
        )
    pieces: list[str] = []
    place = 0
    while place < len(branch):
        found = _PIECE.match(branch, place)
        if found is None:
            return ""
        times = _TIMES.match(branch, found.end())
        place = times.end() if times else found.end()
        pieces.append(_piece_in_words(found, times))
    return _joined_pieces([piece for piece in pieces if piece])


def _beginning_with(found: re.Match[str]) -> str:
    """A number whose first digits are told: a telephone number, a tax code."""
    first, low = found[1], int(found[2]) + len(found[1])
    high = int(found[3] or found[2]) + len(first)
    count = str(low) if low == high else _("%(low)s đến %(high)s") % {"low": low, "high": high}
    return _("%(count)s chữ số, bắt đầu bằng %(first)s") % {"count": count, "first": first}


def _piece_in_words(found: re.Match[str], times: re.Match[str] | None) -> str:
    if found["letter"] or found["mark"]:
        return "" if times else f"“{found[0].removeprefix(chr(92))}”"
    kind = _("chữ số") if found["set"] in ("[0-9]", "\\d") else _("chữ cái")
    if found["set"] == "[A-Z]":
        kind = _("chữ cái in hoa")
    return f"{_how_many(times)} {kind}".strip()


def _how_many(times: re.Match[str] | None) -> str:
    if times is None:
        return "1"
    if times[3]:
        return _("ít nhất 1") if times[3] == "+" else ""
    if times[2] is None:
        return times[1]
    return _("từ %(low)s đến %(high)s") % {"low": times[1], "high": times[2] or "…"}


def _joined_pieces(pieces: list[str]) -> str:
    words = f" {_('rồi')} ".join(pieces)
    return words[:1].upper() + words[1:]
