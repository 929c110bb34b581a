"""What people read when the identity provider's answer did not let them in."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """A page: what happened, and what to do now."""

    title: Any
    text: Any
    advice: Any


AGAIN = _("Hãy đăng nhập lại. Nếu vẫn vậy, gọi tổng đài hoặc đến Bộ phận Một cửa gần nhà.")
UNSAFE = Words(
    _("Cổng chưa xác nhận được danh tính của bạn"),
    _("Câu trả lời của hệ thống định danh không khớp với lần đăng nhập này nên Cổng không nhận."),
    AGAIN,
)
SAID = {
    "denied": Words(
        _("Bạn chưa đồng ý đăng nhập"),
        _("Cổng không nhận được thông tin nào về bạn."),
        _("Bạn có thể đăng nhập lại lúc khác, hoặc nộp hồ sơ tại Bộ phận Một cửa gần nhà."),
    ),
    "state": Words(
        _("Lượt đăng nhập này đã dùng hoặc để quá lâu"),
        _("Mỗi lượt đăng nhập chỉ dùng một lần, trong mười phút và trên cùng một trình duyệt."),
        AGAIN,
    ),
    "code": Words(
        _("Lượt đăng nhập này đã dùng hoặc để quá lâu"),
        _("Mỗi lượt đăng nhập chỉ dùng một lần, trong mười phút và trên cùng một trình duyệt."),
        AGAIN,
    ),
    "organisation": Words(
        _("Đây là tài khoản định danh của tổ chức"),
        _("Cổng nhận đăng nhập bằng tài khoản định danh của cá nhân."),
        _("Người đại diện hãy đăng nhập bằng tài khoản định danh của chính mình."),
    ),
    "number": Words(
        _("Cổng không đọc được số định danh của bạn"),
        _("Số định danh mà hệ thống định danh gửi sang không đủ 12 chữ số."),
        _(
            "Hãy nhờ công an xã, phường nơi cư trú kiểm tra tài khoản định danh. Trong lúc chờ, "
            "bạn nộp hồ sơ tại Bộ phận Một cửa gần nhà."
        ),
    ),
    "name": Words(
        _("Cổng không đọc được họ tên của bạn"),
        _("Hệ thống định danh không gửi sang họ tên đọc được."),
        _("Hãy nhờ công an xã, phường nơi cư trú kiểm tra tài khoản định danh."),
    ),
    "another_number": Words(
        _("Số định danh của bạn đã khác lần trước"),
        _("Để không ai vào nhầm tài khoản của người khác, Cổng chưa cho đăng nhập."),
        _("Hãy gọi tổng đài hoặc đến Bộ phận Một cửa gần nhà, mang theo thẻ căn cước."),
    ),
    "inactive": Words(
        _("Tài khoản của bạn trên Cổng đã ngừng dùng"),
        _("Hồ sơ đã nộp vẫn được giải quyết và vẫn tra cứu được bằng mã hồ sơ."),
        _("Muốn dùng lại, hãy gọi tổng đài hoặc đến Bộ phận Một cửa gần nhà."),
    ),
    "staff": Words(
        _("Tài khoản cán bộ không đăng nhập bằng cách này"),
        _("Tài khoản này đang giữ vị trí công tác."),
        _("Hãy đăng nhập bằng tên đăng nhập, mật khẩu và mã của cán bộ."),
    ),
}


def words_for(why: str) -> Words:
    """The page for a refusal; what only an attacker or a broken provider causes is one page."""
    return SAID.get(why, UNSAFE)
