"""The provider's own pages: plain, in Vietnamese, without a script, readable on any phone."""

from collections.abc import Iterable
from html import escape

from portal.integrations.identity.sandbox.people import Resident

_STYLE = """
:root{color-scheme:light dark}
body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem}
header{border-bottom:3px solid #1d4e89;margin-bottom:1.5rem;padding-bottom:.75rem}
button{font:inherit;display:block;width:100%;text-align:left;padding:.75rem 1rem;margin:0 0 .5rem;
border:2px solid #1d4e89;border-radius:.5rem;background:Canvas;color:CanvasText;
cursor:pointer;min-height:3rem}
button:hover{text-decoration:underline}
button.no{border-color:currentColor;text-align:center}
ul{list-style:none;padding:0}
select{font:inherit;max-width:100%;min-height:2.75rem}
:focus-visible{outline:3px solid #d97706;outline-offset:2px}
details{margin:1.5rem 0}summary{cursor:pointer;min-height:2.75rem}
"""
_TRIAL = (
    "Đây là hệ thống định danh dùng thử. Mọi người ở đây đều không có thật; "
    "không cần mật khẩu và không có giá trị pháp lý."
)


def choose(residents: Iterable[Resident], moods: Iterable[str], last: str) -> str:
    """Who are you? One button per person, the last one first; a way to say no; moods for tests."""
    ordered = sorted(residents, key=lambda each: each.key != last)
    people = "".join(
        f'<li><button name="person" value="{each.key}"><strong>{escape(each.name)}</strong><br>'
        f"{escape(_how(each, last))}</button></li>"
        for each in ordered
    )
    options = "".join(
        f'<option value="{mood}">{mood or "Không có trục trặc"}</option>' for mood in moods
    )
    return page(
        "Đăng nhập bằng tài khoản định danh",
        "<p>Cổng Dịch vụ công xin biết: họ tên, số định danh cá nhân và ngày sinh của bạn. "
        "Chọn người đăng nhập để đồng ý.</p>"
        f'<form method="post"><ul>{people}</ul>'
        '<button class="no" name="person" value="">Không đồng ý, quay lại Cổng</button>'
        "<details><summary>Dành cho người kiểm thử: tạo trục trặc</summary>"
        '<label for="mood">Lần đăng nhập này</label><br>'
        f'<select id="mood" name="mood">{options}</select></details></form>',
    )


def _how(resident: Resident, last: str) -> str:
    is_last = resident.key == last
    return f"{resident.what}{', vừa đăng nhập trên máy này' if is_last else ''}"


def page(title: str, content: str) -> str:
    """A whole page; `content` is our own text or has been escaped."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<header><strong>Hệ thống định danh dùng thử</strong></header>"
        f"<main><h1>{escape(title)}</h1><p><em>{_TRIAL}</em></p>{content}</main></body></html>"
    )
