"""Giấy tờ của tôi: what An handed in or was given is used again by reference, by An alone."""

from typing import Any

import pytest
from django.test import Client

from dossiers.keeping import kept_by, usable_for
from dossiers.models import Dossier
from dossiers.services import drafting, submission
from portal.core import clock
from portal.documents.models import StoredFile
from portal.documents.services.scanning import scan
from portal.integrations.scanner.sandbox import EICAR
from tests.cast import Cast, Person
from tests.documents.made_files import picture, stored_bytes, with_text
from tests.documents.sending import Sender, digest, paper_of

PHOTO = picture("PNG", (64, 48))


def handed_in_earlier(cast: Cast, content: bytes = PHOTO, name: str = "giấy chứng sinh.png") -> Any:
    """An's dossier of last time with that file in it, looked at by the scanner."""
    draft = cast.an.drafts("birth-registration")
    draft.attachments.all().delete()
    StoredFile.objects.all().delete()
    Sender(cast.an).sent(draft, content, name)
    cast.scanner_looks()
    return draft.attachments.get().file


def new_draft(person: Person) -> Dossier:
    """A draft in which no paper lies yet."""
    draft = person.drafts("birth-registration")
    draft.attachments.all().delete()
    return draft


def reuse(client: Client, draft: Dossier, *files: int, paper: int | None = None) -> Any:
    """Tick those files on the page of the paper and press the button."""
    address = f"/nhap/{draft.pk}/giay-to/{paper or paper_of(draft).no}/da-nop"
    return client.post(address, {"tep": list(files)})


@pytest.fixture
def an(client: Client, cast: Cast) -> Client:
    """An's browser."""
    client.force_login(cast.an.user)
    return client


def test_an_finds_what_she_handed_in_and_reads_it(an: Client, cast: Cast) -> None:
    stored = handed_in_earlier(cast)
    page = an.get("/giay-to-cua-toi").content.decode()
    assert "giấy chứng sinh.png" in page
    answer: Any = an.get(f"/giay-to-cua-toi/tep/{stored.pk}")
    assert digest(b"".join(answer.streaming_content)) == digest(PHOTO)


def test_with_nothing_handed_in_the_page_says_what_will_be_there(an: Client, cast: Cast) -> None:
    page = an.get("/giay-to-cua-toi")
    assert (page.status_code, "Chưa có giấy tờ nào" in page.content.decode()) == (200, True)


def test_an_uses_a_paper_again_without_a_second_copy(an: Client, cast: Cast) -> None:
    stored, draft = handed_in_earlier(cast), new_draft(cast.an)
    StoredFile.objects.exclude(pk=stored.pk).delete()
    bytes_before = stored_bytes()
    assert (
        f'value="{stored.pk}"'
        in an.get(f"/nhap/{draft.pk}/giay-to/{paper_of(draft).no}/da-nop").content.decode()
    )
    answer = reuse(an, draft, stored.pk)
    assert answer.status_code == 302
    assert answer["Location"] == f"/nhap/{draft.pk}/giay-to#giay-to-{paper_of(draft).no}"
    assert draft.attachments.get().file_id == stored.pk
    assert (StoredFile.objects.count(), stored_bytes()) == (1, bytes_before)
    assert submission.submit(draft.pk, cast.an.user).attachments.get().file.sha256 == digest(PHOTO)


def test_ticked_twice_it_lies_there_once(an: Client, cast: Cast) -> None:
    stored, draft = handed_in_earlier(cast), new_draft(cast.an)
    assert [reuse(an, draft, stored.pk).status_code for _time in range(2)] == [302, 302]
    assert draft.attachments.filter(removed_at__isnull=True).count() == 1


def test_taken_out_of_the_new_draft_it_stays_in_the_old_dossier(an: Client, cast: Cast) -> None:
    stored, draft = handed_in_earlier(cast), new_draft(cast.an)
    reuse(an, draft, stored.pk)
    drafting.detach(draft.attachments.get().pk, cast.an.user)
    assert [kept.file for kept in kept_by(cast.an.user)] == [stored]


def test_binh_gets_nothing_of_an(an: Client, cast: Cast) -> None:
    stored = handed_in_earlier(cast)
    an.force_login(cast.binh.user)
    assert an.get(f"/giay-to-cua-toi/tep/{stored.pk}").status_code == 404
    assert "giấy chứng sinh.png" not in an.get("/giay-to-cua-toi").content.decode()
    draft = new_draft(cast.binh)
    assert reuse(an, draft, stored.pk).status_code == 404
    assert draft.attachments.count() == 0
    mine = new_draft(cast.an)
    assert reuse(an, mine, stored.pk).status_code == 404  # nor into a draft of An's


@pytest.mark.parametrize("typed", ["0", "-1", "x", "9" * 30, "1 OR 1=1"])
def test_a_number_that_is_none_is_404(an: Client, cast: Cast, typed: str) -> None:
    draft = new_draft(cast.an)
    assert (
        an.post(f"/nhap/{draft.pk}/giay-to/{paper_of(draft).no}/da-nop", {"tep": typed}).status_code
        == 404
    )


def test_nothing_ticked_is_said(an: Client, cast: Cast) -> None:
    handed_in_earlier(cast)
    answer = reuse(an, new_draft(cast.an))
    assert (answer.status_code, "Hãy đánh dấu ít nhất một giấy tờ." in answer.content.decode()) == (
        422,
        True,
    )


def test_what_is_infected_or_not_looked_at_is_not_offered(an: Client, cast: Cast) -> None:
    bad = handed_in_earlier(cast, with_text(PHOTO, EICAR), "có mã độc.png")
    assert bad.scan_state == "infected"
    draft = new_draft(cast.an)
    Sender(cast.an).sent(draft, PHOTO, "chưa quét.png")
    unseen = draft.attachments.get().file
    assert kept_by(cast.an.user) == []
    other = new_draft(cast.an)
    for stored in (bad, unseen):
        assert an.get(f"/giay-to-cua-toi/tep/{stored.pk}").status_code == 404
        assert reuse(an, other, stored.pk).status_code == 404
    assert other.attachments.count() == 0
    scan(unseen)
    assert [kept.file.pk for kept in kept_by(cast.an.user)] == [unseen.pk]


def test_found_infected_later_it_leaves_the_store(an: Client, cast: Cast) -> None:
    stored = handed_in_earlier(cast)
    StoredFile.objects.filter(pk=stored.pk).update(scan_state="infected", found="X")
    assert kept_by(cast.an.user) == []
    assert an.get(f"/giay-to-cua-toi/tep/{stored.pk}").status_code == 404


def test_a_paper_offers_only_what_it_takes(an: Client, cast: Cast) -> None:
    stored, draft = handed_in_earlier(cast), new_draft(cast.an)
    paper = paper_of(draft)
    rows = draft.procedure_version.components.filter(pk=paper.pk)
    for change in ({"media_types": ["application/pdf"]}, {"media_types": [], "max_bytes": 100}):
        rows.update(**change)
        assert usable_for(cast.an.user, rows.get()) == []
        assert reuse(an, draft, stored.pk).status_code == 404
    rows.update(media_types=["image/png"], max_bytes=2**20)
    assert reuse(an, draft, stored.pk).status_code == 302


def test_a_result_an_was_given_can_be_handed_in(an: Client, cast: Cast) -> None:
    dossier = cast.walks(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.issuer(dossier).resolves(dossier)
    dossier.refresh_from_db()
    stored, draft = dossier.result.file, new_draft(cast.an)
    page = an.get("/giay-to-cua-toi").content.decode()
    assert f"Kết quả số {dossier.result.number}" in page
    assert reuse(an, draft, stored.pk).status_code == 302
    assert draft.attachments.get().file_id == stored.pk
    an.force_login(cast.binh.user)
    assert an.get(f"/giay-to-cua-toi/tep/{stored.pk}").status_code == 404


def test_a_paper_of_a_draft_that_was_put_away_is_not_offered(an: Client, cast: Cast) -> None:
    stored = handed_in_earlier(cast)
    assert len(kept_by(cast.an.user)) == 1
    Dossier.objects.filter(attachments__file=stored).update(deleted_at=clock.now())
    assert kept_by(cast.an.user) == []


def test_the_same_content_is_offered_once(an: Client, cast: Cast) -> None:
    handed_in_earlier(cast)
    again = new_draft(cast.an)
    Sender(cast.an).sent(again, PHOTO, "lần hai.png")
    cast.scanner_looks()
    assert [kept.file.sha256 for kept in kept_by(cast.an.user)] == [digest(PHOTO)]


def test_signed_out_the_store_asks_to_sign_in(client: Client, cast: Cast) -> None:
    assert client.get("/giay-to-cua-toi")["Location"].startswith("/dang-nhap")


def test_a_paper_that_is_only_shown_offers_nothing(an: Client, cast: Cast) -> None:
    draft = new_draft(cast.an)
    shown = next(p for p in draft.procedure_version.components.all() if not p.takes_files)
    assert an.get(f"/nhap/{draft.pk}/giay-to/{shown.no}/da-nop").status_code == 404
