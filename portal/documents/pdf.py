"""HTML to PDF; the only door to WeasyPrint, which is imported late because it is heavy."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

# PDF/A-2a: for the archive, tagged for screen readers. Its conformance is not validated here.
VARIANT = "pdf/a-2a"


@lru_cache(maxsize=1)
def _fonts() -> "FontConfiguration":
    """Fonts are looked up once per worker; a small page then takes some 30 ms."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - heavy

    return FontConfiguration()


def to_pdf(html: str) -> bytes:
    """The page as PDF; nothing is fetched from the disk or the network, only data: addresses."""
    from weasyprint import HTML  # noqa: PLC0415 - heavy
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - heavy

    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    document = HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(font_config=_fonts(), pdf_variant=VARIANT)
    return pdf
