"""What people see on a page is drawn anew: upright, smaller, and without what the camera wrote."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from dossiers.models import Dossier
from dossiers.services import submission
from portal.documents import confinement, tasks
from portal.documents.models import StoredFile
from portal.documents.services import NotClean, serve_picture
from portal.documents.services.pictures import draw
from portal.documents.services.scanning import scan
from portal.documents.services.storing import incoming_folder
from tests.cast import Cast
from tests.documents.made_files import handed_in, pdf, stored_bytes
from tests.documents.sending import Sender

GPS, MAKE, ORIENTATION, TURN_RIGHT = 0x8825, 0x010F, 0x0112, 6
HOME = {1: "N", 2: (10.0, 14.0, 30.0), 3: "E", 4: (105.0, 57.0, 20.0)}


def from_a_phone(size: tuple[int, int] = (3000, 1500)) -> bytes:
    """Held sideways: red at the left, blue at the right, with the place it was taken at."""
    image = Image.new("RGB", size, "#cc0000")
    image.paste("#0000cc", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Máy ảnh của An", TURN_RIGHT
    exif.get_ifd(GPS).update(HOME)
    content = BytesIO()
    image.save(content, "JPEG", exif=exif, comment=b"anh chup tai nha")
    return content.getvalue()


def drawn(cast: Cast, name: str, content: bytes) -> StoredFile:
    """A picture that was let through, with its copies."""
    stored = scan(handed_in(cast, name, content))
    draw(stored)
    stored.refresh_from_db()
    return stored


def opened(path: str) -> Image.Image:
    """The picture with its pixels."""
    with Image.open(path) as image:
        image.load()
        return image


def test_where_ans_photo_was_taken_is_gone_from_what_the_officer_sees(cast: Cast) -> None:
    original = from_a_phone()
    with Image.open(BytesIO(original)) as image:
        assert image.getexif().get_ifd(GPS)[1] == "N"
    stored = drawn(cast, "ảnh.jpg", original)
    for field in (stored.picture, stored.thumbnail):
        image = opened(field.path)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        written = Path(field.path).read_bytes()
        assert [word in written for word in (b"Exif", b"anh chup tai nha", b"GPS")] == [False] * 3
    assert Path(stored.content.path).read_bytes() == original  # the proof stays as it came


def test_it_stands_upright_and_is_no_larger_than_a_screen(cast: Cast) -> None:
    stored = drawn(cast, "ảnh.jpg", from_a_phone())
    assert opened(stored.picture.path).size == (1000, 2000)
    small = opened(stored.thumbnail.path)
    assert small.size == (160, 320)
    red, _green, blue = small.getpixel((80, 20))  # type: ignore[misc]
    assert (red > 180, blue < 60) == (True, True)  # what was left is above
    red, _green, blue = small.getpixel((80, 300))  # type: ignore[misc]
    assert (red < 60, blue > 180) == (True, True)


def test_a_small_picture_is_not_blown_up_and_what_was_see_through_is_white(cast: Cast) -> None:
    content = BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(content, "PNG")
    stored = drawn(cast, "dấu.png", content.getvalue())
    picture = opened(stored.picture.path)
    assert (picture.format, picture.size, picture.getpixel((5, 5))) == (
        "JPEG", (40, 20), (255, 255, 255),
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_pictures_of_every_make_are_drawn(cast: Cast, mode: str) -> None:
    content, kind = BytesIO(), "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (30, 30)).save(content, kind)
    stored = drawn(cast, f"ảnh.{kind.lower()}", content.getvalue())
    assert opened(stored.thumbnail.path).size == (30, 30)


def test_nothing_is_drawn_before_the_scanner_has_looked(cast: Cast) -> None:
    stored = handed_in(cast, "ảnh.jpg", from_a_phone((30, 20)))
    tasks.draw(stored.pk)
    stored.refresh_from_db()
    assert not stored.picture
    with pytest.raises(NotClean):
        serve_picture(stored)


def test_the_worker_draws_after_the_scan_once(cast: Cast) -> None:
    stored = handed_in(cast, "ảnh.jpg", from_a_phone((30, 20)))
    tasks.scan(stored.pk)
    tasks.draw(stored.pk)
    first = sorted(stored_bytes())
    assert len(first) == 3
    tasks.draw(stored.pk)
    stored.refresh_from_db()
    draw(StoredFile.objects.get(pk=stored.pk))
    assert sorted(stored_bytes()) == first
    assert list(incoming_folder().iterdir()) == []


def test_what_cannot_be_drawn_leaves_nothing_half(cast: Cast) -> None:
    stored = scan(handed_in(cast, "ảnh.jpg", from_a_phone((30, 20))))
    Path(stored.content.path).write_bytes(b"\xff\xd8\xff\xe0 spoilt on the disk")
    draw(stored)
    stored.refresh_from_db()
    assert (stored.picture.name, stored.thumbnail.name) == ("", "")
    assert list(incoming_folder().iterdir()) == []


def test_a_picture_of_too_many_pixels_is_not_even_begun(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("1", (10_000, 6_000)).save(bomb)
    told = confinement.draw(str(bomb), str(tmp_path / "l"), str(tmp_path / "s"))
    assert told in {"too_many_pixels", "too_hard"}
    assert not (tmp_path / "l").exists()


@pytest.fixture
def shown(cast: Cast) -> Dossier:
    """An's dossier with a photo that was let through and drawn."""
    draft = cast.an.drafts("birth-registration")
    draft.attachments.all().delete()
    Sender(cast.an).sent(draft, from_a_phone((600, 300)), "giấy chứng sinh.jpg")
    cast.scanner_looks()
    draw(draft.attachments.get().file)
    draft.refresh_from_db()
    return submission.submit(draft.pk, cast.an.user)


def test_an_and_chi_see_the_small_picture_and_binh_does_not(
    cast: Cast, shown: Dossier, client: Client
) -> None:
    number = shown.attachments.get().pk
    small = f"/tep/{number}/anh-nho"
    for person, page in ((cast.an, None), (cast.chi, f"/can-bo/ho-so/{shown.code}")):
        client.force_login(person.user)
        answer: Any = client.get(small)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox"
        assert "no-store" in answer["Cache-Control"]
        assert page is None or f'src="{small}"' in client.get(page).content.decode()
    client.force_login(cast.binh.user)
    assert [client.get(f"/tep/{number}/{kind}").status_code for kind in ("anh", "anh-nho")] == [
        404
    ] * 2
    client.logout()
    assert client.get(small).status_code == 302


def test_a_pdf_has_no_picture(cast: Cast, client: Client) -> None:
    draft = cast.an.drafts("birth-registration")
    Sender(cast.an).sent(draft, pdf(), "giấy.pdf")
    cast.scanner_looks()
    client.force_login(cast.an.user)
    number = draft.attachments.get(file__original_name="giấy.pdf").pk
    assert client.get(f"/tep/{number}/anh-nho").status_code == 404
