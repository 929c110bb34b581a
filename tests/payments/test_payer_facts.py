"""What a payer may be asked, tell and be reduced by is one list."""

from dataclasses import fields

from dossiers.forms import ReturnForm
from payments.api import PayerBody
from payments.fees import PayerFacts
from payments.payer_facts import KNOWN

KEYS = {fact.key for fact in KNOWN}


def test_whoever_takes_facts_about_a_payer_takes_the_same_ones() -> None:
    assert {field.name for field in fields(PayerFacts)} == KEYS | {"birth_date"}
    assert set(PayerBody().fields) == KEYS | {"birth_date"}


def test_an_is_asked_everything_but_the_age() -> None:
    asked = {key for key, _words in ReturnForm.base_fields["payer"].choices}
    assert asked == KEYS - {"age"}
