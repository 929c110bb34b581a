"""Every kind of letter is plain Vietnamese, harmless and without numbers of a person."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from notifications.models import Notice
from notifications.services import letter_of, notify
from portal.accounts.models import User
from tests.cast import Cast

KINDS = sorted(
    path.name.removesuffix(".subject.txt")
    for path in Path(settings.BASE_DIR, "templates", "notifications").glob("*.subject.txt")
)
FACTS: dict[str, Any] = {
    "code": "H99.15-261110-0042",
    "procedure_name": "Sửa <b>tên</b> & họ",
    "agency_name": "UBND xã Bình An",
    "lookup_secret": "K7M2Q4WX",  # pragma: allowlist secret
    "lookup_url": "http://127.0.0.1:8000/theo-doi/abc",
    "url": "http://127.0.0.1:8000/ho-so/H99.15-261110-0042",
    "due_at": "2026-11-26T09:30:00+00:00",
    "due_on": "2026-12-05",
    "expires_on": "2026-12-24",
    "reason": "Bản vẽ <script>alert(1)</script> mờ",
    "legal_basis": "Luật Hộ tịch, Điều 16",
    "what": [{"name": "Giấy chứng sinh", "what": "Nộp lại"}, {"name": "Ngày sinh", "what": "Sửa"}],
    "received_by": "Nguyễn Thị Hạnh",
    "return_method": "tai_bo_phan_mot_cua",
    "email": "hanh@example.vn",
}


def letter(person: User, kind: str, **facts: Any) -> tuple[str, str, str]:
    """Subject, text and page of one letter."""
    mail = letter_of(notify(person, kind, key=kind, facts=FACTS | facts))
    return mail.subject, str(mail.body), str(mail.alternatives[0][0])


def test_the_promised_kinds_exist() -> None:
    assert {
        "dossier_submitted", "dossier_accepted", "supplement_asked", "supplement_answered",
        "dossier_refused", "dossier_resolved", "dossier_returned", "dossier_stopped",
        "withdrawal_confirmed", "officer_due_soon", "officer_overdue",
        "supplement_expired", "dossier_late",
    } <= set(KINDS)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_whole_and_harmless(cast: Cast, kind: str) -> None:
    subject, text, page = letter(cast.an.user, kind)
    assert subject == " ".join(subject.split())
    assert 10 < len(subject) <= 200
    assert "&lt;" not in subject + text
    assert "<b>" not in page
    assert "<script>" not in page
    for words in (subject, text, page):
        assert "None" not in words
        assert "{{" not in words
        assert "{%" not in words
        assert cast.an.identity_number not in words
    assert text.startswith(f"Kính gửi {cast.an.full_name},\n\n")
    assert "xin đừng trả lời" in text
    assert "\n\n\n" not in text


def test_an_is_told_what_to_repair_and_by_when(cast: Cast) -> None:
    _subject, text, page = letter(cast.an.user, "supplement_asked")
    assert "- Giấy chứng sinh: Nộp lại\n- Ngày sinh: Sửa\n" in text
    assert "Lý do: Bản vẽ <script>alert(1)</script> mờ" in text
    assert "Hãy bổ sung chậm nhất là hết ngày 05 tháng 12 năm 2026." in text
    assert FACTS["url"] in text
    assert "<li>Giấy chứng sinh: Nộp lại</li>" in page
    assert "Bản vẽ &lt;script&gt;alert(1)&lt;/script&gt; mờ" in page


def test_what_to_repair_may_be_one_sentence(cast: Cast) -> None:
    _subject, text, page = letter(cast.an.user, "supplement_asked", what="Chụp lại ảnh thẻ")
    assert "- Chụp lại ảnh thẻ\n" in text
    assert "<li>Chụp lại ảnh thẻ</li>" in page


def test_the_portal_apologises_when_it_is_late(cast: Cast) -> None:
    subject, text, _page = letter(cast.an.user, "dossier_late")
    assert subject == "Xin lỗi vì hồ sơ H99.15-261110-0042 trả chậm"
    assert "UBND xã Bình An xin lỗi bạn" in text
    assert "Đã hẹn: 16 giờ 30 phút, ngày 26 tháng 11 năm 2026" in text


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("truc_tuyen", "bạn tải về được ngay"),
        ("buu_chinh", "bưu điện sẽ mang kết quả đến"),
        ("tai_bo_phan_mot_cua", "mời bạn đến UBND xã Bình An"),
    ],
)
def test_an_is_told_how_to_get_the_result(cast: Cast, method: str, words: str) -> None:
    assert words in letter(cast.an.user, "dossier_resolved", return_method=method)[1]


def test_a_name_with_line_breaks_adds_no_header(cast: Cast) -> None:
    subject, _text, _page = letter(cast.an.user, "dossier_accepted", code="H99\r\nBcc: x@y.vn")
    assert subject == "Hồ sơ H99 Bcc: x@y.vn đã được tiếp nhận"
    assert "Bcc" not in letter_of(Notice.objects.get()).message()
