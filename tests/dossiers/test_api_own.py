"""An files a dossier by program: begin, change, attach, send, read; and nobody else sees it."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier
from portal.core.models import GivenAnswer
from portal.reports.demo.answers import answers_for
from portal.reports.demo.cast import communes
from tests.cast import Cast, picture, version_of
from tests.dossiers.calling import ROOT, Caller, address_of

BIRTH, EXTRACT = "1.001193", "2.000635"
FOREIGN_OR_UNKNOWN = {
    "type": "about:blank",
    "title": "Không tìm thấy",
    "status": 404,
    "detail": "Không có dữ liệu này hoặc bạn không được xem.",
}


@pytest.fixture
def an(cast: Cast) -> Caller:
    """An's program."""
    return Caller(cast.an)


def begun(an: Caller, procedure: str = BIRTH, **facts: Any) -> Any:
    """A draft that An's program has just made."""
    answer = an.post(ROOT, {"procedure": procedure, **facts})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_files_a_dossier_from_first_to_last_call(an: Caller, cast: Cast) -> None:
    schema = version_of("birth-registration").form.schema
    draft = begun(
        an,
        agency=communes(1)[0].code,
        form_data=answers_for(schema),
        owner={"full_name": "Nguyễn Thị Ân"},
        return_method="truc_tuyen",
    )
    assert (draft["state"], draft["code"], draft["lookup_secret"]) == ("draft", None, None)
    assert draft["owner"]["full_name"] == "Nguyễn Thị Ân"
    assert set(draft["missing"]) == {"papers"}
    paper = next(c for c in version_of("birth-registration").components.all() if c.takes_files)

    upload = picture("giấy chứng sinh.png")
    digest = hashlib.sha256(upload.read()).hexdigest()
    upload.seek(0)
    body = {"component": paper.no, "file": upload}
    [kept] = an.upload(f"{address_of(draft)}/attachments", body).json()
    assert (kept["name"], kept["sha256"]) == ("giấy chứng sinh.png", digest)

    answer = an.submit(draft)
    sent = answer.json()
    assert answer.status_code == 200, sent
    assert (sent["state"], sent["national_code"]) == ("submitted", 1)
    stored = Dossier.objects.get(public_id=draft["id"])
    assert (sent["code"], sent["lookup_secret"]) == (stored.code, stored.lookup_secret)
    looked = an.post("/api/v1/lookup", {"code": sent["code"], "secret": sent["lookup_secret"]})
    assert looked.json()["state"] == "submitted"


def test_the_new_draft_is_where_the_answer_says(an: Caller) -> None:
    answer = an.post(ROOT, {"procedure": EXTRACT})
    assert answer["Location"] == address_of(answer.json())
    assert an.get(answer["Location"]).json() == answer.json()


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"procedure": "9.999999"}, {"procedure"}),
        ({}, {"procedure"}),
        ({"procedure": BIRTH, "agency": "khong-co"}, {"agency"}),
        ({"procedure": BIRTH, "case": "khong-co"}, {"case"}),
        ({"procedure": BIRTH, "owner": {"identity_number": "12"}}, {"owner"}),
        ({"procedure": BIRTH, "contact": {"phone": "123", "email": "x"}}, {"contact"}),
        ({"procedure": BIRTH, "payer": {"rich": True}}, {"payer"}),
        ({"procedure": BIRTH, "quantities": {"vang": 1}}, {"quantities"}),
        ({"procedure": BIRTH, "return_method": "ngựa"}, {"return_method"}),
        ({"procedure": BIRTH, "form_data": []}, {"form_data"}),
        ({"procedure": BIRTH, "state": "returned"}, {"state"}),
        ({"procedure": BIRTH, "owner": "An"}, {"owner"}),
    ],
)
def test_every_wrong_field_is_named_and_nothing_is_kept(
    an: Caller, facts: dict[str, Any], named: set[str]
) -> None:
    answer = an.post(ROOT, facts)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == named
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"nguoi_yeu_cau": 7},
        {"a": {"b": [{"c": None}]}},
        {"": ""},
        {"nguoi_yeu_cau": [1, "x", {"y": True}]},
        {key: [[]] for key in ("ho_ten", "0", "x/y", "~")},
    ],
)
def test_answers_of_a_strange_shape_neither_break_the_draft_nor_its_page(
    an: Caller, odd: dict[str, Any]
) -> None:
    known = version_of("birth-registration").form.schema["properties"]
    for form_data in (odd, dict.fromkeys(known, odd), dict.fromkeys(known, 5)):
        draft = begun(an, form_data=form_data)
        stored = Dossier.objects.get(public_id=draft["id"])
        assert an.client.get(f"/nhap/{stored.pk}/to-khai").status_code == 200
        assert an.client.get(f"/nhap/{stored.pk}/xem-lai").status_code == 200


def test_a_change_keeps_what_was_sent_and_leaves_the_rest(an: Caller) -> None:
    draft = begun(an, contact={"phone": "0912 345 678"})
    change = {"version": draft["version"], "return_method": "buu_chinh", "payer": {"student": True}}
    changed = an.patch(address_of(draft), change).json()
    assert changed["contact"]["phone"] == "0912345678"
    assert (changed["return_method"], changed["payer"]) == ("buu_chinh", {"student": True})
    assert changed["version"] == draft["version"] + 1
    assert changed["missing"]["return"] == ["Ghi địa chỉ để bưu chính giao kết quả."]


def test_a_change_to_an_old_version_is_refused_and_says_which_is_current(an: Caller) -> None:
    draft = begun(an)
    first = {"version": draft["version"], "owner": {"full_name": "Một"}}
    assert an.patch(address_of(draft), first).status_code == 200
    stale = an.patch(address_of(draft), {**first, "owner": {"full_name": "Hai"}})
    assert stale.status_code == 409
    assert stale["Content-Type"] == "application/problem+json"
    assert stale.json()["current_version"] == draft["version"] + 1
    assert an.get(address_of(draft)).json()["owner"]["full_name"] == "Một"


def test_a_change_must_say_its_version(an: Caller) -> None:
    answer = an.patch(address_of(begun(an)), {"owner": {"full_name": "Một"}})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["version"])


def test_a_sent_dossier_takes_no_change(an: Caller, cast: Cast) -> None:
    sent = cast.an.submits("extract-copy")
    answer = an.patch(address_of(sent), {"version": sent.version, "owner": {"full_name": "Khác"}})
    assert answer.status_code == 409
    sent.refresh_from_db()
    assert sent.owner["full_name"] == "Nguyễn Văn An"


def test_an_incomplete_draft_is_not_sent_and_every_gap_is_told(an: Caller) -> None:
    draft = begun(an)
    answer = an.submit(draft)
    assert answer.status_code == 400
    assert {"form", "papers"} <= set(answer.json()["errors"])
    assert an.get(address_of(draft)).json()["state"] == "draft"
    assert GivenAnswer.objects.count() == 0  # the same key may be used once it is repaired


def test_a_file_that_is_none_of_its_kind_is_refused_by_name(an: Caller) -> None:
    draft = begun(an)
    paper = next(c for c in version_of("birth-registration").components.all() if c.takes_files)
    bad = picture("ảnh.pdf")
    answer = an.upload(f"{address_of(draft)}/attachments", {"component": paper.no, "file": bad})
    assert answer.status_code == 400
    assert "ảnh.pdf" in answer.json()["errors"]["file"][0]
    odd = an.upload(f"{address_of(draft)}/attachments", {"component": 999, "file": picture()})
    assert list(odd.json()["errors"]) == ["component"]
    assert an.get(address_of(draft)).json()["attachments"] == []


CALLS = [
    ("get", ""), ("patch", ""), ("post", "/submit"), ("post", "/moves"), ("upload", "/attachments"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "where"), CALLS)
def test_a_foreign_dossier_answers_byte_for_byte_as_one_that_never_was(
    cast: Cast, how: str, where: str
) -> None:
    foreign = cast.an.submits("extract-copy")
    binh, version = Caller(cast.binh), foreign.version

    def call(address: str) -> Any:
        return binh.get(address) if how == "get" else getattr(binh, how)(address, {})

    told = [
        call(f"{ROOT}/{name}{where}")
        for name in (foreign.public_id, uuid4(), "1", foreign.pk, "khong-phai-ma")
    ]
    assert {each.status_code for each in told} == {404}
    assert {each.content for each in told} == {told[0].content}
    assert told[0].json() == FOREIGN_OR_UNKNOWN
    foreign.refresh_from_db()
    assert foreign.version == version


@pytest.mark.parametrize(("how", "where"), [*CALLS, ("get", "/../queue")])
def test_whoever_is_not_signed_in_is_told_401(cast: Cast, how: str, where: str) -> None:
    stranger = Caller()
    address = f"{ROOT}/{uuid4()}{where}" if ".." not in where else "/api/v1/queue"
    answer = stranger.get(address) if how == "get" else getattr(stranger, how)(address, {})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Chưa đăng nhập"


def test_a_call_without_proof_of_origin_is_refused(an: Caller) -> None:
    an.proof = {}
    assert an.post(ROOT, {"procedure": EXTRACT}).status_code == 403
    assert Dossier.objects.count() == 0


def test_an_lists_only_her_own(an: Caller, cast: Cast) -> None:
    mine, draft = cast.an.submits("extract-copy"), cast.an.drafts("extract-copy")
    cast.binh.submits("extract-copy")
    page = an.get(ROOT).json()
    assert set(page) == {"count", "next", "previous", "results"}
    assert [row["id"] for row in page["results"]] == [str(draft.public_id), str(mine.public_id)]
    assert page["count"] == 2
    assert [r["code"] for r in an.get(ROOT, state="submitted").json()["results"]] == [mine.code]
    assert an.get(ROOT, page_size=1).json()["next"].endswith("?page=2&page_size=1")
    assert an.get(ROOT, page_size=101).status_code == 400


def copied(dossier: Dossier, times: int) -> None:
    """As many dossiers more, like this one."""
    for number in range(times):
        dossier.pk, dossier.code = None, f"H.1-261123-{number:04d}"
        dossier.public_id, dossier.link_token = uuid4(), uuid4().hex
        dossier.start_token = uuid4().hex
        dossier._state.adding = True
        dossier.save()


def test_the_list_costs_the_same_for_one_and_for_a_hundred(an: Caller, cast: Cast) -> None:
    dossier = cast.an.submits("extract-copy")
    an.get(ROOT)
    sums = []
    for more in (0, 99):
        copied(dossier, more)
        with CaptureQueriesContext(connection) as taken:
            assert len(an.get(ROOT, page_size=100).json()["results"]) == more + 1
        sums.append(len(taken))
    assert sums == [5, 5]  # session, person, the call is counted, how many, the page
