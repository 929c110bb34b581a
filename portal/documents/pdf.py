"""HTML to PDF; the only door to WeasyPrint, which is imported late because it is heavy."""

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import ImageFile

if TYPE_CHECKING:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

# PDF/A-2a: for the archive, tagged for screen readers. Its conformance is not validated here.
VARIANT = "pdf/a-2a"


@lru_cache(maxsize=1)
def _fonts() -> "FontConfiguration":
    """Fonts are looked up once per worker; a small page then takes some 30 ms."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - heavy

    return FontConfiguration()


def _load() -> "tuple[type[HTML], type[URLFetcher]]":
    """WeasyPrint, without its wish that Pillow take broken pictures in the whole process."""
    from weasyprint import HTML  # noqa: PLC0415 - heavy
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - heavy

    # Files people hand in may be judged in this process, and a cut-off photo is refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return HTML, URLFetcher


def to_pdf(html: str) -> bytes:
    """The page as PDF; nothing is fetched from the disk or the network, only data: addresses."""
    page, fetching = _load()
    fetcher = fetching(allowed_protocols={"data"}, allow_redirects=False)
    document = page(string=html, url_fetcher=fetcher)
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)
        pdf: bytes = document.write_pdf(font_config=_fonts(), pdf_variant=VARIANT)
    return pdf
