"""A real procedure from search to result, in a real browser at both sizes."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from dossiers.models import Dossier
from dossiers.workflow import State
from portal.core.models import Effect
from portal.documents.models import Paper
from tests.browser.conftest import Portal, wait_until
from tests.browser.walking import Walk, officers_of
from tests.cast import Cast

pytestmark = pytest.mark.browser

PROCEDURES = {
    "birth-registration": "dang ky khai sinh",
    "extract-copy": "trich luc ho tich",
    "construction-permit": "giay phep xay dung",
}


# Each procedure at both sizes, with and without JavaScript: every pair of the two is walked.
WALKS = [
    ("birth-registration", "phone", True),
    ("birth-registration", "desk", False),
    ("extract-copy", "phone", False),
    ("extract-copy", "desk", True),
    ("construction-permit", "phone", False),
    ("construction-permit", "desk", True),
]


@pytest.mark.parametrize(
    ("procedure", "size", "has_script"), WALKS, indirect=["size", "has_script"]
)
def test_an_gets_what_she_asked_for(
    portal: Portal,
    people: Cast,
    chromium: Browser,
    visitor: BrowserContext,
    has_script: bool,
    procedure: str,
    tmp_path: Path,
) -> None:
    page = visitor.new_page()
    walk = Walk(people, procedure, PROCEDURES[procedure], visitor, has_script, tmp_path, {})
    walk.finds(page)
    walk.starts(page)
    walk.fills(page)
    code = walk.sends(page)
    page.goto(f"/ho-so/{code}")
    walk.look(page, "sent-timeline")
    walk.officers = officers_of(chromium, visitor, portal.url)
    portal.kill_worker()
    walk.officers_walk(code)
    portal.start_worker()
    page.goto(f"/ho-so/{code}")
    walk.look(page, "returned-timeline")
    dossier = Dossier.objects.get(code=code)
    assert dossier.state == State.RETURNED
    _everything_is_delivered(portal, code)
    _can_be_looked_up(walk, page, dossier)
    for officer in walk.officers.values():
        officer.context.close()


def _everything_is_delivered(portal: Portal, code: str) -> None:
    """Papers, mails and invariants, although the worker was killed in the middle."""
    waiting = Effect.objects.exclude(state=Effect.State.DONE)
    wait_until(lambda: not waiting.exists(), 60, "the end of every effect")
    papers = Paper.objects.filter(reference=code)
    assert set(papers.values_list("kind", "state")) == {
        ("submission", "ready"),
        ("acceptance_slip", "ready"),
    }
    check = [sys.executable, "manage.py", "check_invariants"]
    told = subprocess.run(check, env=portal.environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def _can_be_looked_up(walk: Walk, page: object, dossier: Dossier) -> None:
    """A stranger with code and secret sees where it stands, and no name."""
    stranger = walk.visitor.browser.new_context(  # type: ignore[union-attr]
        base_url=page.url.split("/ho-so/")[0]  # type: ignore[attr-defined]
    ).new_page()
    stranger.goto("/tra-cuu")
    walk.look(stranger, "lookup")
    stranger.fill("main input[name=code]", (dossier.code or "").lower())
    stranger.fill("main input[name=secret]", dossier.lookup_secret.lower())
    stranger.click("main form[method=post] button")
    stranger.wait_for_load_state()
    text = stranger.inner_text("main")
    assert "Đã trả kết quả" in text
    assert "Nguyễn Văn An" not in text
    walk.look(stranger, "tracked")
    stranger.context.close()
