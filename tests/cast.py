"""The cast of the tests: people who act through the portal's services."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dossiers.completeness import needs_file
from dossiers.models import Dossier, DossierStep
from dossiers.services import (
    closing,
    drafting,
    intake,
    processing,
    stepping,
    submission,
    supplements,
)
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.documents.services import scanning
from portal.reports.demo.answers import answers_for
from portal.reports.demo.cast import communes
from procedures.models import ProcedureVersion

PROCEDURES = {
    "birth-registration": "1.001193",
    "extract-copy": "2.000635",
    "construction-permit": "1.013225",
}


def picture(name: str = "giấy chứng sinh.png") -> SimpleUploadedFile:
    """A small real PNG under a Vietnamese name."""
    content = BytesIO()
    Image.new("RGB", (20, 20), "#ffffff").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def version_of(name: str) -> ProcedureVersion:
    """The version in force today of a procedure known by its English nickname or code."""
    return ProcedureVersion.objects.in_force(clock.today()).get(
        procedure__code=PROCEDURES.get(name, name)
    )


class Person:
    """Somebody of the cast; unknown attributes are those of the user."""

    def __init__(self, user: User) -> None:
        self.user = user

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)

    def again(self) -> User:
        """The same person as the next request loads them."""
        self.user = User.objects.get(pk=self.user.pk)
        return self.user

    def drafts(
        self, procedure: str = "birth-registration", agency: Agency | None = None
    ) -> Dossier:
        """A draft with every answer and paper it needs."""
        version = version_of(procedure)
        agency = agency or communes(1)[0]
        draft, _new = drafting.start(self.user, version, uuid4().hex, agency=agency, another=True)
        if version.form is not None:
            drafting.save(draft.pk, self.user, None, form_data=answers_for(version.form.schema))
        for component in version.components.all():
            if needs_file(component):
                drafting.attach(draft.pk, self.user, component, [picture()])
        draft.refresh_from_db()
        return draft

    def submits(
        self, procedure: str = "birth-registration", agency: Agency | None = None
    ) -> Dossier:
        """A dossier that has been sent."""
        return submission.submit(self.drafts(procedure, agency).pk, self.user)

    def claims(self, dossier: Dossier, kind: str = DossierStep.Kind.PROCESS) -> DossierStep:
        """Take on the first open step of that kind the person is entitled to."""
        user = self.again()
        steps = dossier.steps.open().filter(kind=kind).order_by("pk")
        step = next(s for s in steps if user.serves(s.agency_id, s.role))
        return stepping.claim(step.pk, user)

    def receives(self, dossier: Dossier) -> Dossier:
        """Claim at the door and take the dossier in."""
        self.claims(dossier, DossierStep.Kind.INTAKE)
        return intake.receive(dossier.pk, self.user)

    def asks_at_intake(self, dossier: Dossier, **facts: Any) -> Dossier:
        """Claim at the door and ask for what is missing."""
        self.claims(dossier, DossierStep.Kind.INTAKE)
        return intake.ask_at_intake(dossier.pk, self.user, **_asked(dossier, facts))

    def refuses(self, dossier: Dossier) -> Dossier:
        """Claim at the door and refuse."""
        self.claims(dossier, DossierStep.Kind.INTAKE)
        return intake.refuse(dossier.pk, self.user, reason="Sai thẩm quyền.", basis="Điều 35")

    def forwards(self, dossier: Dossier) -> Dossier:
        """Claim the open step and hand it over."""
        self.claims(dossier)
        return processing.forward(dossier.pk, self.user)

    def proposes_supplement(self, dossier: Dossier, **facts: Any) -> Dossier:
        """Claim the open step and list what is missing."""
        self.claims(dossier)
        return supplements.propose(dossier.pk, self.user, **_asked(dossier, facts))

    def approves_supplement(self, dossier: Dossier) -> Dossier:
        """Approve what the officer has listed."""
        self.claims(dossier, DossierStep.Kind.APPROVAL)
        return supplements.approve(dossier.pk, self.user)

    def answers(self, dossier: Dossier) -> Dossier:
        """Hand in every paper that was asked for and send."""
        request = dossier.supplement_requests.get(state="asked")
        for component in dossier.procedure_version.components.filter(pk__in=request.component_ids):
            supplements.attach(dossier.pk, self.user, component, [picture("bản rõ hơn.png")])
        return supplements.answer(dossier.pk, self.user)

    def resolves(self, dossier: Dossier) -> Dossier:
        """Claim the last step and issue the result."""
        self.claims(dossier)
        return processing.resolve(dossier.pk, self.user, picture("kết quả.png"))

    def returns(self, dossier: Dossier) -> Dossier:
        """Claim the return step and hand the result over."""
        self.claims(dossier, DossierStep.Kind.RETURN)
        return processing.return_result(dossier.pk, self.user, received_by="Nguyễn Văn An")

    def confirms_withdrawal(self, dossier: Dossier) -> Dossier:
        """Claim the confirmation and close the dossier without a result."""
        self.claims(dossier, DossierStep.Kind.WITHDRAWAL)
        return closing.confirm_withdrawal(dossier.pk, self.user)

    def asks_withdrawal(self, dossier: Dossier) -> Dossier:
        """Ask for the dossier back."""
        return closing.ask_withdrawal(dossier.pk, self.user, reason="Nộp nhầm.")


def _asked(dossier: Dossier, facts: dict[str, Any]) -> dict[str, Any]:
    component = dossier.attachments.values_list("component_id", flat=True).first()
    return {
        "reason": "Ảnh bị mờ.",
        "pointers": [],
        "component_ids": [component],
        "due_on": clock.today() + timedelta(days=15),
        **facts,
    }


class Cast:
    """Everybody by user name: `cast.an`, `cast.chi`, …"""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}

    def __getattr__(self, name: str) -> Person:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._people:
            self._people[name] = Person(User.objects.get(username=name))
        return self._people[name]

    def scanner_looks(self) -> None:
        """Everything handed in so far leaves quarantine, or is found out."""
        scanning.scan_waiting()

    def walks(self, dossier: Dossier) -> Dossier:
        """Let whoever is next do every step until the last one is all that is left."""
        people = {p.user.pk: p for p in (self.chi, self.dung, self.phuong, self.giang, self.van)}
        while True:
            dossier.refresh_from_db()
            step = dossier.steps.open().filter(kind=DossierStep.Kind.PROCESS).order_by("pk").first()
            assert step is not None
            orders = set(dossier.process.steps.values_list("order", flat=True))  # type: ignore[union-attr]
            if step.order == max(orders):
                return dossier
            person = next(p for p in people.values() if p.again().serves(step.agency_id, step.role))
            person.forwards(dossier)

    def issuer(self, dossier: Dossier) -> Person:
        """Who may do the step that is open now."""
        step = dossier.steps.open().order_by("pk").first()
        assert step is not None
        people: tuple[Person, ...] = (self.chi, self.dung, self.phuong, self.giang, self.van)
        return next(p for p in people if p.again().serves(step.agency_id, step.role))
