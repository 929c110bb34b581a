"""Scenario S7: what did not come through is said before sending, and the way to it stays open."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.cast import Cast
from tests.documents.made_files import pdf, picture
from tests.documents.sending import Sender, paper_of
from tests.journeys.browsing import download, links_on, press, words_of

KINDS = "PDF (.pdf), JPEG (.jpg, .jpeg), PNG (.png)"
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


def test_a_whole_file_that_was_never_put_in_is_announced_as_that(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    an = Sender(cast.an)
    an.send_all(an.begin(draft, photo, PHOTO), photo)
    review = words_of(client.get(f"/nhap/{draft.pk}/xem-lai"))
    assert f"Tệp “{PHOTO}” đã tải lên nhưng chưa đưa vào hồ sơ nên sẽ không đi cùng." in review
    assert "100%" not in review


def test_one_bad_file_keeps_no_good_one_out_and_is_not_remembered(
    client: Client, cast: Cast, draft: Dossier, photo: bytes
) -> None:
    an, lie = Sender(cast.an), pdf()
    numbers = [an.begin(draft, lie, "giả.png"), an.begin(draft, photo, PHOTO)]
    for number, content in zip(numbers, (lie, photo), strict=True):
        an.send_all(number, content, 100_000)
    page = an.attach(draft, *numbers)
    assert page.status_code == 422
    assert [error["text"][:32] for error in page.context["errors"]] == [
        "Tệp “giả.png” có nội dung không "
    ]
    assert PHOTO in words_of(page)
    assert "sẽ không đi cùng" not in words_of(client.get(f"/nhap/{draft.pk}/xem-lai"))


def test_files_the_script_held_back_are_named_beside_their_box(
    client: Client, draft: Dossier, photo: bytes
) -> None:
    no = paper_of(draft).no
    told = ["0 trống.pdf", "11534336 lớn.pdf", "500 phim.mp4", f"{len(photo)} {PHOTO}"]
    page = {"version": draft.version, "tai": no, f"khong-nhan-{no}": told}
    answer = client.post(f"/nhap/{draft.pk}/giay-to", page)
    assert answer.status_code == 422
    assert [error["text"] for error in answer.context["errors"]] == [
        "Tệp “trống.pdf” trống. Hãy mở thử tệp trên máy rồi chọn lại.",
        "Tệp “lớn.pdf” lớn hơn 10 MB. Hãy giảm dung lượng hoặc tách tệp.",
        f"Không nhận được tệp “phim.mp4”. Hãy gửi tệp thuộc loại: {KINDS}.",
    ]
    for error in answer.context["errors"]:
        assert words_of(answer).count(error["text"]) == 2
    assert [a.file.original_name for a in draft.attachments.all()] == ["giấy chứng sinh.png"]


def test_more_files_than_a_paper_takes_are_refused_before_they_are_sent(
    client: Client, draft: Dossier
) -> None:
    no = paper_of(draft).no
    page = client.get(f"/nhap/{draft.pk}/giay-to")
    assert "mỗi tệp tối đa 10 MB, nhiều nhất 10 tệp" in words_of(page)
    assert f'data-room="9" data-most="{10 * 1024 * 1024}"' in page.content.decode()
    told = [f"500 trang {number}.png" for number in range(10)]
    answer = client.post(
        f"/nhap/{draft.pk}/giay-to", {"version": draft.version, f"khong-nhan-{no}": told}
    )
    (error,) = answer.context["errors"]
    assert error["text"].startswith("Mỗi giấy tờ nhận nhiều nhất 10 tệp. Hãy chọn ít tệp hơn")


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
