"""Only whole, harmless files that are what their names say come in."""

import hashlib
import time
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from portal.core.refusals import first_message
from portal.documents.inspection import FileRefused, tidy_name
from portal.documents.models import StoredFile
from portal.documents.pdf import to_pdf
from portal.documents.services import serve
from portal.documents.services.scanning import scan
from tests.cast import Cast
from tests.documents.made_files import (
    archive,
    handed_in,
    pdf,
    photo,
    picture,
    stored_bytes,
    with_text,
)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Giấy chứng sinh.pdf", pdf(), "application/pdf"),
        ("ẢNH.JPG", photo(), "image/jpeg"),
        ("ảnh.jpeg", picture(), "image/jpeg"),
        ("ảnh chụp.png", picture("PNG"), "image/png"),
    ],
)
def test_an_hands_in_a_file(cast: Cast, name: str, content: bytes, media_type: str) -> None:
    stored = handed_in(cast, name, content)
    stored.refresh_from_db()
    assert stored.original_name == name
    assert (stored.media_type, stored.size) == (media_type, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.uploaded_by_id == cast.an.pk
    assert [path.read_bytes() for path in stored_bytes()] == [content]
    assert "ảnh" not in stored.content.name


def test_an_empty_list_of_types_allows_every_kind_we_can_look_into(cast: Cast) -> None:
    assert handed_in(cast, "a.png", picture("PNG"), types=[]).media_type == "image/png"


def _script(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = document.make_indirect(action)


def _hidden_script(document: pikepdf.Pdf) -> None:
    """Written in place, three levels deep, in an annotation."""
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, AA=pikepdf.Dictionary(E=action))
    document.pages[0].obj.Annots = pikepdf.Array([note])


def _attachment(document: pikepdf.Pdf) -> None:
    document.attachments["virus.exe"] = b"MZ"


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def _form_logic(document: pikepdf.Pdf) -> None:
    form = pikepdf.Dictionary(XFA=document.make_stream(b"<xdp/>"))
    document.Root.AcroForm = document.make_indirect(form)


def _programme_behind_a_link(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=b"javascript:alert(1)")
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)
    document.pages[0].obj.Annots = pikepdf.Array([note])


def _moving_picture(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def _other_picture(kind: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (9, 9)).save(content, kind)
    return content.getvalue()


LOCK = pikepdf.Encryption(owner="chu", user="khach")
HALF_LOCK = pikepdf.Encryption(owner="chu", user="")
WEB_PAGE = b"<html><script>alert(1)</script></html>\n"
REFUSED = [
    ("bảng tính.xlsx", b"PK\x03\x04", "Hãy gửi tệp thuộc loại: PDF"),
    ("không đuôi", pdf(), "Hãy gửi tệp thuộc loại: PDF"),
    ("trang.html", WEB_PAGE, "Hãy gửi tệp thuộc loại: PDF"),
    ("trang.pdf", WEB_PAGE, "có nội dung không phải PDF"),
    ("hai mặt.pdf", WEB_PAGE + pdf(), "có nội dung không phải PDF"),
    ("ảnh.png", picture(), "có nội dung không phải PNG"),
    ("ảnh.jpg", pdf(), "có nội dung không phải JPEG"),
    ("khóa.pdf", pdf(encryption=LOCK), "bị khóa"),
    ("khóa nửa.pdf", pdf(encryption=HALF_LOCK), "bị khóa"),
    ("mã lệnh.pdf", pdf(_script), "có mã lệnh"),
    ("mã giấu.pdf", pdf(_hidden_script), "có mã lệnh"),
    ("tệp giấu.pdf", pdf(_attachment), "có mã lệnh hoặc tệp khác bên trong"),
    ("mở máy.pdf", pdf(_launch), "có mã lệnh"),
    ("tờ khai động.pdf", pdf(_form_logic), "có mã lệnh"),
    ("liên kết.pdf", pdf(_programme_behind_a_link), "có mã lệnh"),
    ("phim.pdf", pdf(_moving_picture), "có mã lệnh"),
    ("kèm trang.pdf", pdf() + WEB_PAGE, "có nội dung lạ ghép thêm vào"),
    ("kèm gói.pdf", pdf() + archive(), "có nội dung lạ ghép thêm vào"),
    ("kèm gói.png", picture("PNG") + archive(), "có nội dung lạ ghép thêm vào"),
    ("kèm gói.jpg", picture() + archive(), "có nội dung lạ ghép thêm vào"),
    ("hoạt hình.png", _other_picture("GIF"), "có nội dung không phải PNG"),
    ("ảnh mạng.jpg", _other_picture("WEBP"), "có nội dung không phải JPEG"),
    ("chương trình.pdf", b"MZ" + bytes(500), "có nội dung không phải PDF"),
    ("vẽ.png", b"<svg onload='alert(1)'/>", "có nội dung không phải PNG"),
    ("cụt.pdf", pdf()[:-40], "bị hỏng hoặc chưa tải lên hết"),
    ("cụt.jpg", picture()[:-2000], "bị hỏng hoặc chưa tải lên hết"),
    ("cụt.png", picture("PNG")[:-200], "bị hỏng hoặc chưa tải lên hết"),
    ("trống.pdf", b"", "trống"),
    ("to.pdf", pdf() + b" " * 2**20, "lớn hơn 1 MB"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_refused_file_is_named_with_what_to_do_and_not_kept(
    cast: Cast, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileRefused) as refusal:
        handed_in(cast, name, content)
    sentence = first_message(refusal.value)
    assert f"“{name}”" in sentence
    assert words in sentence
    assert "Hãy" in sentence
    assert StoredFile.objects.count() == 0
    assert stored_bytes() == []


def test_a_cut_off_photo_is_refused_also_after_a_paper_was_made(cast: Cast) -> None:
    """WeasyPrint, once loaded, tells Pillow to take broken pictures."""
    to_pdf("<p>giấy</p>")
    with pytest.raises(FileRefused, match="chưa tải lên hết"):
        handed_in(cast, "cụt.jpg", picture()[:-2000])


def test_a_picture_that_swells_is_refused(cast: Cast) -> None:
    content = BytesIO()
    Image.new("1", (10_000, 6_000)).save(content, "PNG")
    with pytest.raises(FileRefused, match="quá lớn"):
        handed_in(cast, "bom.png", content.getvalue())


def test_a_text_inside_a_picture_that_swells_is_refused_soon(cast: Cast) -> None:
    """One MB that unpacks to a GB."""
    swelling = with_text(picture("PNG"), b"\0" + zlib.compress(bytes(2**26)), b"zTXt")
    begun = time.monotonic()
    with pytest.raises(FileRefused, match="Hãy"):
        handed_in(cast, "bom chữ.png", swelling)
    assert time.monotonic() - begun < 10
    assert stored_bytes() == []


def test_a_type_the_paper_does_not_take_is_refused(cast: Cast) -> None:
    with pytest.raises(FileRefused, match=r"Hãy gửi tệp thuộc loại: PDF \(\.pdf\)\."):
        handed_in(cast, "ảnh.png", picture("PNG"), types=["application/pdf"])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Giấy.pdf", "Giấy.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Hồ sơ\\đơn.pdf", "đơn.pdf"),
        ("Gi\u00e2\u0301y.pdf", "Giấy.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("don\u202efdp.exe", "donfdp.exe"),
        ("ảnh\u202egnp.pdf", "ảnhgnp.pdf"),
        ("\u200bgiấy\ufeff.pdf", "giấy.pdf"),
        ("....//....//x.pdf", "x.pdf"),
        (".htaccess", "htaccess"),
        ("Đơn (bản 2) – Nguyễn Thị Ưởng.pdf", "Đơn (bản 2) – Nguyễn Thị Ưởng.pdf"),
        (" ", "tep"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_plain_data(given: str, kept: str) -> None:
    assert tidy_name(given) == kept


def test_a_file_leaves_as_a_download_no_browser_opens(cast: Cast) -> None:
    content = pdf()
    response = serve(scan(handed_in(cast, 'Giấy "mới" ế.pdf', content)))
    assert b"".join(response.streaming_content) == content  # type: ignore[arg-type]
    response.close()
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Gi%E1%BA%A5y%20%22m%E1%BB%9Bi%22%20%E1%BA%BF.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "no-store"
