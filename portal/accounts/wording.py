"""How the portal speaks about people's numbers."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.identity_numbers import Doubt

IDENTITY_NUMBER = _("Số định danh gồm 12 chữ số.")
PHONE = _("Số di động gồm 10 chữ số, đầu 03, 05, 07, 08 hoặc 09; số máy bàn gồm 11 chữ số, đầu 02.")
DOUBTS = {
    Doubt.PROVINCE: _("Ba chữ số đầu không phải mã tỉnh, thành trong nước (001 đến 096)."),
    Doubt.FUTURE: _("Năm sinh đọc từ số này chưa tới."),
    Doubt.SEX: _("Giới tính đọc từ số này khác với giới tính đã khai."),
    Doubt.BIRTH_YEAR: _("Năm sinh đọc từ số này khác với ngày sinh trong tài khoản."),
}
