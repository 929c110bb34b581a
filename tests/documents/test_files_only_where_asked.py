"""Only a page that asks for files takes any: elsewhere they are read past, and the text arrives."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.parsers import MultiPartParser

from dossiers.models import Dossier
from portal.documents.receiving import refused_uploads
from tests.cast import Cast, Person, picture
from tests.documents.sending import paper_of
from tests.dossiers.calling import Caller, address_of
from tests.house.tracked import ROOT

# Each template with boxes for files, and the page that shows it.
ASKING = {
    "dossiers/fill_papers.html": "dossiers:papers",
    "dossiers/supplement.html": "dossiers:supplement",
    "dossiers/move.html": "dossiers:move",
}
ASKING_PROGRAMS = {"attachments", "moves"}
NOT_HERE = "Tệp “ảnh.png” không được nhận ở chỗ này. Hãy gửi tệp ở ô dành cho giấy tờ đó."


def doors(patterns: Any = None, inside: str = "") -> list[tuple[str, Any]]:
    """Every address of the portal by its name, with its view."""
    found: list[tuple[str, Any]] = []
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            room = f"{each.namespace}:" if each.namespace else ""
            found += doors(each.url_patterns, inside + room)
        elif isinstance(each, URLPattern):
            found.append((f"{inside}{each.name}", each.callback))
    return found


def is_asking(view: Any) -> bool:
    """Whether the view says what its file fields take."""
    return hasattr(getattr(view, "cls", view), "upload_limits")


def test_every_page_with_boxes_for_files_says_what_they_take() -> None:
    folder = ROOT / "templates"
    boxes = {"multipart/form-data", 'type="file"'}
    found = {
        str(path.relative_to(folder))
        for path in folder.glob("**/*.html")
        if any(mark in path.read_text() for mark in boxes) and not path.name.startswith("_")
    }
    assert found == set(ASKING)
    assert {name for name, view in doors() if is_asking(view)} == {
        *ASKING.values(), *ASKING_PROGRAMS,
    }  # fmt: skip


def test_every_call_that_takes_forms_says_what_its_files_take() -> None:
    taking = {
        name
        for name, view in doors()
        if any(
            issubclass(each, MultiPartParser)
            for each in getattr(getattr(view, "cls", None), "parser_classes", ())
        )
    }
    assert taking == ASKING_PROGRAMS


def test_no_page_of_the_admin_asks_for_a_file(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.hoa.user
    fields = [
        (model.__name__, name)
        for model, page in admin.site._registry.items()
        for name, field in page.get_form(request).base_fields.items()
        if isinstance(field, forms.FileField)
    ]
    assert fields == []


def no_disk() -> None:
    """From here on whoever tries to put bytes aside fails: their folder cannot be made."""
    place = Path(settings.MEDIA_ROOT) / "incoming"
    if place.is_dir():
        place.rmdir()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("")


class Browser(Client):
    """Proof of origin is asked for as in real life, which reads the form before the page does."""

    def __init__(self, person: Person | None = None) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"X-CSRFToken": "a" * 32})
        if person is not None:
            self.force_login(person.user)
        self.cookies["csrftoken"] = "a" * 32


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """An's draft."""
    return cast.an.drafts("birth-registration")


def test_a_page_without_boxes_keeps_the_text_and_puts_no_byte_aside(
    cast: Cast, draft: Dossier
) -> None:
    no_disk()
    typed = {"version": draft.version, "di": "nghi", "full_name": "Nguyễn Thị Ẩn"}
    answer = Browser(cast.an).post(
        f"/nhap/{draft.pk}/nguoi-nop", {**typed, "tep": picture("ảnh.png")}
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.owner["full_name"] == "Nguyễn Thị Ẩn"
    assert refused_uploads(answer.wsgi_request) == {"tep": NOT_HERE}


@pytest.mark.parametrize(
    "address", ["/dang-nhap", "/nhap/%d/giay-to", "/can-bo/ho-so/H1/resolve", "/tra-cuu"]
)
def test_a_stranger_puts_no_byte_aside_anywhere(cast: Cast, draft: Dossier, address: str) -> None:
    no_disk()
    address = address.replace("%d", str(draft.pk))
    boxes = {"file": picture(), f"tep-{paper_of(draft).no}": picture("hai.png")}
    answer = Browser().post(address, boxes)
    assert answer.status_code in {200, 302, 422}
    assert set(refused_uploads(answer.wsgi_request)) == set(boxes)


def test_an_puts_no_byte_aside_at_an_officers_door_nor_in_binhs_draft(cast: Cast) -> None:
    his, sent = cast.binh.drafts("birth-registration"), cast.an.submits("extract-copy")
    box, an = f"tep-{paper_of(his).no}", Browser(cast.an)
    no_disk()
    for address, name in ((f"/nhap/{his.pk}/giay-to", box), (f"{work(sent)}/resolve", "file")):
        answer = an.post(address, {name: picture()})
        assert answer.status_code == 404
        assert set(refused_uploads(answer.wsgi_request)) == {name}


def work(dossier: Dossier) -> str:
    """Where officers find it."""
    return f"/can-bo/ho-so/{dossier.code}"


def test_a_paper_that_is_filled_in_here_takes_no_file(cast: Cast, draft: Dossier) -> None:
    form = draft.procedure_version.components.filter(is_electronic_form=True).first()
    assert form is not None
    no_disk()
    page = {"version": draft.version, "di": "tinh", f"tep-{form.no}": picture()}
    assert Browser(cast.an).post(f"/nhap/{draft.pk}/giay-to", page).status_code == 302


def test_a_move_that_asks_for_no_file_takes_none(cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    cast.chi.claims(dossier, "intake")
    no_disk()
    typed = {"version": dossier.version, "file": picture()}
    assert Browser(cast.chi).post(f"{work(dossier)}/receive", typed).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "accepted"


# ── Programs ───────────────────────────────────────────────────────────────


def test_a_programs_file_under_a_name_nobody_asked_for_is_said(cast: Cast, draft: Dossier) -> None:
    before = draft.attachments.count()
    body = {"component": paper_of(draft).no, "files": picture("ảnh.png")}
    answer = Caller(cast.an).upload(f"{address_of(draft)}/attachments", body)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"files": [NOT_HERE]})
    assert draft.attachments.count() == before


def test_a_programs_file_that_is_too_large_is_413_with_a_sentence(
    cast: Cast, draft: Dossier
) -> None:
    draft.procedure_version.components.update(max_bytes=1024 * 1024)
    large = SimpleUploadedFile("to.png", bytes(2 * 1024 * 1024))
    body = {"component": paper_of(draft).no, "file": large}
    answer = Caller(cast.an).upload(f"{address_of(draft)}/attachments", body, key="k")
    assert answer.status_code == 413
    words = "Tệp “to.png” lớn hơn 1 MB. Hãy giảm dung lượng hoặc tách tệp."
    assert answer.json()["errors"] == {"file": [words]}


@pytest.mark.parametrize(
    ("where", "status"), [("", 415), ("/submit", 415), ("/attachments", 404), ("/moves", 404)]
)
def test_a_program_puts_no_byte_aside_where_no_file_belongs(
    cast: Cast, draft: Dossier, where: str, status: int
) -> None:
    foreign = cast.binh.drafts("birth-registration")
    no_disk()
    address = f"{address_of(foreign)}{where}" if where else reverse("dossiers")
    answer = Caller(cast.an).upload(address, {"file": picture(), "component": 2}, key="k")
    assert answer.status_code == status
