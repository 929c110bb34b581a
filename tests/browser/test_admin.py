"""Hoa and Lập at the administration in a real browser: every style sheet comes, axe is content."""

import pytest
from playwright.sync_api import BrowserContext, Response

from portal.accounts.demo import DEMO_PASSWORD
from procedures.models import ProcedureVersion, Process
from tests.browser.conftest import Portal
from tests.browser.looking import look, sign_in
from tests.cast import Cast

pytestmark = pytest.mark.browser
# The heading cell of Django's inline rows is empty; its select2 boxes have no name while empty.
OF_DJANGO = frozenset({"empty-table-header", "aria-input-field-name", "label"})


def pages_of(cast: Cast) -> dict[str, dict[str, str]]:
    """The pages each administrator looks at: list, form, form with rows inside."""
    version = ProcedureVersion.objects.get(procedure__code="1.001193", state="published")
    agency = cast.chi.current_postings[0].agency_id
    process = Process.objects.get(steps__agency_kind="trung_tam_hcc")
    return {
        "thutuc": {
            "admin-index": "/quan-tri/",
            "admin-versions": "/quan-tri/procedures/procedureversion/",
            "admin-version": f"/quan-tri/procedures/procedureversion/{version.pk}/change/",
            "admin-version-new": "/quan-tri/procedures/procedureversion/add/",
            "admin-process": f"/quan-tri/procedures/process/{process.pk}/change/",
            "admin-process-new": "/quan-tri/procedures/process/add/",
            "admin-reductions": "/quan-tri/payments/feereduction/",
        },
        "hoa": {
            "admin-agencies": "/quan-tri/accounts/agency/",
            "admin-agency": f"/quan-tri/accounts/agency/{agency}/change/",
        },
    }


@pytest.mark.parametrize(("size", "has_script"), [("phone", True), ("desk", True)], indirect=True)
def test_the_administration_stands(portal: Portal, people: Cast, visitor: BrowserContext) -> None:
    failed: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} {answer.url}")

    for name, pages in pages_of(people).items():
        visitor.clear_cookies()
        page = visitor.new_page()
        page.on("response", note)
        sign_in(page, name, DEMO_PASSWORD)
        for title, address in pages.items():
            page.goto(address, wait_until="networkidle")
            assert failed == [], title
            look(page, title, known=OF_DJANGO)
            failed.clear()  # axe reads style sheets anew and asks for their imports in vain
