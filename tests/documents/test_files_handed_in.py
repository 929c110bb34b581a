"""Only whole, harmless files that are what their names say come in."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.core.refusals import first_message
from portal.documents.inspection import FileRefused, tidy_name
from portal.documents.models import StoredFile
from portal.documents.pdf import to_pdf
from portal.documents.services import serve, store_file
from portal.documents.services.scanning import scan
from tests.cast import Cast

ALL_TYPES = ["application/pdf", "image/jpeg", "image/png"]


def pdf(change: Any = None, **saving: Any) -> bytes:
    content = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(content, **saving)
    return content.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **saving: Any) -> bytes:
    content = BytesIO()
    Image.effect_noise(size, 60).save(content, kind, **saving)
    return content.getvalue()


def photo() -> bytes:
    """As a phone writes it, with the make of the camera and which way is up."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Máy ảnh", 6
    return picture(exif=exif)


def handed_in(cast: Cast, name: str, content: bytes, types: list[str] | None = None) -> StoredFile:
    upload = SimpleUploadedFile(name, content)
    upload.name = name  # as a hostile client would write it, past Django's own cleaning
    return store_file(
        upload, by=cast.an.user, media_types=ALL_TYPES if types is None else types, max_bytes=2**20
    )


def stored_bytes() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


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
