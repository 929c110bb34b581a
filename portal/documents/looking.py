"""What a file really is: read by a child process that may be killed; knows no Django.

Everything here touches bytes of strangers, so it runs in `confinement.py`'s child only. It
answers with a reason from REASONS; `inspection.py` puts that into words.
"""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import magic
import puremagic
from PIL import Image

from portal.documents.drawing import FORMATS, MOST_PIXELS
from portal.documents.pdf_looking import NotTaken, look_into_pdf

REASONS = ("not_it", "locked", "broken", "active", "double", "too_many_pixels", "too_hard")
_HEAD = 64 * 1024

# The fork server imports this module: what its children would each load anew is loaded here.
magic.from_buffer(b"%PDF-1.7", mime=True)
puremagic.from_string(b"%PDF-1.7")
Image.preinit()


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
        with Image.open(stream, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotTaken("too_many_pixels")
            image.verify()
        stream.seek(0)
        with Image.open(stream, formats=FORMATS) as image:
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
