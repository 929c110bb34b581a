"""Scenario S7: what did not come through is said before sending, and the way to it stays open."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.cast import Cast
from tests.documents.made_files import picture
from tests.documents.sending import Sender, paper_of
from tests.journeys.browsing import download, links_on, press, words_of

PHOTO = "IMG 2026-11-24 (1) – giấy chứng sinh.PNG"


@pytest.fixture
def draft(client: Client, cast: Cast) -> Dossier:
    """An's draft with all it needs; An signed in."""
    client.force_login(cast.an.user)
    return cast.an.drafts()


@pytest.fixture
def photo() -> bytes:
    """What An's phone took."""
    return picture("PNG", (120, 80))


def test_a_file_that_stopped_at_sixty_percent_is_announced_before_sending(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    an = Sender(cast.an)
    number = an.begin(draft, photo, PHOTO)
    an.put(number, 0, photo[: len(photo) * 6 // 10 + 1])
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    assert f"Tệp “{PHOTO}” mới tải lên được 60% nên sẽ không đi cùng hồ sơ." in words_of(review)
    assert f"/nhap/{draft.pk}/giay-to#giay-to-{paper_of(draft).no}" in links_on(review)

    an.put(number, len(photo) * 6 // 10 + 1, photo[len(photo) * 6 // 10 + 1 :])
    an.attach(draft, number)
    review = client.get(f"/nhap/{draft.pk}/xem-lai")
    assert "sẽ không đi cùng hồ sơ" not in words_of(review)
    assert PHOTO in words_of(review)


def test_it_is_not_announced_when_the_same_file_came_another_way(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    an = Sender(cast.an)
    an.put(an.begin(draft, photo, PHOTO), 0, photo[:100])
    an.sent(draft, photo, PHOTO)
    assert "sẽ không đi cùng" not in words_of(client.get(f"/nhap/{draft.pk}/xem-lai"))


def test_binhs_half_file_is_not_announced_to_an(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    binh, his = Sender(cast.binh), cast.binh.drafts()
    binh.put(binh.begin(his, photo, PHOTO), 0, photo[:100])
    assert "sẽ không đi cùng" not in words_of(client.get(f"/nhap/{draft.pk}/xem-lai"))


def test_a_refused_photo_leaves_the_box_and_the_next_one_arrives_under_its_own_name(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    an, box = Sender(cast.an), f"tep-{paper_of(draft).no}"
    refused = an.announce(draft, photo, "IMG_2026.HEIC")
    assert refused.status_code == 422
    assert "Hãy gửi tệp thuộc loại" in refused.json()["detail"]
    page = client.get(f"/nhap/{draft.pk}/giay-to")
    assert box in page.content.decode()
    an.sent(draft, photo, PHOTO)
    sent = press(client, client.get(f"/nhap/{draft.pk}/xem-lai"))
    assert sent["Location"].endswith("/da-gui")
    cast.scanner_looks()
    row = draft.attachments.get(file__original_name=PHOTO)
    client.force_login(cast.chi.user)
    assert download(client, f"/tep/{row.pk}") == photo
