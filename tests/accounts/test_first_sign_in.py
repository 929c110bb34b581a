"""Whose account a vouched person gets, at the first sign-in and after; two at once get one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import QuerySet

from portal.accounts.models import Identity, Posting, Role, User
from portal.accounts.services import identities
from portal.accounts.services.identities import NotTaken, Vouched, account_of
from portal.reports.demo.cast import communes
from tests.cast import Cast
from tests.dossiers.test_races import at_once, no_lock

ISSUER = "https://issuer.invalid/first-sign-in"
NUMBER, BORN = "086090000001", date(1990, 2, 2)


def vouched(**changed: Any) -> Vouched:
    """An as the provider vouches for her, with some of it changed."""
    facts = {
        "issuer": ISSUER,
        "subject": "an-at-the-issuer",
        "full_name": "NGUYỄN VĂN AN",
        "identity_number": NUMBER,
        "birth_date": BORN,
    }
    return Vouched(**{**facts, **changed})


def linked() -> list[tuple[str, str]]:
    """Who is whom at the issuer."""
    rows = Identity.objects.filter(issuer=ISSUER).order_by("subject")
    return [(row.subject, row.user.username) for row in rows.select_related("user")]


def is_new(user: User) -> bool:
    """Whether the account was made at the first sign-in."""
    return user.username.startswith("dd-") and not user.has_usable_password()


def test_the_number_leads_to_the_one_citizen_who_has_it(cast: Cast) -> None:
    assert account_of(vouched()) == cast.an.user
    assert linked() == [("an-at-the-issuer", "an")]


def test_the_subject_leads_there_ever_after(cast: Cast) -> None:
    account_of(vouched())
    User.objects.filter(username="an").update(identity_hash="")
    assert account_of(vouched()) == cast.an.user
    assert account_of(vouched(identity_number="", full_name="", birth_date=None)) == cast.an.user


def test_the_same_subject_of_another_issuer_is_somebody_else(cast: Cast) -> None:
    account_of(vouched())
    other = vouched(issuer="https://other.invalid", identity_number="086090000002")
    other = Vouched(**{**vars(other), "full_name": "Trần Thị Bình", "birth_date": None})
    assert account_of(other) == cast.binh.user


def test_a_second_issuer_leads_to_the_same_account(cast: Cast) -> None:
    account_of(vouched())
    assert account_of(vouched(issuer="https://other.invalid", subject="x")) == cast.an.user
    assert cast.an.user.identities.count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"full_name": "Nguyễn Thị Hạnh", "birth_date": date(1985, 1, 1)},
        {"full_name": "Nguyễn Thị Hạnh", "birth_date": None},
    ],
)
def test_a_number_alone_does_not_open_an_account(cast: Cast, changed: dict[str, Any]) -> None:
    user = account_of(vouched(**changed))
    assert user != cast.an.user
    assert is_new(user)
    assert cast.an.again().full_name == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"full_name": "NGUYỄN VĂN ÂN"}, ("NGUYỄN VĂN ÂN", BORN)),  # the day of birth agrees
        ({"birth_date": date(1991, 2, 2)}, ("Nguyễn Văn An", date(1991, 2, 2))),
        ({"full_name": "nguyễn văn an"}, ("Nguyễn Văn An", BORN)),
        ({"full_name": "", "birth_date": BORN}, ("Nguyễn Văn An", BORN)),
        ({"birth_date": None}, ("Nguyễn Văn An", BORN)),
        ({"full_name": "A" * 121}, ("Nguyễn Văn An", BORN)),
    ],
)
def test_name_and_day_of_birth_follow_the_provider(
    cast: Cast, changed: dict[str, Any], told: tuple[str, date]
) -> None:
    assert account_of(vouched(**changed)) == cast.an.user
    an = cast.an.again()
    assert (an.full_name, an.birth_date) == told


def test_an_officer_gets_an_account_of_her_own_as_a_citizen(cast: Cast) -> None:
    chi = cast.chi.user
    user = account_of(vouched(identity_number=chi.identity_number, full_name=chi.full_name))
    assert is_new(user)
    assert not user.is_officer
    assert chi.identities.count() == 0


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_an_account_with_rights_is_never_found(cast: Cast, flag: str) -> None:
    User.objects.filter(username="an").update(**{flag: True})
    assert is_new(account_of(vouched()))


def test_who_served_once_is_never_found(cast: Cast) -> None:
    Posting.objects.create(
        user=cast.an.user,
        agency=communes(1)[0],
        role=Role.OFFICER,
        valid_from=date(2022, 1, 1),
        valid_to=date(2023, 1, 1),
    )
    assert is_new(account_of(vouched()))


def test_two_accounts_with_one_number_are_work_for_people(cast: Cast) -> None:
    cast.binh.user.identity_number = NUMBER
    cast.binh.user.save()
    user = account_of(vouched())
    assert is_new(user)
    assert linked() == [("an-at-the-issuer", user.username)]


def test_a_closed_double_does_not_stand_in_the_way(cast: Cast) -> None:
    cast.binh.user.identity_number, cast.binh.user.is_active = NUMBER, False
    cast.binh.user.save()
    assert account_of(vouched()) == cast.an.user


def test_another_subject_with_the_same_number_does_not_get_in(cast: Cast) -> None:
    account_of(vouched())
    assert is_new(account_of(vouched(subject="another")))
    assert ("an-at-the-issuer", "an") in linked()


@pytest.mark.parametrize("number", ["", "331234567", "08609000000", "08609O00012"])
def test_without_a_readable_number_nobody_new_comes_in(cast: Cast, number: str) -> None:
    before = User.objects.count()
    with pytest.raises(NotTaken) as told:
        account_of(vouched(identity_number=number))
    assert told.value.why == "number"
    assert (User.objects.count(), linked()) == (before, [])


@pytest.mark.parametrize("name", ["", "   ", "A" * 121])
def test_without_a_readable_name_nobody_new_comes_in(cast: Cast, name: str) -> None:
    before = User.objects.count()
    with pytest.raises(NotTaken) as told:
        account_of(vouched(identity_number="086204000777", full_name=name))
    assert told.value.why == "name"
    assert (User.objects.count(), linked()) == (before, [])


@pytest.fixture
def racing(committed: Cast) -> Iterator[Cast]:
    """The cast with real commits; who came in is forgotten as far as the log allows."""
    yield committed
    Identity.objects.filter(issuer=ISSUER).delete()
    made = User.objects.filter(username__startswith="dd-")
    made.update(is_active=False, identity_number="", identity_hash="")


def accounts_made() -> set[int]:
    """The accounts made at a first sign-in."""
    made = User.objects.filter(username__startswith="dd-", is_active=True)
    return set(made.values_list("pk", flat=True))


@contextmanager
def both_have_looked() -> Iterator[None]:
    """Neither of two goes on before both have found that the person is not known."""
    gate, real = Barrier(2), identities._known

    def look(claimed: Vouched) -> User | None:
        found = real(claimed)
        if found is None:
            gate.wait(timeout=60)
        return found

    with mock.patch.object(identities, "_known", look):
        yield


@contextmanager
def without_constraint() -> Iterator[None]:
    """The table without the rule that a subject stands in it once."""
    [once] = [each for each in Identity._meta.constraints if each.name == "identity_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Identity, once)
    try:
        yield
    finally:
        Identity.objects.filter(issuer=ISSUER).delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Identity, once)


NEWCOMER = {"identity_number": "086204000778", "full_name": "Đỗ Thị Mới", "birth_date": None}


def comes_in(**changed: Any) -> Callable[[], User]:
    """Somebody signing in."""
    return lambda: account_of(vouched(**changed))


def test_two_first_sign_ins_at_once_give_one_account(racing: Cast) -> None:
    with both_have_looked():
        one, other = at_once(comes_in(**NEWCOMER), comes_in(**NEWCOMER))
    assert one == other
    assert accounts_made() == {one.pk}
    assert linked() == [("an-at-the-issuer", one.username)]


def test_without_the_constraint_they_would_give_two(racing: Cast) -> None:
    with without_constraint(), both_have_looked():
        one, other = at_once(comes_in(**NEWCOMER), comes_in(**NEWCOMER))
        assert one != other
        assert accounts_made() == {one.pk, other.pk}


def test_eight_first_sign_ins_at_once_link_one_account(racing: Cast) -> None:
    outcomes = at_once(*[comes_in()] * 8)
    assert {user.pk for user in outcomes} == {racing.an.pk}
    assert accounts_made() == set()
    assert linked() == [("an-at-the-issuer", "an")]


def test_two_subjects_with_one_number_do_not_share_an_account(racing: Cast) -> None:
    with both_have_looked():
        one, other = at_once(comes_in(subject="one"), comes_in(subject="other"))
    assert one != other
    assert racing.an.pk in {one.pk, other.pk}
    assert len(accounts_made()) == 1


def test_without_the_lock_they_would_share_it(racing: Cast) -> None:
    gate, real = Barrier(2), identities._citizen_like

    def find(claimed: Vouched) -> User | None:
        found = real(claimed)
        gate.wait(timeout=60)
        return found

    with (
        mock.patch.object(QuerySet, "select_for_update", no_lock),
        mock.patch.object(identities, "_citizen_like", find),
    ):
        one, other = at_once(comes_in(subject="one"), comes_in(subject="other"))
    assert one == other == racing.an.user
