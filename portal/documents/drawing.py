"""Draws a picture anew in a process of its own: `python -I drawing.py PICTURE LARGE SMALL`.

Bytes of strangers again, so it has little memory and little time. It stands alone, on Pillow
and nothing of the portal: each picture starts an interpreter, and loading the rest of the portal
would cost five times as much as the drawing.
"""

import resource
import sys

from PIL import Image, ImageOps

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG")
PICTURE_SIDE, THUMBNAIL_SIDE = 2000, 320


def bind_hands() -> None:
    """From here on this process has little memory and little time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(path: str, picture: str, thumbnail: str) -> str:
    """Draw a picture anew, upright and without what the camera wrote; and a small one of it."""
    with Image.open(path, formats=FORMATS) as image:
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


if __name__ == "__main__":
    bind_hands()
    sys.stdout.write(draw(*sys.argv[1:]))
