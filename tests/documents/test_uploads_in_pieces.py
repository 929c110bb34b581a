"""A file over a line that breaks: it goes on from the byte it had come to, and arrives once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from dossiers.models import Dossier
from dossiers.services.attaching import finished
from portal.core import clock
from portal.documents.models import StoredFile, Upload
from portal.documents.services.storing import incoming_folder
from portal.documents.services.sweeping import forget_uploads
from portal.documents.services.uploads import MOST_PIECE, place_of
from tests.cast import Cast
from tests.documents.made_files import pdf, picture, stored_bytes
from tests.documents.sending import Sender, digest, paper_of

PHOTO = picture("PNG", (60, 50))  # some 3 KB
LIE = pdf()
NOBODYS = "0" * 32


@pytest.fixture
def an(cast: Cast) -> Sender:
    """An's browser."""
    return Sender(cast.an)


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """An's draft, in which one picture lies already."""
    return cast.an.drafts("birth-registration")


def kept(draft: Dossier) -> list[str]:
    """The digests of what lies in the draft."""
    rows = draft.attachments.filter(removed_at__isnull=True).order_by("pk")
    return list(rows.values_list("file__sha256", flat=True))


def test_an_sends_a_photo_in_pieces_and_it_arrives_with_its_hash_and_name(
    an: Sender, draft: Dossier
) -> None:
    before = kept(draft)
    opened = an.announce(draft, PHOTO, "ảnh chụp (1).png").json()
    assert opened == {
        "id": opened["id"], "offset": 0, "length": len(PHOTO), "most_piece": 4 * 1024 * 1024,
    }  # fmt: skip
    an.send_all(opened["id"], PHOTO)
    assert kept(draft) == before  # nothing is attached before she says so
    assert an.attach(draft, opened["id"]).status_code == 302
    assert kept(draft) == [*before, digest(PHOTO)]
    stored = StoredFile.objects.get(sha256=digest(PHOTO))
    assert (stored.original_name, stored.size) == ("ảnh chụp (1).png", len(PHOTO))
    assert Path(stored.content.path).read_bytes() == PHOTO


def test_after_a_cut_the_portal_says_where_to_go_on(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    told = an.where(number)
    assert (told.status_code, told.json()["offset"], told["Upload-Offset"]) == (200, 1000, "1000")
    assert an.client.head(f"/tai-len/{number}")["Upload-Offset"] == "1000"
    an.put(number, 1000, PHOTO[1000:])
    an.attach(draft, number)
    assert digest(PHOTO) in kept(draft)


@pytest.mark.parametrize("offset", [0, 999, 1001, 10**14])
def test_a_piece_at_the_wrong_place_is_409_with_the_right_one(
    an: Sender, draft: Dossier, offset: int
) -> None:
    number = an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    answer = an.put(number, offset, PHOTO[1000:2000])
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "1000")
    assert answer.json() == {
        "detail": "Cổng đã nhận 1000 byte; hãy gửi tiếp từ chỗ đó.",
        "offset": 1000,
    }
    assert (incoming_folder() / number).read_bytes() == PHOTO[:1000]


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "１", "9" * 40])
def test_a_piece_that_does_not_say_where_it_belongs_is_422(
    an: Sender, draft: Dossier, offset: str
) -> None:
    number = an.begin(draft, PHOTO)
    answer = an.put(number, offset.encode().decode("latin-1"), PHOTO[:1000])
    assert answer.status_code == 422
    assert "Upload-Offset" in answer.json()["detail"]
    assert an.where(number).json()["offset"] == 0


def test_a_piece_spoilt_on_the_way_is_422_and_may_be_sent_again(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, PHOTO)
    spoilt = an.put(number, 0, PHOTO[:999] + b"?", told=digest(PHOTO[:1000]))
    assert spoilt.status_code == 422
    assert spoilt.json() == {
        "detail": "Phần vừa gửi bị sai trên đường truyền. Hãy gửi lại phần đó."
    }
    assert an.where(number).json()["offset"] == 0
    assert an.put(number, 0, PHOTO[:1000]).status_code == 200


def test_more_than_was_announced_and_pieces_too_large_are_422(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, PHOTO)
    assert an.put(number, 0, PHOTO + b"?").status_code == 422
    huge = an.put(number, 0, bytes(MOST_PIECE + 1))
    assert (huge.status_code, huge.json()["detail"]) == (422, "Mỗi phần gửi lên nhiều nhất 4 MB.")
    assert an.where(number).json()["offset"] == 0


def test_pressed_twice_there_is_one_file(an: Sender, draft: Dossier) -> None:
    number = an.sent(draft, PHOTO)
    assert an.attach(draft, number).status_code == 302
    assert kept(draft).count(digest(PHOTO)) == 1
    assert StoredFile.objects.filter(sha256=digest(PHOTO)).count() == 1
    late = an.put(number, 0, PHOTO[:1000])
    assert (late.status_code, late.json()["offset"]) == (409, len(PHOTO))


def test_a_file_of_which_bytes_are_missing_is_not_taken(an: Sender, draft: Dossier) -> None:
    before, number = kept(draft), an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    page = an.attach(draft, number)
    assert page.status_code == 422
    assert "Cổng đã nhận 1000 byte" in page.content.decode()
    assert kept(draft) == before


def test_binh_finds_nothing_of_ans_upload(an: Sender, draft: Dossier, cast: Cast) -> None:
    number, binh = an.begin(draft, PHOTO), Sender(cast.binh)
    an.send_all(number, PHOTO)
    foreign = [
        binh.where(number),
        binh.put(number, 0, b"x"),
        binh.client.delete(f"/tai-len/{number}"),
    ]
    unknown = binh.where(NOBODYS)
    assert [each.status_code for each in (*foreign, unknown)] == [404] * 4
    own = cast.binh.drafts("birth-registration")
    before = kept(own)
    assert binh.attach(own, number).status_code == 422
    assert kept(own) == before
    assert an.where(number).json()["offset"] == len(PHOTO)
    assert StoredFile.objects.filter(sha256=digest(PHOTO)).count() == 0


def test_what_was_announced_for_one_paper_is_not_taken_for_another(
    an: Sender, draft: Dossier, cast: Cast
) -> None:
    number, other = an.begin(draft, PHOTO), cast.an.drafts("birth-registration")
    an.send_all(number, PHOTO)
    before = kept(other)
    page = an.attach(other, number)
    assert page.status_code == 422
    assert "Hãy chọn lại tệp rồi gửi." in page.content.decode()
    assert kept(other) == before


def test_signed_out_every_call_says_so(an: Sender, draft: Dossier) -> None:
    number, stranger = an.begin(draft, PHOTO), Sender(None)
    answers = [
        stranger.announce(draft, PHOTO),
        stranger.where(number),
        stranger.put(number, 0, b"x"),
    ]
    assert [(each.status_code, each.json()["detail"]) for each in answers] == [
        (401, "Phiên đăng nhập đã hết. Hãy đăng nhập lại.")
    ] * 3


@pytest.mark.parametrize(
    "changed",
    [{"dossier": 10**8}, {"dossier": "x"}, {"paper": 999}, {"paper": "1; DROP"}, {"paper": -1}],
)
def test_for_what_is_not_hers_an_announces_nothing(
    an: Sender, draft: Dossier, changed: dict[str, Any]
) -> None:
    assert an.announce(draft, PHOTO, **changed).status_code == 404
    assert Upload.objects.count() == 0


def test_for_binhs_draft_and_for_a_paper_that_is_only_shown_an_announces_nothing(
    an: Sender, draft: Dossier, cast: Cast
) -> None:
    assert an.announce(cast.binh.drafts("extract-copy"), PHOTO).status_code == 404
    shown = next(p for p in draft.procedure_version.components.all() if not p.takes_files)
    assert an.announce(draft, PHOTO, paper=shown.no).status_code == 404
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "changed", "status", "words"),
    [
        ("bảng tính.xlsx", {}, 422, "Không nhận được tệp “bảng tính.xlsx”. Hãy gửi tệp thuộc loại"),
        ("to.png", {"length": 10**9 - 1}, 413, "Tệp “to.png” lớn hơn 10 MB."),
        ("a.png", {"length": 0}, 422, "Tệp “a.png” trống. Hãy mở thử tệp trên máy rồi chọn lại."),
        ("a.png", {"length": "-5"}, 422, "Cần độ dài và mã băm SHA-256 của tệp “a.png”."),
        ("a.png", {"sha256": "abc"}, 422, "mã băm SHA-256"),
        ("a.png", {"sha256": "z" * 64}, 422, "mã băm SHA-256"),
    ],
)
def test_what_could_never_be_taken_is_refused_before_a_byte_is_sent(
    an: Sender, draft: Dossier, name: str, changed: dict[str, Any], status: int, words: str
) -> None:
    answer = an.announce(draft, PHOTO, name, **changed)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True)
    assert Upload.objects.count() == 0


def test_nobody_announces_without_end(an: Sender, draft: Dossier) -> None:
    for _each in range(20):
        an.begin(draft, PHOTO)
    refused = an.announce(draft, PHOTO)
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    assert "quá nhiều tệp cùng lúc" in refused.json()["detail"]
    number = Upload.objects.values_list("public_id", flat=True).first()
    assert an.client.delete(f"/tai-len/{number}").status_code == 200
    assert an.announce(draft, PHOTO).status_code == 201


def test_whole_files_that_wait_in_vain_do_not_shut_an_out(an: Sender, draft: Dossier) -> None:
    for _each in range(20):
        an.send_all(an.begin(draft, PHOTO), PHOTO, 100_000)
    assert Upload.objects.filter(file__isnull=True).count() == 20
    before = kept(draft)
    an.sent(draft, PHOTO)
    assert kept(draft) == [*before, digest(PHOTO)]


def test_all_that_is_under_way_together_is_bounded_too(an: Sender, draft: Dossier) -> None:
    most = 100 * 1024 * 1024
    draft.procedure_version.components.filter(no=paper_of(draft).no).update(max_bytes=most)
    answers = [an.announce(draft, PHOTO, length=most) for _each in range(4)]
    assert [each.status_code for each in answers] == [201, 201, 201, 429]


def test_an_changes_her_mind_and_nothing_stays(an: Sender, draft: Dossier) -> None:
    before = stored_bytes()
    number = an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    assert an.client.delete(f"/tai-len/{number}").status_code == 200
    assert an.where(number).status_code == 404
    assert stored_bytes() == before


def test_a_day_without_a_byte_and_the_upload_is_forgotten(an: Sender, draft: Dossier) -> None:
    before = stored_bytes()
    number, alive = an.begin(draft, PHOTO), an.begin(draft, PHOTO, "b.png")
    an.put(number, 0, PHOTO[:1000])
    expires_at = Upload.objects.get(public_id=number).expires_at
    assert timedelta(hours=23, minutes=59) < expires_at - clock.now() <= timedelta(hours=24)
    Upload.objects.filter(public_id=number).update(expires_at=clock.now())
    assert (an.where(number).status_code, an.put(number, 1000, b"x").status_code) == (404, 404)
    assert "đã hết hạn giữ" in an.attach(draft, number).content.decode()
    assert forget_uploads() == 1
    assert stored_bytes() == before
    assert an.where(alive).json()["offset"] == 0


def test_bytes_the_disk_has_lost_are_asked_for_again(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, PHOTO)
    an.send_all(number, PHOTO)
    (incoming_folder() / number).unlink()
    assert an.where(number).json()["offset"] == 0
    assert an.attach(draft, number).status_code == 422
    an.send_all(number, PHOTO)
    assert an.attach(draft, number).status_code == 302
    assert kept(draft)[-1] == digest(PHOTO)


def test_what_a_crash_left_behind_the_counted_bytes_is_cut_off(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, PHOTO)
    an.put(number, 0, PHOTO[:1000])
    with (incoming_folder() / number).open("ab") as place:
        place.write(b"written, never counted")
    an.put(number, 1000, PHOTO[1000:])
    an.attach(draft, number)
    assert kept(draft)[-1] == digest(PHOTO)


def test_a_whole_that_is_not_what_was_announced_begins_anew(an: Sender, draft: Dossier) -> None:
    other = PHOTO[:-50] + bytes(50)
    number = str(an.announce(draft, PHOTO, sha256=digest(other)).json()["id"])
    an.send_all(number, PHOTO)
    page = an.attach(draft, number)
    assert page.status_code == 422
    assert "tới nơi không còn nguyên vẹn" in page.content.decode()
    assert an.where(number).json()["offset"] == 0
    assert digest(PHOTO) not in kept(draft)


def test_a_finish_that_was_undone_can_be_done_again(an: Sender, draft: Dossier, cast: Cast) -> None:
    """The transaction around it may still fail: the bytes stay where the next try finds them."""
    number = an.begin(draft, PHOTO)
    an.send_all(number, PHOTO)
    with transaction.atomic():
        assert finished(cast.an.user, draft, paper_of(draft), number).size == len(PHOTO)
        transaction.set_rollback(True)
    assert an.where(number).json()["offset"] == len(PHOTO)
    assert an.attach(draft, number).status_code == 302
    assert kept(draft)[-1] == digest(PHOTO)


def test_what_lies_is_found_out_when_it_is_whole(an: Sender, draft: Dossier) -> None:
    number = an.begin(draft, LIE, "ảnh.png")
    an.send_all(number, LIE)
    page = an.attach(draft, number)
    assert page.status_code == 422
    assert "có nội dung không phải PNG" in page.content.decode()
    assert StoredFile.objects.filter(sha256=digest(LIE)).count() == 0


def test_once_committed_the_place_it_came_to_is_empty(committed: Cast) -> None:
    draft, an = committed.an.drafts("birth-registration"), Sender(committed.an)
    number = an.sent(draft, PHOTO)
    assert not place_of(Upload.objects.get(public_id=number)).exists()
    assert list(incoming_folder().iterdir()) == []
    assert [path.read_bytes() for path in stored_bytes()].count(PHOTO) == 1
