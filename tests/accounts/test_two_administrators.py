"""Roles that reach beyond one agency need two administrators, and so does getting in as one."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.models import AccountProposal, Posting, Role, SecondFactor, User
from portal.accounts.services import proposing
from portal.audit.models import Entry
from portal.core import clock
from portal.core.refusals import NotNow
from portal.reports.demo.cast import province_office
from tests.accounts.test_account_desk import DESK, WHY, at_desk, does, page
from tests.cast import Cast
from tests.dossiers.test_races import at_once
from tests.journeys.browsing import page_of, words_of

PROPOSALS = f"{DESK}/de-nghi"


@pytest.fixture
def proposal(cast: Cast) -> AccountProposal:
    """Hoa proposes that Chi become an auditor."""
    desk = at_desk(cast.hoa)
    typed = {"agency": province_office().pk, "role": "auditor", "reason": WHY}
    assert does(desk, page(cast.chi, "vi-tri"), **typed).status_code == 302
    return AccountProposal.objects.get()


def decides(desk: Client, proposal: AccountProposal, word: str = "duyet") -> Any:
    """Press one of the two buttons."""
    return desk.post(f"{PROPOSALS}/{proposal.pk}", {"quyet": word})


def is_auditor(cast: Cast) -> bool:
    """Whether Chi has become an auditor."""
    return Posting.objects.filter(user=cast.chi.pk, role=Role.AUDITOR).exists()


def test_what_one_proposes_another_approves(cast: Cast, proposal: AccountProposal) -> None:
    assert not is_auditor(cast)
    hai = at_desk(cast.hai)
    assert "1 đề nghị đang chờ" in words_of(hai.get(DESK))
    words = words_of(hai.get(PROPOSALS))
    assert "Lê Thị Chi" in words
    assert WHY in words
    assert decides(hai, proposal)["Location"] == PROPOSALS
    assert is_auditor(cast)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("approved", cast.hai.user)
    kinds = Entry.objects.filter(kind=Entry.Kind.ACCOUNT_CHANGED).order_by("pk")
    assert [(e.actor.username if e.actor else "", e.details["what"]) for e in kinds] == [
        ("hoa", "proposed"), ("hai", "approved"), ("hai", "posting_given"),
    ]  # fmt: skip


def test_nobody_approves_their_own_proposal(cast: Cast, proposal: AccountProposal) -> None:
    hoa = at_desk(cast.hoa)
    buttons = page_of(hoa.get(PROPOSALS)).findall('.//main//button[@name="quyet"]')
    assert [each.get("value") for each in buttons] == ["khong"]
    assert decides(hoa, proposal).status_code == 403
    assert not is_auditor(cast)


def test_nobody_approves_what_is_about_themselves(cast: Cast) -> None:
    desk = at_desk(cast.hoa)
    typed = {"agency": province_office().pk, "role": "auditor", "reason": WHY}
    does(desk, page(cast.hai, "vi-tri"), **typed)
    proposal = AccountProposal.objects.get()
    hai = at_desk(cast.hai)
    assert "người khác quyết định" in words_of(hai.get(PROPOSALS))
    assert decides(hai, proposal).status_code == 403
    assert decides(hai, proposal, "khong").status_code == 403
    assert Posting.objects.filter(user=cast.hai.pk).count() == 1


@pytest.mark.parametrize("who", ["giang", "thutuc", "kiemtoan", "chi", "an"])
def test_nobody_else_sees_or_decides(
    client: Client, cast: Cast, proposal: AccountProposal, who: str
) -> None:
    desk = at_desk(getattr(cast, who))
    assert desk.get(PROPOSALS).status_code == 403
    assert decides(desk, proposal).status_code == 403
    assert not is_auditor(cast)


def test_what_is_declined_does_not_happen(cast: Cast, proposal: AccountProposal) -> None:
    hai = at_desk(cast.hai)
    decides(hai, proposal, "khong")
    assert decides(hai, proposal).status_code == 409
    assert not is_auditor(cast)


def test_a_proposal_falls_with_the_one_who_made_it(cast: Cast, proposal: AccountProposal) -> None:
    Posting.objects.filter(user=cast.hoa.pk).update(ended_at=clock.now())
    assert decides(at_desk(cast.hai), proposal).status_code == 409
    assert not is_auditor(cast)


def test_the_same_is_not_proposed_twice(cast: Cast, proposal: AccountProposal) -> None:
    typed = {"agency": province_office().pk, "role": "auditor", "reason": WHY}
    answer = does(at_desk(cast.hai), page(cast.chi, "vi-tri"), **typed)
    assert answer.status_code == 422
    assert AccountProposal.objects.count() == 1


def test_the_database_itself_wants_two(cast: Cast, proposal: AccountProposal) -> None:
    for who in (cast.hoa, cast.chi):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountProposal.objects.filter(pk=proposal.pk).update(
                state="approved", decided_by=who.user
            )


def test_one_administrator_alone_cannot_get_in_as_another(cast: Cast) -> None:
    desk = at_desk(cast.hoa)
    before = User.objects.get(username="hai").password
    for act in ("mat-khau", "ma"):
        assert does(desk, page(cast.hai, act), reason=WHY)["Location"] == page(cast.hai)
        assert does(desk, page(cast.thutuc, act), reason=WHY).status_code == 302
    assert AccountProposal.objects.count() == 4
    assert User.objects.get(username="hai").password == before
    assert SecondFactor.objects.filter(user__username__in=["hai", "thutuc"]).count() == 2

    hai = at_desk(cast.hai)
    about = AccountProposal.objects.get(about__username="thutuc", kind="password")
    answer = decides(hai, about)
    first = page_of(answer).findall('.//main//dd[@class="code"]')[1].text_content()
    assert User.objects.get(username="thutuc").check_password(first)
    decides(hai, AccountProposal.objects.get(about__username="thutuc", kind="codes"))
    assert not SecondFactor.objects.filter(user__username="thutuc").exists()


def test_the_configuration_opens_with_the_role_and_shuts_with_it(cast: Cast) -> None:
    desk, hai = at_desk(cast.hoa), at_desk(cast.hai)
    typed = {"agency": province_office().pk, "role": "procedure_admin", "reason": WHY}
    does(desk, page(cast.chi, "vi-tri"), **typed)
    decides(hai, AccountProposal.objects.get())
    chis = at_desk(cast.chi)
    assert chis.get("/quan-tri/").status_code == 200
    posting = Posting.objects.get(user=cast.chi.pk, role="procedure_admin")
    does(hai, page(cast.chi, f"vi-tri/{posting.pk}/ket-thuc"), reason=WHY)
    assert chis.get("/quan-tri/").status_code == 302
    assert not User.objects.get(username="chi").is_staff


def test_two_who_approve_at_once_make_one_posting(committed: Cast) -> None:
    third = User.objects.create(username="ba", full_name="Người Thứ Ba", is_staff=True)
    chi, hoa, hai = committed.chi.again(), committed.hoa.again(), committed.hai.again()
    office = province_office()
    Posting.objects.create(
        user=third, agency=office, role=Role.SYSTEM_ADMIN, valid_from=clock.today()
    )
    facts = {"role": Role.AUDITOR, "valid_from": clock.today(), "valid_to": None, "reason": WHY}
    proposal = proposing.propose_posting(hoa, chi, agency=office, **facts)  # type: ignore[arg-type]
    try:
        outcomes = at_once(
            lambda: proposing.approve(hai, proposal.pk),
            lambda: proposing.approve(third, proposal.pk),
        )
        assert sorted(isinstance(each, NotNow) for each in outcomes) == [False, True]
        assert Posting.objects.filter(user=chi, role=Role.AUDITOR).count() == 1
    finally:
        AccountProposal.objects.all().delete()
        Posting.objects.filter(user=chi, role=Role.AUDITOR).delete()
        Posting.objects.filter(user=third).delete()
        User.objects.filter(pk=third.pk).update(is_active=False, is_staff=False)


def test_the_first_administrators_are_made_on_the_machine(
    client: Client, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    office = province_office()
    call_command("appoint_admin", "moi", office.code, full_name="Người Mới")
    first = capsys.readouterr().out.strip()
    new = User.objects.get(username="moi")
    assert new.check_password(first)
    assert (new.is_staff, new.password_is_temporary, new.full_name) == (True, True, "Người Mới")
    assert new.serves(office.pk, Role.SYSTEM_ADMIN)
    typed = {"username": "moi", "password": first}
    assert client.post("/dang-nhap", typed)["Location"] == "/dang-nhap/dang-ky-ma"
    assert Entry.objects.filter(person=new, actor=None).count() >= 3


def test_nobody_is_appointed_at_an_agency_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="khong-co"):
        call_command("appoint_admin", "moi", "khong-co")
    assert not User.objects.filter(username="moi").exists()
