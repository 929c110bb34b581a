"""Who may see, who may act: another agency finds nothing, another role is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from dossiers.models import Dossier, DossierStep
from dossiers.parties import identity_numbers
from dossiers.services import closing, intake, stepping, submission, supplements
from portal.accounts.models import Posting, User
from portal.core import clock
from portal.documents.models import Paper
from portal.documents.services import store_file
from tests.cast import Cast, picture
from tests.journeys.browsing import same

NAME = "birth-registration"


def page(client: Client, user: User, address: str) -> Any:
    """What the person gets at that address."""
    client.force_login(user)
    answer: Any = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, the file is closed
    return answer


def press(client: Client, user: User, address: str, **typed: Any) -> Any:
    """What the person gets for a button pressed."""
    client.force_login(user)
    return client.post(address, {"version": "", **typed})


def facts_of(dossier: Dossier) -> tuple[Any, ...]:
    """What must not change when somebody is refused."""
    fresh = Dossier.objects.get(pk=dossier.pk)
    steps = list(fresh.steps.order_by("pk").values_list("pk", "claimed_by", "done_at"))
    return fresh.state, fresh.version, fresh.events.count(), steps


def codes_in_queue(client: Client, user: User) -> list[str]:
    """The dossiers in the person's queue."""
    rows = page(client, user, "/can-bo").context["rows"]
    return [row["dossier"].code for row in rows]


@pytest.fixture
def sent(cast: Cast) -> Dossier:
    """An's dossier, just sent."""
    return cast.an.submits(NAME)


@pytest.fixture
def reviewed(cast: Cast, sent: Dossier) -> Dossier:
    """An's dossier, waiting for an officer."""
    return cast.chi.forwards(cast.chi.receives(sent))


def test_chi_must_take_the_work_on_before_she_receives(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    before = facts_of(sent)
    answer = press(client, cast.chi.user, f"/can-bo/ho-so/{sent.code}/receive")
    assert answer.status_code == 409
    assert "Bạn chưa nhận việc này." in answer.content.decode()
    assert facts_of(sent) == before
    with pytest.raises(PermissionDenied):
        intake.receive(sent.pk, cast.chi.user)
    cast.chi.receives(sent)
    assert sent.events.filter(kind="receive").count() == 1


@pytest.mark.parametrize("name", ["chi2", "dung2", "giang2", "hoa", "thutuc", "binh", "khach"])
def test_whoever_does_not_serve_at_the_agency_finds_nothing(
    client: Client, cast: Cast, sent: Dossier, name: str
) -> None:
    before, person = facts_of(sent), getattr(cast, name).user
    step = sent.steps.get()
    assert page(client, person, f"/can-bo/ho-so/{sent.code}").status_code == 404
    assert press(client, person, f"/can-bo/ho-so/{sent.code}/receive").status_code == 404
    assert press(client, person, f"/can-bo/buoc/{step.pk}/nhan").status_code == 404
    assert press(client, person, f"/can-bo/buoc/{step.pk}/tra-lai").status_code == 404
    with pytest.raises(PermissionDenied):
        stepping.claim(step.pk, person)
    assert facts_of(sent) == before


def test_the_queue_of_another_commune_does_not_hold_ans_dossier(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    assert codes_in_queue(client, cast.chi.user) == [sent.code]
    assert codes_in_queue(client, cast.chi2.user) == []


def test_a_dossier_of_another_commune_and_one_that_never_was_look_the_same(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    foreign = page(client, cast.chi2.user, f"/can-bo/ho-so/{sent.code}")
    Dossier.objects.filter(pk=sent.pk).update(code="H61.999-261123-0001")
    unknown = page(client, cast.chi2.user, foreign.wsgi_request.path)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert same(foreign) == same(unknown)


@pytest.mark.parametrize("name", ["phuong", "van", "dung"])
def test_an_officer_without_a_step_of_the_dossier_does_not_see_it(
    client: Client, cast: Cast, sent: Dossier, name: str
) -> None:
    person = getattr(cast, name).user
    assert page(client, person, f"/can-bo/ho-so/{sent.code}").status_code == 404


def test_giang_sees_the_dossier_but_does_not_take_the_work_of_others(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    before, step = facts_of(reviewed), reviewed.steps.open().get()
    address = f"/can-bo/ho-so/{reviewed.code}"
    assert page(client, cast.giang.user, address).status_code == 200
    assert press(client, cast.giang.user, f"/can-bo/buoc/{step.pk}/nhan").status_code == 403
    assert press(client, cast.giang.user, f"{address}/forward").status_code == 403
    assert facts_of(reviewed) == before


def test_khanh_is_told_that_dung_was_faster(client: Client, cast: Cast, reviewed: Dossier) -> None:
    step = cast.dung.claims(reviewed)
    before = facts_of(reviewed)
    answer = press(client, cast.khanh.user, f"/can-bo/buoc/{step.pk}/nhan")
    assert answer.status_code == 409
    assert "Phạm Văn Dũng đã nhận bước này trước bạn." in answer.content.decode()
    assert press(client, cast.khanh.user, f"/can-bo/buoc/{step.pk}/tra-lai").status_code == 403
    assert facts_of(reviewed) == before


def test_dung_whose_posting_ended_yesterday_sees_and_does_nothing(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    step = cast.dung.claims(reviewed)
    yesterday = clock.today() - timedelta(days=1)
    Posting.objects.filter(user=cast.dung.user).update(valid_to=yesterday)
    before, person = facts_of(reviewed), cast.dung.again()
    address = f"/can-bo/ho-so/{reviewed.code}"
    assert page(client, person, address).status_code == 404
    assert press(client, person, f"{address}/forward").status_code == 404
    assert press(client, person, f"/can-bo/buoc/{step.pk}/tra-lai").status_code == 404
    attachment = reviewed.attachments.get()
    assert page(client, person, f"/tep/{attachment.pk}").status_code == 404
    with pytest.raises(PermissionDenied):
        stepping.claim(step.pk, person)
    assert facts_of(reviewed) == before


@pytest.mark.parametrize("interest", ["applicant", "owner", "named"])
def test_an_officer_does_not_handle_their_own_dossier(
    client: Client, cast: Cast, interest: str
) -> None:
    sender = cast.chi if interest == "applicant" else cast.an
    dossier = sender.drafts(NAME)
    if interest == "owner":
        dossier.owner = {
            "full_name": cast.chi.full_name,
            "identity_number": cast.chi.identity_number,
        }
    if interest == "named":
        other = identity_numbers(dossier.form_data)[0]
        text = json.dumps(dossier.form_data).replace(other, cast.chi.identity_number)
        dossier.form_data = json.loads(text)
    if interest != "applicant":
        dossier.save()
    dossier = submission.submit(dossier.pk, sender.user)
    before, step = facts_of(dossier), dossier.steps.get()
    assert page(client, cast.chi.user, f"/can-bo/ho-so/{dossier.code}").status_code == 404
    assert press(client, cast.chi.user, f"/can-bo/buoc/{step.pk}/nhan").status_code == 404
    assert codes_in_queue(client, cast.chi.user) == []
    with pytest.raises(PermissionDenied):
        stepping.claim(step.pk, cast.chi.user)
    assert facts_of(dossier) == before


def test_giang_cannot_decide_about_her_own_dossier(cast: Cast, reviewed: Dossier) -> None:
    reviewed.owner = {
        "full_name": cast.giang.full_name,
        "identity_number": cast.giang.identity_number,
    }
    reviewed.save()
    before = facts_of(reviewed)
    with pytest.raises(PermissionDenied):
        closing.stop(reviewed.pk, cast.giang.user, reason="Chờ.")
    assert facts_of(reviewed) == before


def test_files_papers_and_results_are_for_an_and_the_agency_alone(
    client: Client, cast: Cast, sent: Dossier
) -> None:
    dossier = cast.walks(cast.chi.receives(sent))
    cast.issuer(dossier).resolves(dossier)
    slip = Paper.objects.get(reference=dossier.code, kind=Paper.Kind.ACCEPTANCE_SLIP)
    made = store_file(picture(), by=cast.chi.user, media_types=["image/png"], max_bytes=10**6)
    Paper.objects.filter(pk=slip.pk).update(file=made)
    cast.scanner_looks()
    addresses = [
        f"/tep/{dossier.attachments.get().pk}",
        f"/giay/{slip.pk}",
        f"/ho-so/{dossier.code}/ket-qua",
    ]
    for address in addresses:
        for entitled in (cast.an, cast.chi, cast.giang, cast.dung):
            assert page(client, entitled.user, address).status_code == 200, address
        for other in (cast.binh, cast.khach, cast.chi2, cast.giang2, cast.van, cast.hoa):
            assert page(client, other.user, address).status_code == 404, address
        client.logout()
        assert client.get(address).status_code == 302, address


def test_dung_does_not_see_what_an_has_not_sent_yet(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    cast.giang.approves_supplement(cast.dung.proposes_supplement(reviewed))
    old = reviewed.attachments.get()
    supplements.attach(reviewed.pk, cast.an.user, old.component, [picture("chưa gửi.png")])
    waiting = reviewed.attachments.get(is_pending=True)
    cast.scanner_looks()
    assert page(client, cast.dung.user, f"/tep/{waiting.pk}").status_code == 404
    assert page(client, cast.an.user, f"/tep/{waiting.pk}").status_code == 200
    work = page(client, cast.dung.user, f"/can-bo/ho-so/{reviewed.code}")
    assert "chưa gửi.png" not in work.content.decode()


def test_a_page_dung_opened_too_long_ago_changes_nothing(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    cast.dung.claims(reviewed)
    before = facts_of(reviewed)
    stale = before[1] - 1
    address = f"/can-bo/ho-so/{reviewed.code}/forward"
    answer = press(client, cast.dung.user, address, version=str(stale), reason="")
    assert answer.status_code == 409
    assert facts_of(reviewed) == before


def test_giang_takes_the_work_back_from_an_absent_officer(
    client: Client, cast: Cast, reviewed: Dossier
) -> None:
    step = cast.dung.claims(reviewed)
    press(client, cast.giang.user, f"/can-bo/buoc/{step.pk}/tra-lai")
    assert DossierStep.objects.get(pk=step.pk).claimed_by is None
    assert cast.khanh.claims(reviewed) == step
