"""The look of the portal: one palette, old phones, small pages, words beside every colour."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
SHEETS = ["portal.css", "admin.css"]
TOKENS = (CSS / "tokens.css").read_text()
PORTAL = {
    "portal_name": "Cổng Dịch vụ công",
    "province_name": "Cổ Chiên",
    "authority_name": "Ủy ban nhân dân tỉnh Cổ Chiên",
    "hotline": "0000",
    "demo": True,
}
# Papers and letters are not pages: no policy on inline style reaches them.
PAGES = [
    path
    for path in (ROOT / "templates").rglob("*.html")
    if path.relative_to(ROOT / "templates").parts[0] not in {"documents", "notifications"}
]

BANNED = {
    "@layer": r"@layer\b",
    "@container": r"@container\b",
    "oklch()": r"\boklch\(",
    "color-mix()": r"\bcolor-mix\(",
    "light-dark()": r"\blight-dark\(",
    "nesting": r"&[\s.:>\[]",
    "inset": r"[;{\s]inset:",
    "dvh": r"\d[dsl]v[hw]\b",
}

# Text on ground, WCAG AA: 4.5 to 1. The numbers of the design notes are higher still.
PAIRS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunk"),
    ("ink", "gold-soft"),
    ("ink-2", "paper"),
    ("ink-2", "surface"),
    ("ink-2", "sunk"),
    ("on-son", "son"),
    ("on-son-2", "son"),
    ("on-son-2", "son-deep"),
    ("btn-text", "btn"),
    ("btn-text", "btn-hover"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "sunk"),
    ("info", "info-bg"),
    ("ok", "ok-bg"),
    ("warn", "warn-bg"),
    ("bad", "bad-bg"),
    ("bad", "surface"),
    ("gold-ink", "surface"),
    ("gold-ink", "son-tint"),
    ("on-gold", "gold"),
    ("on-son", "frame"),
    ("on-son-2", "frame"),
]


def css_of(name: str) -> str:
    """A sheet without comments and without the icons drawn in data: addresses."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.S)
    return re.sub(r'url\("data:[^"]*"\)', "url(icon)", text)


def palette(scheme: str) -> dict[str, str]:
    """The colours by name; dark ones replace the light ones."""
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media print")[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return colours


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class Page(HTMLParser):
    """What a browser fetches for a page, and what its policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or (given.get("href") if tag == "link" else None)
        if address and not address.startswith("data:"):
            self.fetched.append(address)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("name", ["tokens.css", *SHEETS])
@pytest.mark.parametrize("feature", BANNED)
def test_an_old_phone_understands_every_rule(name: str, feature: str) -> None:
    assert re.findall(BANNED[feature], css_of(name)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_colours_come_from_the_tokens_only(name: str) -> None:
    css = css_of(name)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", css) == []
    assert re.findall(r"\b(?:rgba?|hsla?)\(", css) == []


@pytest.mark.parametrize("name", SHEETS)
def test_spaces_that_have_a_name_are_called_by_it(name: str) -> None:
    named = {value for _, value in re.findall(r"--(s\d): ([\d.]+rem);", TOKENS)}
    assert len(named) == 8
    values = re.findall(r"(?<![\w-])(?:margin|padding|gap)(?:-\w+)?:\s*([^;}]+)", css_of(name))
    assert [value for line in values for value in line.split() if value in named] == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_name_used_is_a_token(name: str) -> None:
    css = css_of(name)
    known = set(re.findall(r"--([\w-]+):", TOKENS + css))
    assert set(re.findall(r"var\(--([\w-]+)\)", css)) - known == set()


def test_no_sheet_fetches_anything() -> None:
    for sheet in CSS.glob("*.css"):
        assert "@import" not in sheet.read_text()
        assert [
            address
            for address in re.findall(r"url\(([^)]*)\)", sheet.read_text())
            if not address.startswith('"data:')
        ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_ba_can_read_every_text_on_its_ground(text: str, ground: str, scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_of_fields_are_seen(scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours["line-2"], colours["surface"]) >= 3


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_needs_an_inline_style_or_script(path: Path) -> None:
    assert Page(path.read_text()).inline == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_icon_is_drawn(path: Path) -> None:
    drawn = set(re.findall(r"\.i-(\w+)\{", (CSS / "portal.css").read_text()))
    assert len(drawn) >= 30
    assert set(re.findall(r"\bi-([a-z]+)\b", path.read_text())) - drawn == set()


def test_a_citizen_page_is_four_requests_and_small() -> None:
    html = render_to_string("base.html", {"portal": PORTAL})
    fetched = Page(html).fetched
    names = [re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", address) for address in fetched]
    assert names == ["/static/css/tokens.css", "/static/css/portal.css", "/static/js/portal.js"]
    files = [ROOT / name.lstrip("/") for name in names]
    frame = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert frame + len(gzip.compress(html.encode())) <= 24 * 1024


def test_the_citizens_script_stays_under_eight_kilobytes() -> None:
    assert len(gzip.compress((ROOT / "static/js/portal.js").read_bytes())) <= 8 * 1024


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_a_page_for_bad_days_needs_no_context(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert 'href="/"' in html
    assert Page(html).inline == []


class Visit(forms.Form):
    """A small form with the kinds of fields the portal uses."""

    born_on = forms.DateField(label="Ngày sinh", help_text="Ví dụ 27/3/1985")
    email = forms.EmailField(label="Thư điện tử", required=False)
    way = forms.ChoiceField(
        label="Nhận kết quả",
        choices=[("a", "Bản điện tử"), ("b", "Bưu chính")],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label="Tôi cam đoan")


def piece(name: str, /, **context: object) -> str:
    """A shared piece, with its blanks drawn together."""
    return re.sub(r"\s+", " ", render_to_string(f"ui/_{name}.html", context))


def test_an_hears_label_hint_and_error_with_the_field() -> None:
    html = re.sub(r"\s+", " ", Visit({"born_on": "hôm qua"}).as_div())
    assert '<label for="id_born_on">Ngày sinh</label>' in html
    assert '<div class="hint" id="id_born_on_helptext">Ví dụ 27/3/1985</div>' in html
    assert '<div class="err" id="id_born_on_error">' in html
    assert 'class="input" required aria-invalid="true"' in html
    assert 'aria-describedby="id_born_on_helptext id_born_on_error"' in html
    assert '<a href="#id_born_on">Ngày sinh – ' in html
    assert '<a href="#id_way_0">Nhận kết quả – ' in html
    assert html.count('<label class="choice"') == 3
    assert html.count("(không bắt buộc)") == 1
    assert "Còn 3 chỗ cần sửa" in html


def test_an_untouched_form_accuses_nobody() -> None:
    html = Visit().as_div()
    assert "errors" not in html
    assert "is-bad" not in html


def test_an_types_her_birthday_the_vietnamese_way() -> None:
    form = Visit({"born_on": "02/03/1985", "way": "a", "sure": "on"})
    assert form.is_valid()
    assert form.cleaned_data["born_on"].isoformat() == "1985-03-02"


def test_money_is_shown_as_a_sum_and_never_guessed() -> None:
    lines = [
        {"label": "Lệ phí", "amount": 37_500, "base": 75_000, "legal_basis": "Nghị quyết 12"},
        {"label": "Phí thẩm định", "amount": None},
    ]
    html = piece("sum", lines=lines, total=None)
    assert "75.000 đ</s> 37.500 đ" in html
    assert "Nghị quyết 12" in html
    assert "chưa quy định" in html
    assert "chưa tính được" in html
    assert "1.234.567 đ" in piece("sum", lines=lines[:1], total=1_234_567)


def test_the_third_of_four_steps_says_so_in_words() -> None:
    html = piece("steps", steps=["Người nộp", "Giấy tờ", "Phí", "Gửi"], current=3)
    assert "Bước 3/4: Phí" in html
    assert html.count('class="done"') == 2
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize("tone", ["ok", "warn", "bad", "paused", "done"])
def test_a_deadline_is_never_colour_alone(tone: str) -> None:
    html = piece("deadline", words="Còn 4 ngày làm việc", tone=tone)
    assert "Còn 4 ngày làm việc" in html
    assert '<span class="i i-' in html


def test_a_file_that_is_not_clean_has_no_link() -> None:
    for state in ("pending", "infected", "error"):
        assert "<a " not in piece("file_row", name="a.pdf", state=state, url="/tep/1")
    assert '<a href="/tep/1">a.pdf</a>' in piece(
        "file_row", name="a.pdf", state="clean", url="/tep/1"
    )


def test_what_a_stranger_writes_is_shown_literally() -> None:
    html = piece("note", title="<b>x</b>", text="<script>")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<script>" not in html
