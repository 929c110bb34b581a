"""What belongs to An does not exist for Bình: the same 404 as for what nobody has."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.documents.models import Paper
from portal.documents.services import render
from tests.cast import Cast, picture
from tests.journeys.browsing import download, same

NOBODYS = 999_999_999
DRAFT_PAGES = ("nguoi-nop", "giay-to", "to-khai", "phi", "xem-lai", "xoa")
SENT_PAGES = ("", "/da-gui", "/bo-sung", "/rut", "/ket-qua")


def test_a_foreign_draft_is_no_draft(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.binh.user)
    for page in DRAFT_PAGES:
        theirs, nobodys = (client.get(f"/nhap/{pk}/{page}") for pk in (draft.pk, NOBODYS))
        assert (theirs.status_code, nobodys.status_code) == (404, 404), page
        assert same(theirs) == same(nobodys), page


@pytest.mark.parametrize(
    "address", [*DRAFT_PAGES, "tu-luu/nguoi-nop", "tu-luu/to-khai", "giay-to/2"]
)
def test_nothing_can_be_posted_into_a_foreign_draft(
    client: Client, cast: Cast, address: str
) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.binh.user)
    typed = {"full_name": "Bình", "version": draft.version, "files": picture(), "tep-2": picture()}
    assert client.post(f"/nhap/{draft.pk}/{address}", typed).status_code == 404
    again = Dossier.objects.get(pk=draft.pk)
    assert (again.version, again.owner, again.state) == (draft.version, draft.owner, "draft")
    assert again.attachments.count() == 1


def test_a_foreign_dossier_is_no_dossier(client: Client, cast: Cast) -> None:
    dossier = cast.chi.asks_at_intake(cast.an.submits())
    client.force_login(cast.binh.user)
    unknown = dossier.code[:-4] + "9999"  # type: ignore[index]
    for page in SENT_PAGES:
        theirs, nobodys = (client.get(f"/ho-so/{code}{page}") for code in (dossier.code, unknown))
        assert (theirs.status_code, nobodys.status_code) == (404, 404), page
        assert same(theirs) == same(nobodys), page
    for page in ("/bo-sung", "/bo-sung/2", "/rut"):
        posted = {"gui": "1", "reason": "Phá", "files": picture(), "tep-2": picture()}
        assert client.post(f"/ho-so/{dossier.code}{page}", posted).status_code == 404, page
    dossier.refresh_from_db()
    assert dossier.state == "intake_supplement"
    assert dossier.attachments.count() == 1


def test_foreign_files_and_papers_are_none(client: Client, cast: Cast) -> None:
    dossier = cast.an.submits()
    attachment, paper = dossier.attachments.get(), Paper.objects.get()
    render(paper)
    client.force_login(cast.binh.user)
    for kind, pk in (("tep", attachment.pk), ("giay", paper.pk)):
        theirs, nobodys = (client.get(f"/{kind}/{one}") for one in (pk, NOBODYS))
        assert (theirs.status_code, nobodys.status_code) == (404, 404), kind
        assert same(theirs) == same(nobodys), kind
    assert client.post(f"/tep/{attachment.pk}/xoa").status_code == 404
    attachment.refresh_from_db()
    assert attachment.removed_at is None

    client.force_login(cast.an.user)
    cast.scanner_looks()
    assert download(client, f"/tep/{attachment.pk}") == picture().read()
    assert download(client, f"/giay/{paper.pk}").startswith(b"%PDF")


def test_strangers_are_asked_to_sign_in_everywhere(client: Client, cast: Cast) -> None:
    dossier, draft = cast.an.submits(), cast.an.drafts()
    addresses = [
        "/ho-so-cua-toi",
        "/nop-ho-so?thu_tuc=1.001193",
        *(f"/nhap/{draft.pk}/{page}" for page in DRAFT_PAGES),
        *(f"/ho-so/{dossier.code}{page}" for page in SENT_PAGES),
        f"/tep/{dossier.attachments.get().pk}",
        f"/giay/{Paper.objects.get().pk}",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/dang-nhap?next=/"), address


def test_a_draft_is_nobodys_business_at_the_office(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.chi.user)
    assert client.get(f"/nhap/{draft.pk}/xem-lai").status_code == 404
    assert client.get(f"/tep/{draft.attachments.get().pk}").status_code == 404
