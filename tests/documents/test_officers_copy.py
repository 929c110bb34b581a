"""The officer gets exactly the final set, byte for byte as the citizen handed it in."""

from typing import Any

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import drafting, submission, supplements
from portal.core.refusals import NotNow
from tests.cast import Cast
from tests.cast import picture as upload_of_noise
from tests.documents.made_files import pdf, picture
from tests.documents.sending import Sender, digest, paper_of

FIRST, SECOND, THIRD = (picture("PNG", (50 + n, 40)) for n in range(3))
SCANNED = pdf()


def with_files(cast: Cast, *contents: bytes) -> Dossier:
    """An's draft with those files and no other."""
    draft, an = cast.an.drafts("birth-registration"), Sender(cast.an)
    for attachment in draft.attachments.all():
        drafting.detach(attachment.pk, cast.an.user)
    for number, content in enumerate(contents):
        name = f"tệp số {number}.{'pdf' if content.startswith(b'%PDF') else 'png'}"
        an.sent(draft, content, name)
    draft.refresh_from_db()
    return draft


def chi_gets(client: Client, cast: Cast, dossier: Dossier) -> list[tuple[str, str]]:
    """Name and digest of every file on the officer's page, as downloaded from there."""
    cast.scanner_looks()
    client.force_login(cast.chi.user)
    page = client.get(f"/can-bo/ho-so/{dossier.code}").content.decode()
    told = []
    for attachment in dossier.attachments.order_by("pk"):
        address = f"/tep/{attachment.pk}"
        if f'"{address}"' not in page:
            assert client.get(address).status_code == 404
            continue
        answer: Any = client.get(address)
        content = b"".join(answer.streaming_content)
        assert answer["Content-Length"] == str(len(content))
        told.append((attachment.file.original_name, digest(content)))
    return told


def test_chi_gets_the_very_bytes_an_handed_in(client: Client, cast: Cast) -> None:
    draft = with_files(cast, FIRST, SCANNED)
    sent = submission.submit(draft.pk, cast.an.user)
    assert chi_gets(client, cast, sent) == [
        ("tệp số 0.png", digest(FIRST)),
        ("tệp số 1.pdf", digest(SCANNED)),
    ]


def test_a_file_taken_out_is_never_sent(client: Client, cast: Cast) -> None:
    draft = with_files(cast, FIRST, SECOND, THIRD)
    wrong = draft.attachments.get(file__sha256=digest(SECOND))
    client.force_login(cast.an.user)
    page = {"version": draft.version, "xoa": wrong.pk}
    assert client.post(f"/nhap/{draft.pk}/giay-to", page).status_code == 302
    sent = submission.submit(draft.pk, cast.an.user)
    assert [each for _name, each in chi_gets(client, cast, sent)] == [digest(FIRST), digest(THIRD)]
    client.force_login(cast.an.user)
    assert client.get(f"/tep/{wrong.pk}").status_code == 404


def test_what_is_still_coming_when_an_sends_is_not_in_the_dossier(
    client: Client, cast: Cast
) -> None:
    """Scenario S7: still uploading at submit; the rest does not slip in afterwards."""
    draft, an = with_files(cast, FIRST), Sender(cast.an)
    number = an.begin(draft, SECOND)
    an.put(number, 0, SECOND[:1000])
    sent = submission.submit(draft.pk, cast.an.user)
    an.put(number, 1000, SECOND[1000:])
    late = an.attach(draft, number)
    assert late.status_code in {302, 409}
    assert chi_gets(client, cast, sent) == [("tệp số 0.png", digest(FIRST))]


def test_at_the_supplement_replace_means_replace(client: Client, cast: Cast) -> None:
    sent = submission.submit(with_files(cast, FIRST, SECOND).pk, cast.an.user)
    asked = cast.chi.asks_at_intake(sent)
    an, paper = Sender(cast.an), paper_of(sent)
    number = an.begin(asked, THIRD, "bản rõ hơn.png")
    an.send_all(number, THIRD)
    asked.refresh_from_db()
    page = {"version": asked.version, f"da-tai-{paper.no}": number}
    assert an.client.post(f"/ho-so/{asked.code}/bo-sung", page).status_code == 302
    before = [digest(FIRST), digest(SECOND)]
    assert [each for _name, each in chi_gets(client, cast, sent)] == before  # not sent yet
    supplements.answer(sent.pk, cast.an.user)
    assert chi_gets(client, cast, sent) == [("bản rõ hơn.png", digest(THIRD))]


def test_a_repair_taken_back_before_it_is_sent_leaves_the_old_paper(
    client: Client, cast: Cast
) -> None:
    sent = submission.submit(with_files(cast, FIRST).pk, cast.an.user)
    asked = cast.chi.asks_at_intake(sent)
    paper = paper_of(sent)
    [added] = supplements.attach(asked.pk, cast.an.user, paper, [upload_of_noise()])
    supplements.detach(added.pk, cast.an.user)
    with pytest.raises(NotNow, match="Hãy tải lên"):
        supplements.answer(sent.pk, cast.an.user)
    assert chi_gets(client, cast, sent) == [("tệp số 0.png", digest(FIRST))]


def test_without_a_script_the_same_page_takes_the_same_file(client: Client, cast: Cast) -> None:
    draft = with_files(cast)
    client.force_login(cast.an.user)
    plain = upload_of_noise("ảnh chụp màn hình (2).png")
    content = plain.read()
    plain.seek(0)
    page = {"version": draft.version, "di": "tinh", f"tep-{paper_of(draft).no}": plain}
    assert client.post(f"/nhap/{draft.pk}/giay-to", page).status_code == 302
    sent = submission.submit(draft.pk, cast.an.user)
    assert chi_gets(client, cast, sent) == [("ảnh chụp màn hình (2).png", digest(content))]


def test_too_large_without_a_script_is_a_sentence_and_the_box_stays(
    client: Client, cast: Cast
) -> None:
    draft = with_files(cast)
    paper = paper_of(draft)
    draft.procedure_version.components.filter(pk=paper.pk).update(max_bytes=1024 * 1024)
    client.force_login(cast.an.user)
    large = upload_of_noise("to.png")
    large.file.write(bytes(2 * 1024 * 1024))  # type: ignore[union-attr]
    large.seek(0)
    page = {"version": draft.version, "di": "tinh", f"tep-{paper.no}": large}
    answer = client.post(f"/nhap/{draft.pk}/giay-to", page)
    told = answer.content.decode()
    assert answer.status_code == 413
    assert "Tệp “to.png” lớn hơn 1 MB. Hãy giảm dung lượng hoặc tách tệp." in told
    assert f'id="tep-{paper.no}"' in told
    assert draft.attachments.filter(removed_at__isnull=True).count() == 0
