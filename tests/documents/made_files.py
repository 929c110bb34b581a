"""Files as people and machines write them, made while the tests run."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.documents.models import StoredFile
from portal.documents.services import store_file
from tests.cast import Cast

ALL_TYPES = ["application/pdf", "image/jpeg", "image/png"]


def pdf(change: Any = None, **saving: Any) -> bytes:
    """A PDF of one empty page, changed as one likes."""
    content = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(content, **saving)
    return content.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **saving: Any) -> bytes:
    """A picture of noise, so that no two are the same."""
    content = BytesIO()
    Image.effect_noise(size, 60).save(content, kind, **saving)
    return content.getvalue()


def photo() -> bytes:
    """As a phone writes it, with the make of the camera and which way is up."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Máy ảnh", 6
    return picture(exif=exif)


def handed_in(cast: Cast, name: str, content: bytes, types: list[str] | None = None) -> StoredFile:
    """What the portal has kept of a file of An's."""
    upload = SimpleUploadedFile(name, content)
    upload.name = name  # as a hostile client would write it, past Django's own cleaning
    return store_file(
        upload, by=cast.an.user, media_types=ALL_TYPES if types is None else types, max_bytes=2**20
    )


def stored_bytes() -> list[Path]:
    """Every file on the portal's disk."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def with_text(png: bytes, text: bytes, kind: bytes = b"tEXt") -> bytes:
    """The same PNG with a comment behind its header, as hostile or as long as one likes."""
    body = kind + b"Comment\0" + text
    chunk = struct.pack("!I", len(body) - 4) + body + struct.pack("!I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


def archive() -> bytes:
    """A ZIP with a programme in it."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("virus.exe", b"MZ")
    return content.getvalue()
