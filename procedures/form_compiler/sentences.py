"""What to say when an answer does not fit: always what to do, never only what went wrong."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from procedures.form_compiler.answers import shown
from procedures.form_compiler.formats import typed_number
from procedures.form_compiler.hints import pattern_in_words
from procedures.form_compiler.live import Live, LiveField, LiveRows
from procedures.form_compiler.tree import FieldNode, Json
from procedures.form_compiler.wording import in_sentence, title_of, values_in_words, whereabouts


def sentence(live: Live, code: str, wanted: Json = None) -> str:
    """The complaint about one place; `wanted` is what the schema asks for."""
    says = _SAYINGS.get(code, _look_again)
    words = says(live, wanted)
    where = whereabouts(live)
    return f"{words} ({where})." if where else f"{words}."


def _label(live: Live) -> dict[str, str]:
    title = title_of(live)
    return {"label": f"“{title}”" if title.endswith("?") else in_sentence(title)}


def _missing(live: Live, wanted: Json) -> str:
    node = live.node
    if isinstance(live, LiveRows):
        return _too_few_rows(live, live.node.fewest or 1)
    if not isinstance(node, FieldNode):
        return _("Điền phần %(label)s") % _label(live)
    if node.kind == "tick":
        return _("Đánh dấu vào ô “%(title)s” để tiếp tục") % {"title": node.title}
    if node.kind == "yes_no":
        return _("Chọn Có hoặc Không cho mục “%(title)s”") % {"title": node.title}
    if node.choices:
        return _("Chọn %(label)s") % _label(live)
    return _("Nhập %(label)s") % _label(live)


def _look_again(live: Live, wanted: Json) -> str:
    return _("Xem và sửa lại mục %(label)s") % _label(live)


def _control(live: Live, wanted: Json) -> str:
    return _("Gõ lại %(label)s: có ký tự lạ không nhìn thấy được") % _label(live)


def _too_long(live: Live, wanted: Json) -> str:
    limit = wanted or (live.node.max_length if isinstance(live, LiveField) else "")
    return _("Rút gọn %(label)s còn nhiều nhất %(n)s ký tự") % (_label(live) | {"n": limit})


def _too_short(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s đầy đủ, ít nhất %(n)s ký tự") % (_label(live) | {"n": wanted})


def _pattern(live: Live, wanted: Json) -> str:
    words = pattern_in_words(str(wanted))
    if not words:
        return _("Viết lại %(label)s cho đúng mẫu trên giấy tờ") % _label(live)
    return _("Viết lại %(label)s cho đúng: %(words)s") % (
        _label(live) | {"words": in_sentence(words)}
    )


def _format(live: Live, wanted: Json) -> str:
    says = {"date": _date, "time": _time, "date-time": _instant, "email": _email}
    return says.get(str(wanted), _look_again)(live, wanted)


def _date(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s theo ngày/tháng/năm, ví dụ 27/3/1985") % _label(live)


def _no_such_date(live: Live, wanted: Json) -> str:
    return _("Xem lại %(label)s: lịch không có ngày này") % _label(live)


def _time(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s bằng giờ và phút, ví dụ 07:30") % _label(live)


def _instant(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s gồm cả ngày và giờ, ví dụ 27/3/2026 07:30") % _label(live)


def _email(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s đầy đủ, ví dụ ten@vidu.vn") % _label(live)


def _integer(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s bằng số nguyên, chỉ dùng chữ số") % _label(live)


def _number(live: Live, wanted: Json) -> str:
    return _("Viết %(label)s bằng số, ví dụ 120,5") % _label(live)


def _ambiguous(live: Live, wanted: Json) -> str:
    return _("Viết lại %(label)s: bỏ dấu chấm, dùng dấu phẩy cho phần lẻ") % _label(live)


def _huge(live: Live, wanted: Json) -> str:
    return _("Xem lại %(label)s: số quá lớn") % _label(live)


def _type(live: Live, wanted: Json) -> str:
    return {"integer": _integer, "number": _number}.get(str(wanted), _look_again)(live, wanted)


def _at_least(live: Live, wanted: Json) -> str:
    return _("Nhập %(label)s từ %(n)s trở lên") % (_label(live) | {"n": typed_number(wanted)})


def _at_most(live: Live, wanted: Json) -> str:
    return _("Nhập %(label)s không quá %(n)s") % (_label(live) | {"n": typed_number(wanted)})


def _above(live: Live, wanted: Json) -> str:
    return _("Nhập %(label)s lớn hơn %(n)s") % (_label(live) | {"n": typed_number(wanted)})


def _under(live: Live, wanted: Json) -> str:
    return _("Nhập %(label)s nhỏ hơn %(n)s") % (_label(live) | {"n": typed_number(wanted)})


def _multiple(live: Live, wanted: Json) -> str:
    return _("Nhập %(label)s là bội số của %(n)s") % (_label(live) | {"n": typed_number(wanted)})


def _one_of(live: Live, wanted: Json) -> str:
    if isinstance(live, LiveField) and isinstance(wanted, list) and wanted:
        answers = {"answers": values_in_words(live, wanted)}
        return _("Chọn %(answers)s cho mục %(label)s") % (_label(live) | answers)
    return _("Chọn một mục có sẵn cho %(label)s") % _label(live)


def _constant(live: Live, wanted: Json) -> str:
    if not isinstance(live, LiveField):
        return _look_again(live, wanted)
    if live.node.kind == "tick":
        return _missing(live, wanted)
    answer = {"answer": shown(live.node, wanted)}
    return _("Ở trường hợp này, mục %(label)s phải là “%(answer)s”") % (_label(live) | answer)


def _too_few_rows(live: Live, wanted: Json) -> str:
    if isinstance(live, LiveField):
        return _("Chọn ít nhất %(n)s mục cho %(label)s") % (_label(live) | {"n": wanted})
    return _("Thêm và điền ít nhất %(n)s dòng ở phần %(label)s") % (_label(live) | {"n": wanted})


def _too_many_rows(live: Live, wanted: Json) -> str:
    if isinstance(live, LiveField):
        return _("Chọn nhiều nhất %(n)s mục cho %(label)s") % (_label(live) | {"n": wanted})
    return _("Bớt dòng ở phần %(label)s, nhiều nhất %(n)s dòng") % (_label(live) | {"n": wanted})


def _repeated(live: Live, wanted: Json) -> str:
    return _("Bớt các dòng giống nhau ở phần %(label)s") % _label(live)


def _some_of(live: Live, wanted: Json) -> str:
    return _("Điền ít nhất một mục còn thiếu ở phần %(label)s") % _label(live)


def _unknown(live: Live, wanted: Json) -> str:
    return _("Bỏ mục không có trong biểu mẫu ở phần %(label)s") % _label(live)


_SAYINGS: dict[str, Callable[[Live, Json], str]] = {
    "required": _missing,
    "control": _control,
    "maxLength": _too_long,
    "minLength": _too_short,
    "pattern": _pattern,
    "format": _format,
    "date": _date,
    "no_such_date": _no_such_date,
    "time": _time,
    "date-time": _instant,
    "integer": _integer,
    "number": _number,
    "ambiguous": _ambiguous,
    "huge": _huge,
    "type": _type,
    "minimum": _at_least,
    "maximum": _at_most,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _under,
    "multipleOf": _multiple,
    "enum": _one_of,
    "const": _constant,
    "oneOf": _one_of,
    "minItems": _too_few_rows,
    "maxItems": _too_many_rows,
    "uniqueItems": _repeated,
    "anyOf": _some_of,
    "minProperties": _some_of,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
}
