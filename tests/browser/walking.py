"""The walk, click by click: from search to result, first as a citizen, then as officers."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from dossiers.models import Dossier, DossierStep
from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import Role
from portal.reports.demo.answers import answers_for
from procedures.form_compiler import compile_form
from tests.browser.looking import code_in, fill, look, press, sign_in
from tests.cast import Cast, picture, version_of
from tests.phones import code_on_phone

STAFF = ("chi", "dung", "phuong", "giang", "van")


@dataclass
class Walk:
    """One procedure's walk in one kind of browser."""

    people: Cast
    procedure: str
    typed: str
    visitor: BrowserContext
    has_script: bool
    folder: Path
    officers: dict[str, Page]

    def look(self, page: Page, name: str) -> None:
        """Look at a page under a name that tells the procedure too."""
        look(page, f"{self.procedure}-{name}", has_script=self.has_script)

    def finds(self, page: Page) -> None:
        """From the home page to the procedure's page, typing without diacritics."""
        page.goto("/")
        self.look(page, "home")
        page.fill("main input[name=q]", self.typed)
        page.press("main input[name=q]", "Enter")
        page.wait_for_url("**/thu-tuc?**")
        self.look(page, "search")
        version = version_of(self.procedure)
        press(page, f'main a[href*="/thu-tuc/{version.procedure.code}"] >> nth=0')
        self.look(page, "procedure")
        press(page, 'main a[href*="/nop-ho-so?"] >> nth=0')

    def starts(self, page: Page) -> None:
        """Sign in on the way and begin a draft."""
        if "/dang-nhap" in page.url:
            self.look(page, "sign-in")
            page.fill("input[name=username]", "an")
            page.fill("input[name=password]", DEMO_PASSWORD)
            press(page, "main form:has(input[name=password]) button")
        self.look(page, "start")
        page.click("main form[method=post] button >> nth=0")
        page.wait_for_url("**/nguoi-nop")

    def fills(self, page: Page) -> None:
        """The four steps, looking at errors on the way."""
        self.look(page, "who")
        page.fill("input[name=phone]", "12")
        press(page, "main form .actions button >> nth=0")
        self.look(page, "who-error")
        assert page.locator("[role=alert]").count() > 0
        page.fill("input[name=phone]", "0900000123")
        page.click("main form .actions button >> nth=0")
        page.wait_for_url("**/giay-to")
        self.look(page, "papers-empty")
        self._fills_form(page)
        self._attaches(page)
        page.click("main form .actions button >> nth=0")
        page.wait_for_url("**/phi")
        self.look(page, "fee")
        page.click("main form .actions button >> nth=0")
        page.wait_for_url("**/xem-lai")
        self.look(page, "review")

    def _fills_form(self, page: Page) -> None:
        version = version_of(self.procedure)
        if version.form is None:
            return
        page.click('main a[href$="/to-khai"] >> nth=0')
        page.wait_for_url("**/to-khai")
        self.look(page, "form")
        compiled = compile_form(version.form.schema)
        fill(page, compiled.post_from(answers_for(version.form.schema)))
        press(page, "main form .actions button >> nth=0")
        assert page.url.endswith("/giay-to"), page.locator("[role=alert]").all_inner_texts()

    def _attaches(self, page: Page) -> None:
        scan = self.folder / "giấy chứng sinh (bản chụp).png"
        scan.write_bytes(picture().read())
        boxes = page.locator("main input[type=file]")
        for number in range(boxes.count()):
            boxes.nth(number).set_input_files(str(scan))
        page.click("main form .actions button >> nth=0")
        page.wait_for_url("**/phi")
        page.goto(page.url.replace("/phi", "/giay-to"))
        assert page.locator("main ul.files li").count() == boxes.count()
        self.look(page, "papers")

    def sends(self, page: Page) -> str:
        """Send; Back and a second press give the same dossier. Returns the code."""
        page.click("main form[method=post] button:has-text('Gửi hồ sơ')")
        page.wait_for_url("**/da-gui")
        self.look(page, "sent")
        code = code_in(page.inner_text("main"))
        page.reload()
        assert code_in(page.inner_text("main")) == code
        return code

    def officers_walk(self, code: str) -> None:
        """Whoever is next claims and moves on, until the result has been returned."""
        while True:
            dossier = Dossier.objects.get(code=code)
            step = dossier.steps.open().order_by("order", "pk").first()
            if step is None:
                return
            person = next(
                name
                for name in STAFF
                if getattr(self.people, name).again().serves(step.agency_id, step.role)
            )
            page = self.officers[person]
            self._works(page, dossier, step)

    def _works(self, page: Page, dossier: Dossier, step: DossierStep) -> None:
        page.goto("/can-bo")
        self.look(page, "queue")
        page.goto(f"/can-bo/ho-so/{dossier.code}")
        self.look(page, f"work-{step.kind}-{step.order}")
        claim = page.locator("main form[action$='/nhan'] button")
        if claim.count():
            with page.expect_navigation():
                claim.first.click()
        move = self._move_of(dossier, step)
        page.click(f'main a[href$="/{move}"]')
        page.wait_for_url(f"**/{move}")
        self.look(page, f"move-{move}")
        if move == "resolve":
            result = self.folder / "giấy khai sinh.png"
            result.write_bytes(picture().read())
            page.set_input_files("main input[type=file]", str(result))
        if move == "return_result":
            page.fill("main input[name=received_by]", "Nguyễn Văn An")
        page.click("main form[method=post] .actions button")
        if move == "forward" and step.role == Role.AGENCY_HEAD:
            self._gives_code(page)
        page.wait_for_url(f"**/can-bo/ho-so/{dossier.code}")
        step.refresh_from_db()
        assert step.done_at is not None, page.inner_text("main")[:500]

    def _gives_code(self, page: Page) -> None:
        """The head signs: with the code of the sign-in, or with another one when that is old."""
        page.wait_for_load_state()
        if page.locator("input[name=ma_xac_nhan]").count():
            self.look(page, "step-up")
            page.fill("input[name=ma_xac_nhan]", code_on_phone("giang"))
            press(page, "main form .actions button")

    def _move_of(self, dossier: Dossier, step: DossierStep) -> str:
        if step.kind == DossierStep.Kind.INTAKE:
            return "receive"
        if step.kind == DossierStep.Kind.RETURN:
            return "return_result"
        assert dossier.process is not None
        last = max(dossier.process.steps.values_list("order", flat=True))
        return "resolve" if step.order == last else "forward"


def officers_of(chromium: Browser, visitor: BrowserContext, url: str) -> dict[str, Page]:
    """Every officer signed in, in a browser of their own of the same kind."""
    pages = {}
    like = visitor.pages[0].viewport_size if visitor.pages else {"width": 1280, "height": 900}
    for name in STAFF:
        context = chromium.new_context(base_url=url, viewport=like, locale="vi-VN")
        page = context.new_page()
        sign_in(page, name, DEMO_PASSWORD)
        pages[name] = page
    return pages
