"""A program sends a file in pieces: announced, sent, attached by number; sent twice, there once."""

from typing import Any
from uuid import uuid4

import pytest

from dossiers.models import Dossier
from portal.documents.models import StoredFile, Upload
from portal.documents.services.storing import incoming_folder
from tests.cast import Cast
from tests.documents.made_files import pdf, picture
from tests.documents.sending import digest, paper_of
from tests.dossiers.calling import Caller, address_of

UPLOADS = "/api/v1/uploads"
PHOTO = picture("PNG", (60, 50))
NAME = "giấy chứng sinh (bản 2).png"


class Program(Caller):
    """A program that knows the calls for pieces."""

    def announce(
        self, draft: Dossier, content: bytes = PHOTO, key: str = "", **changed: Any
    ) -> Any:
        """Say what will come; a change to None leaves that out."""
        facts = {
            "dossier": str(draft.public_id), "component": paper_of(draft).no, "name": NAME,
            "length": len(content), "sha256": digest(content), **changed,
        }  # fmt: skip
        return self.post(UPLOADS, {k: v for k, v in facts.items() if v is not None}, key)

    def put(self, number: str, offset: int | str, piece: bytes, told: str | None = None) -> Any:
        """One piece; `told` is another digest than its own."""
        sums = {"Upload-Offset": str(offset), "Piece-Sha256": told or digest(piece)}
        return self.client.put(
            f"{UPLOADS}/{number}", piece, "application/octet-stream", headers={**self.proof, **sums}
        )

    def delete(self, number: str) -> Any:
        """Never mind."""
        return self.client.delete(f"{UPLOADS}/{number}", headers=self.proof)

    def sent(self, draft: Dossier, content: bytes = PHOTO, **changed: Any) -> str:
        """The number of a file of which every piece has come."""
        number = str(self.announce(draft, content, **changed).json()["id"])
        for offset in range(0, len(content), 1000):
            assert self.put(number, offset, content[offset : offset + 1000]).status_code == 200
        return number

    def attach(self, draft: Dossier, *numbers: str, key: str = "", **changed: Any) -> Any:
        """List the files under the paper."""
        body = {"component": paper_of(draft).no, "uploads": list(numbers), **changed}
        return self.post(f"{address_of(draft)}/attachments", body, key)


@pytest.fixture
def an(cast: Cast) -> Program:
    """An's program."""
    return Program(cast.an)


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """An's draft, empty of files."""
    draft = cast.an.drafts("birth-registration")
    draft.attachments.all().delete()
    return draft


def test_ans_program_sends_a_file_in_pieces_and_attaches_it(an: Program, draft: Dossier) -> None:
    opened = an.announce(draft)
    told = opened.json()
    assert (opened.status_code, opened["Location"]) == (201, f"{UPLOADS}/{told['id']}")
    assert {**told, "expires_at": ""} == {
        "id": told["id"], "offset": 0, "length": len(PHOTO), "most_piece": 4 * 1024 * 1024,
        "expires_at": "",
    }  # fmt: skip
    assert an.put(told["id"], 0, PHOTO[:1000]).json()["offset"] == 1000
    where = an.get(opened["Location"])
    assert (where.status_code, where.json()["offset"], where["Upload-Offset"]) == (
        200,
        1000,
        "1000",
    )
    assert an.put(told["id"], 1000, PHOTO[1000:]).json()["offset"] == len(PHOTO)
    answer = an.attach(draft, told["id"])
    [kept] = answer.json()
    assert (answer.status_code, kept["name"], kept["sha256"]) == (201, NAME, digest(PHOTO))
    assert (kept["size"], kept["component"]) == (len(PHOTO), paper_of(draft).no)
    assert draft.attachments.get().file.sha256 == digest(PHOTO)


def test_a_piece_at_the_wrong_place_is_a_problem_with_the_right_one(
    an: Program, draft: Dossier
) -> None:
    number = an.announce(draft).json()["id"]
    an.put(number, 0, PHOTO[:1000])
    answer = an.put(number, 0, PHOTO[:1000])
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "1000")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "Chưa làm được lúc này", "status": 409,
        "detail": "Cổng đã nhận 1000 byte; hãy gửi tiếp từ chỗ đó.", "offset": 1000,
    }  # fmt: skip
    assert (incoming_folder() / number).read_bytes() == PHOTO[:1000]


def test_a_spoilt_piece_is_422_and_a_missing_offset_400(an: Program, draft: Dossier) -> None:
    number = an.announce(draft).json()["id"]
    spoilt = an.put(number, 0, PHOTO[:1000], told=digest(PHOTO))
    assert (spoilt.status_code, spoilt.json()["title"]) == (422, "Nội dung không đúng như đã báo")
    nowhere = an.put(number, "", PHOTO[:1000])
    assert (nowhere.status_code, list(nowhere.json()["errors"])) == (400, ["Upload-Offset"])
    assert an.get(f"{UPLOADS}/{number}").json()["offset"] == 0


@pytest.mark.parametrize(
    ("changed", "status", "named"),
    [
        ({"name": "bảng.xlsx"}, 400, "name"),
        ({"length": 10**9}, 413, "length"),
        ({"length": 0}, 400, "length"),
        ({"length": "5"}, 400, "length"),
        ({"length": True}, 400, "length"),
        ({"sha256": "abc"}, 400, "name"),
        ({"sha256": None}, 400, "sha256"),
        ({"component": 999}, 400, "component"),
        ({"dossier": "1"}, 400, "dossier"),
        ({"more": 1}, 400, "more"),
    ],
)
def test_what_could_never_be_taken_is_refused_by_field(
    an: Program, draft: Dossier, changed: dict[str, Any], status: int, named: str
) -> None:
    answer = an.announce(draft, **changed)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [named])
    assert Upload.objects.count() == 0


def test_announced_twice_under_one_key_it_is_one_upload(an: Program, draft: Dossier) -> None:
    key = uuid4().hex
    first, again = an.announce(draft, key=key), an.announce(draft, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert an.announce(draft, key=key, name="khác.png").status_code == 409
    assert Upload.objects.count() == 1


def test_attached_twice_it_lies_there_once(an: Program, draft: Dossier) -> None:
    number, key = an.sent(draft), uuid4().hex
    first, again = an.attach(draft, number, key=key), an.attach(draft, number, key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert an.attach(draft, number).json() == []  # without the key: nothing was added
    assert draft.attachments.count() == 1
    assert StoredFile.objects.filter(sha256=digest(PHOTO)).count() == 1


def test_a_refused_attachment_can_be_repaired(an: Program, draft: Dossier) -> None:
    """The transaction of the call is undone: the pieces are still there."""
    number, key = an.sent(draft), uuid4().hex
    refused = an.attach(draft, number, "0" * 32, key=key)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["uploads"])
    assert draft.attachments.count() == 0
    assert an.get(f"{UPLOADS}/{number}").json()["offset"] == len(PHOTO)
    assert an.attach(draft, number, key=key).status_code == 201
    assert draft.attachments.get().file.sha256 == digest(PHOTO)


def test_a_whole_that_is_not_what_was_announced_begins_anew(an: Program, draft: Dossier) -> None:
    number = an.sent(draft, sha256=digest(b"another"))
    refused = an.attach(draft, number)
    assert refused.status_code == 400
    assert "không còn nguyên vẹn" in refused.json()["errors"]["uploads"][0]
    assert an.get(f"{UPLOADS}/{number}").json()["offset"] == 0
    assert an.put(number, 0, PHOTO[:1000]).status_code == 200


def test_what_is_not_whole_yet_is_409(an: Program, draft: Dossier) -> None:
    number = an.announce(draft).json()["id"]
    an.put(number, 0, PHOTO[:1000])
    assert an.attach(draft, number).status_code == 409
    assert draft.attachments.count() == 0


def test_a_lie_about_the_type_is_found_out(an: Program, draft: Dossier) -> None:
    content = pdf()
    refused = an.attach(draft, an.sent(draft, content))
    assert refused.status_code == 400
    assert "có nội dung không phải PNG" in refused.json()["errors"]["uploads"][0]


def test_neither_a_file_nor_a_number_is_said(an: Program, draft: Dossier) -> None:
    body = {"component": paper_of(draft).no}
    answer = an.post(f"{address_of(draft)}/attachments", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_never_mind(an: Program, draft: Dossier) -> None:
    number = an.announce(draft).json()["id"]
    an.put(number, 0, PHOTO[:1000])
    assert an.delete(number).status_code == 204
    assert (an.delete(number).status_code, an.get(f"{UPLOADS}/{number}").status_code) == (404, 404)
    assert list(incoming_folder().iterdir()) == []


def test_too_many_at_once_is_429_with_a_time_to_wait(an: Program, draft: Dossier) -> None:
    for _each in range(20):
        assert an.announce(draft).status_code == 201
    refused = an.announce(draft)
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    assert refused["Content-Type"] == "application/problem+json"


def test_binh_sees_nothing_of_ans_upload(an: Program, draft: Dossier, cast: Cast) -> None:
    number, binh = an.sent(draft), Program(cast.binh)
    unknown = binh.get(f"{UPLOADS}/{'0' * 32}")
    foreign = [binh.get(f"{UPLOADS}/{number}"), binh.put(number, 0, b"x"), binh.delete(number)]
    assert {each.status_code for each in (*foreign, unknown)} == {404}
    assert {each.content for each in foreign} == {unknown.content}
    assert binh.announce(draft).status_code == 404
    own = cast.binh.drafts("birth-registration")
    assert binh.attach(own, number).json() == binh.attach(own, "0" * 32).json()
    assert an.get(f"{UPLOADS}/{number}").json()["offset"] == len(PHOTO)


def test_nobody_and_a_call_without_proof_of_origin_are_refused(an: Program, draft: Dossier) -> None:
    number, stranger = an.announce(draft).json()["id"], Program()
    calls = [
        stranger.announce(draft),
        stranger.get(f"{UPLOADS}/{number}"),
        stranger.put(number, 0, b"x"),
    ]
    assert [each.status_code for each in calls] == [401] * 3
    an.proof = {}
    assert [an.announce(draft).status_code, an.put(number, 0, b"x").status_code] == [403, 403]


def test_the_openapi_tells_the_calls(an: Program) -> None:
    paths = an.get("/api/v1/schema").json()["paths"]
    assert set(paths["/api/v1/uploads"]) == {"post"}
    one = paths["/api/v1/uploads/{upload_id}"]
    assert set(one) == {"get", "put", "delete"}
    named = {each["name"] for each in one["put"]["parameters"]}
    assert {"Upload-Offset", "Piece-Sha256"} <= named
    assert list(one["put"]["requestBody"]["content"]) == ["application/octet-stream"]
    attach = paths["/api/v1/dossiers/{dossier_id}/attachments"]["post"]
    assert set(attach["requestBody"]["content"]) == {"multipart/form-data", "application/json"}


# ── Officers: the result they issue ────────────────────────────────────────


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """Of it only the result is missing, and who issues it has claimed the step."""
    dossier = cast.walks(cast.chi.receives(cast.an.submits("extract-copy")))
    cast.issuer(dossier).claims(dossier)
    return dossier


def test_the_result_goes_in_pieces_and_is_issued_by_its_number(
    cast: Cast, dossier: Dossier
) -> None:
    officer, content = Program(cast.issuer(dossier)), pdf()
    number = officer.sent(dossier, content, component=None, name="Kết quả đã ký.pdf")
    answer = officer.move(dossier, "resolve", upload=number)
    assert (answer.status_code, answer.json()["state"]) == (200, "resolved")
    dossier.refresh_from_db()
    stored = dossier.result.file
    assert (stored.original_name, stored.sha256) == ("Kết quả đã ký.pdf", digest(content))
    assert stored.scan_state == "clean"


def test_a_result_is_announced_by_whoever_may_issue_it_now(cast: Cast, dossier: Dossier) -> None:
    facts = {"component": None, "name": "kết quả.png"}
    codes = {
        name: Program(getattr(cast, name)).announce(dossier, **facts).status_code
        for name in ("an", "binh", "hoa")
    }
    assert codes == {"an": 404, "binh": 404, "hoa": 404}
    early = cast.chi.receives(cast.an.submits("extract-copy"))
    assert Program(cast.chi).announce(early, **facts).status_code in {403, 409}
    assert Upload.objects.count() == 0


def test_a_number_of_somebody_else_issues_nothing(cast: Cast, dossier: Dossier) -> None:
    an, draft = Program(cast.an), cast.an.drafts("birth-registration")
    foreign = an.sent(draft)
    officer = Program(cast.issuer(dossier))
    for number in (foreign, "0" * 32, "x"):
        answer = officer.move(dossier, "resolve", upload=number)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert officer.move(dossier, "resolve").json()["errors"] == {"file": ["Chọn tệp kết quả."]}
    dossier.refresh_from_db()
    assert dossier.state == "processing"


def test_on_the_page_too_the_result_goes_in_pieces(cast: Cast, dossier: Dossier) -> None:
    officer = Program(cast.issuer(dossier))
    officer.client.handler.enforce_csrf_checks = False
    page = officer.client.get(f"/can-bo/ho-so/{dossier.code}/resolve").content.decode()
    assert 'data-upload="/tai-len"' in page
    assert 'data-paper="ket-qua" data-in-place="upload"' in page
    facts = {
        "dossier": dossier.pk, "paper": "ket-qua", "name": "kết quả.png",
        "length": len(PHOTO), "sha256": digest(PHOTO),
    }  # fmt: skip
    number = officer.client.post("/tai-len", facts).json()["id"]
    sums = {"Upload-Offset": "0", "Piece-Sha256": digest(PHOTO)}
    officer.client.put(f"/tai-len/{number}", PHOTO, "application/octet-stream", headers=sums)
    dossier.refresh_from_db()
    body = {"version": dossier.version, "is_granted": "1", "upload": number}
    answer = officer.client.post(f"/can-bo/ho-so/{dossier.code}/resolve", body)
    assert answer.status_code == 302, answer.content.decode()
    dossier.refresh_from_db()
    assert (dossier.state, dossier.result.file.sha256) == ("resolved", digest(PHOTO))
    an = Program(cast.an)
    assert an.client.post("/tai-len", facts).status_code in {403, 404}
