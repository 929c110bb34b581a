"""What a file really is: read by a child process that may be killed; knows no Django.

Everything here touches bytes of strangers, so it runs in `confinement.py`'s child only. It
answers with a reason from REASONS; `inspection.py` puts that into words.
"""

import resource
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import magic
import puremagic
from PIL import Image, ImageOps

from portal.documents.pdf_looking import NotTaken, look_into_pdf

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15
MOST_PIXELS = 50_000_000
REASONS = ("not_it", "locked", "broken", "active", "double", "too_many_pixels", "too_hard")
_HEAD = 64 * 1024
_FORMATS = ("JPEG", "PNG")
PICTURE_SIDE, THUMBNAIL_SIDE = 2000, 320


def bind_hands() -> None:
    """From here on this process has little memory and little time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(path: str, media_type: str) -> str:
    """Empty when two detectors and the structure agree on the kind; else the reason."""
    with Path(path).open("rb") as stream:
        try:
            if not _detectors_agree(stream, media_type):
                return "not_it"
            if zipfile.is_zipfile(stream):
                return "double"  # an archive hides behind it
            stream.seek(0)
            _LOOKS[media_type](stream)
        except NotTaken as reason:
            return str(reason)
        except MemoryError:
            return "too_hard"
    return ""


def draw(path: str, picture: str, thumbnail: str) -> str:
    """Draw a picture anew, upright and without what the camera wrote; and a small one of it."""
    with Image.open(path, formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            return "too_many_pixels"
        image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        # Pasted on white: what was transparent is paper, and nothing but the pixels comes along.
        sheet = Image.new("RGB", upright.size, "white")
        coloured = upright.convert("RGBA")
        sheet.paste(coloured, mask=coloured.getchannel("A"))
    sheet.save(picture, "JPEG", quality=80)
    sheet.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    sheet.save(thumbnail, "JPEG", quality=70)
    return ""


def _detectors_agree(stream: BinaryIO, media_type: str) -> bool:
    """Libmagic alone takes a page with a PDF behind it for a PDF, so two are asked."""
    if magic.from_buffer(stream.read(_HEAD), mime=True) != media_type:
        return False
    stream.seek(0)
    try:
        guesses = puremagic.magic_stream(stream)
    except (puremagic.PureError, ValueError):
        return False
    best = max(guess.confidence for guess in guesses)
    return any(g.mime_type == media_type and g.confidence == best for g in guesses)


def _look_into_image(stream: BinaryIO) -> None:
    """A picture that can be drawn, does not swell beyond measure, and is nothing besides."""
    try:
        with Image.open(stream, formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotTaken("too_many_pixels")
            image.verify()
        stream.seek(0)
        with Image.open(stream, formats=_FORMATS) as image:
            # An eighth of the size is enough to notice a picture that was cut off.
            image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotTaken("too_many_pixels") from error
    except (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error) as error:
        raise NotTaken("broken") from error


_LOOKS: dict[str, Callable[[BinaryIO], None]] = {
    "application/pdf": look_into_pdf,
    "image/jpeg": _look_into_image,
    "image/png": _look_into_image,
}


if __name__ == "__main__":
    bind_hands()
    sys.stdout.write(draw(*sys.argv[1:]))
