"""What lies sealed is unreadable in the table, found by its hash, and moved to a new key."""

import base64
import os
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, transaction

from dossiers.models import Dossier
from dossiers.parties import identity_numbers
from portal.accounts.models import User
from portal.core import field_keys
from portal.core.field_keys import CannotOpen, keyed_hash, keyed_hashes, seal, unseal
from portal.core.sealed_rows import rotate, seal_clear_text, sealed_models, waiting
from portal.documents.models import Paper
from tests.cast import Cast


def new_key() -> str:
    """32 random bytes as FIELD_KEYS takes them."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def in_the_table(sql: str) -> str:
    """Everything the statement finds, as PostgreSQL holds it."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchall())


def test_no_table_shows_an_identity_number(cast: Cast) -> None:
    dossier = cast.an.submits()
    number = cast.an.identity_number
    assert number in str(dossier.form_data) + str(dossier.owner)
    for sql in (
        "SELECT u.* FROM accounts_user u",
        "SELECT d.* FROM dossiers_dossier d",
        "SELECT p.* FROM documents_paper p",
        "SELECT n.* FROM notifications_notice n",
        "SELECT e.* FROM core_effect e",
        "SELECT e.* FROM dossiers_dossierevent e",
        "SELECT a.* FROM audit_entry a",
    ):
        assert number not in in_the_table(sql), sql
    [other, *_rest] = identity_numbers(dossier.form_data)
    assert other in str(Paper.objects.get(reference=dossier.code).facts)


def test_a_person_is_found_by_the_number_under_any_known_key(cast: Cast, settings: Any) -> None:
    number = cast.an.identity_number
    assert User.objects.get(identity_hash__in=keyed_hashes(number)).username == "an"
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    assert keyed_hash(number) != cast.an.identity_hash
    assert User.objects.get(identity_hash__in=keyed_hashes(number)).username == "an"
    assert keyed_hashes("") == []


@pytest.mark.parametrize("lookup", ["identity_number", "identity_number__contains"])
def test_nobody_can_search_what_is_sealed(db: None, lookup: str) -> None:
    with pytest.raises(FieldError):
        User.objects.filter(**{lookup: "086090000001"}).exists()


def test_a_sealed_text_that_was_touched_does_not_open(settings: Any) -> None:
    sealed = seal("086090000001")
    for touched in (sealed[:-2] + "AA", "0" * 8 + sealed[8:], "086090000001", ""):
        with pytest.raises(CannotOpen):
            unseal(touched)
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CannotOpen):
        unseal(sealed)


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal("An") != seal("An")
    assert unseal(seal("Nguyễn Văn Ân")) == "Nguyễn Văn Ân"


def test_rotation_moves_every_row_and_may_be_broken_off(cast: Cast, settings: Any) -> None:
    dossier, number = cast.an.submits(), cast.an.identity_number
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [new_key(), *old]
    people = User.objects.exclude(identity_number__isnull=True).count()
    assert waiting(User, ["identity_number"]).count() == people
    next(rotate(Dossier, ["owner", "form_data", "contact"]))  # … and here the power fails
    said = StringIO()
    call_command("rotate_field_keys", stdout=said)
    assert f"accounts.User: {people}/{people}" in said.getvalue()
    assert [waiting(model, names).count() for model, names in sealed_models()] == [0] * len(
        sealed_models()
    )
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]  # the old key is taken away
    again = Dossier.objects.get(pk=dossier.pk)
    assert (again.owner, again.form_data) == (dossier.owner, dossier.form_data)
    assert Paper.objects.get(reference=dossier.code).facts["code"] == dossier.code
    assert User.objects.get(identity_hash=keyed_hash(number)).identity_number == number
    assert again.owner_hash == keyed_hash(number)


def test_rotation_leaves_a_row_somebody_holds_for_the_next_run(
    committed: Cast, settings: Any
) -> None:
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    try:
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(username="an")
            # Of another session, the row of An is skipped, not waited for.
            left = _rotated_elsewhere(settings.FIELD_KEYS)
        assert left.endswith("hãy chạy lại lệnh này.")
        assert [user.username for user in waiting(User, ["identity_number"])] == ["an"]
    finally:
        settings.FIELD_KEYS = settings.FIELD_KEYS[::-1]
        call_command("rotate_field_keys", stdout=StringIO())


def _rotated_elsewhere(keys: list[str]) -> str:
    told = connection.settings_dict
    environment = os.environ | {"FIELD_KEYS": ",".join(keys)}
    base, _slash, _name = environment["DATABASE_URL"].partition("?")[0].rpartition("/")
    query = environment["DATABASE_URL"].partition("?")[2]
    environment["DATABASE_URL"] = f"{base}/{told['NAME']}" + (f"?{query}" if query else "")
    command = [sys.executable, "manage.py", "rotate_field_keys"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done.stderr.strip()


@pytest.mark.parametrize(
    "keys", ["", "ngắn", "YWJj", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=,xyz"]
)
def test_a_wrong_key_stops_the_start_in_one_line(keys: str) -> None:
    command = [sys.executable, "manage.py", "check"]
    environment = os.environ | {"FIELD_KEYS": keys}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "FIELD_KEYS" in done.stderr.strip().splitlines()[-1]


def test_each_key_has_its_own_name() -> None:
    names = {field_keys.read_key(new_key()).name for _turn in range(50)}
    assert len(names) == 50


def test_sealing_leaves_the_table_free_for_the_index_that_follows(cast: Cast) -> None:
    pk = cast.an.user.pk
    with connection.cursor() as cursor:  # as a migration finds rows of a portal that has run
        clear = "UPDATE accounts_user SET identity_number = %s WHERE id = %s"
        cursor.execute(clear, ["086090000009", pk])
        seal_clear_text("accounts_user", "identity_number")
        cursor.execute("CREATE INDEX of_a_trial ON accounts_user (identity_hash)")
        cursor.execute("SELECT identity_number FROM accounts_user WHERE id = %s", [pk])
        assert cursor.fetchone()[0] != "086090000009"
    assert cast.an.again().identity_number == "086090000009"
