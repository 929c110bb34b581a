"""What the client takes for a proof, against the running provider: one lie at a time."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.integrations.identity.bounds import ProviderDown
from portal.integrations.identity.client import NotProven
from portal.integrations.identity.sandbox.people import RESIDENTS
from portal.integrations.identity.sandbox.provider import MOODS, PLACES
from tests.identity.visiting import BACK, Realm, choose, come_back, query_of

RealmCalled = Callable[[str], Realm]
REFUSED = {
    "alg-none": "algorithm",
    "alg-hs256": "algorithm",
    "signature": "signature",
    "unknown-kid": "key",
    "expired": "exp",
    "from-tomorrow": "nbf",
    "issued-tomorrow": "iat",
    "no-expiry": "exp",
    "wrong-nonce": "nonce",
    "no-nonce": "nonce",
    "wrong-audience": "aud",
    "wrong-party": "azp",
    "wrong-issuer": "iss",
    "wrong-access-token": "at_hash",
    "no-subject": "sub",
    "other-subject": "userinfo",
    "spent-code": "code",
    "wrong-iss-back": "iss",
}
TROUBLES = {
    "500": "http 500",
    "redirect": "http 303",
    "malformed": "no json",
    "list": "no json",
    "deep": "no json",
    "huge": "too long",
}
NO_ANSWER = ("hang", "slow")


def test_the_provider_says_who_an_is(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    claims = provider.welcome(answer, errand, BACK)
    assert claims["iss"] == realm.issuer
    assert claims["sub"] == RESIDENTS["an"].subject
    assert claims["HoVaTen"] == "NGUYỄN VĂN AN"
    assert claims["SoDinhDanh"] == "086090000001"
    assert claims["NgayThangNamSinh"] == "19900202"
    assert claims["LoaiTaiKhoan"] == 1
    assert realm.asked() == {
        "discovery": 1,
        "authorize": 1,
        "choose": 1,
        "token": 1,
        "jwks": 1,
        "userinfo": 1,
        "asked": 1,
    }


def test_claims_in_the_token_need_no_second_question(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an", "claims-in-token")
    assert provider.welcome(answer, errand, BACK)["SoDinhDanh"] == "086090000001"
    assert "userinfo" not in realm.asked()


@pytest.mark.parametrize(("mood", "why"), REFUSED.items())
def test_a_lie_proves_nobody(realm: Realm, mood: str, why: str) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an", mood)
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == why


def test_every_lie_of_the_sandbox_is_tried() -> None:
    tried = {"", "claims-in-token", *REFUSED}
    troubles = (*TROUBLES, *NO_ANSWER)
    tried |= {f"{place}-{trouble}" for place in ("token", "userinfo") for trouble in troubles}
    assert tried == set(MOODS)


def in_trouble(realm_called: RealmCalled, place: str, trouble: str, patience: float = 20.0) -> str:
    """Sign in at a provider with that trouble; why the client gave up."""
    is_whole_realm = place in ("discovery", "jwks")
    realm = realm_called(f"{place}-{trouble}" if is_whole_realm else "a")
    provider = realm.provider(patience)
    mood = "" if is_whole_realm else f"{place}-{trouble}"
    with pytest.raises(ProviderDown) as told:
        provider.welcome(*come_back(provider, "an", mood), BACK)
    return told.value.why


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("trouble", "why"), TROUBLES.items())
def test_a_provider_in_trouble_is_left_alone(
    realm_called: RealmCalled, place: str, trouble: str, why: str
) -> None:
    assert in_trouble(realm_called, place, trouble) == why


@pytest.mark.faults
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("trouble", NO_ANSWER)
def test_a_provider_that_does_not_come_to_an_end_holds_nobody_up(
    realm_called: RealmCalled, place: str, trouble: str
) -> None:
    began = time.monotonic()
    assert in_trouble(realm_called, place, trouble, 0.3) in {"ReadTimeout", "too slow"}
    assert time.monotonic() - began < 15  # the sandbox would hang for thirty


def test_a_document_of_another_issuer_is_not_believed(realm_called: RealmCalled) -> None:
    with pytest.raises(ProviderDown) as told:
        realm_called("discovery-liar").provider().send_away(BACK)
    assert told.value.why == "discovery"


def test_nobody_listening_is_noticed_at_once(realm: Realm) -> None:
    provider = replace(realm.provider(), issuer="http://127.0.0.1:9/demo")
    with pytest.raises(ProviderDown) as told:
        provider.send_away(BACK)
    assert told.value.why == "ConnectionError"


def test_after_three_failures_the_provider_is_left_in_peace(realm_called: RealmCalled) -> None:
    realm = realm_called("discovery-500")
    provider = realm.provider()
    told = []
    for _try in range(5):
        with pytest.raises(ProviderDown) as down:
            provider.send_away(BACK)
        told.append(down.value.why)
    assert told == ["http 500"] * 3 + ["resting"] * 2
    assert realm.asked()["discovery"] == 3
    provider.line.rests_until = 0.0  # the rest is over
    with pytest.raises(ProviderDown) as down:
        provider.send_away(BACK)
    assert down.value.why == "http 500"
    assert realm.asked()["discovery"] == 4


def test_one_failure_is_forgotten_with_the_next_answer(realm: Realm) -> None:
    provider = realm.provider()
    for _try in range(3):
        answer, errand = come_back(provider, "an", "token-500")
        with pytest.raises(ProviderDown):
            provider.welcome(answer, errand, BACK)
        answer, errand = come_back(provider, "an")
        assert provider.welcome(answer, errand, BACK)["sub"] == RESIDENTS["an"].subject


def test_an_answer_meant_for_another_errand_is_refused(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    _address, other = provider.send_away(BACK)
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, other, BACK)
    assert told.value.why == "state"
    # Whoever steals the answer and its state, but not what the browser remembers, has no use of it.
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, replace(other, state=errand.state), BACK)
    assert told.value.why == "code"


def test_a_code_is_good_once(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    provider.welcome(answer, errand, BACK)
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == "code"


def test_a_no_is_a_no(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "")
    assert answer["error"] == "access_denied"
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == "denied"
    assert "token" not in realm.asked()


def test_a_provider_that_signs_its_answers_must_sign_each(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    del answer["iss"]
    with pytest.raises(NotProven) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == "iss"


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_provider_may_say_itself_that_it_is_down(realm: Realm, error: str) -> None:
    provider = realm.provider()
    _address, errand = provider.send_away(BACK)
    answer = {"state": errand.state, "iss": realm.issuer, "error": error}
    with pytest.raises(ProviderDown) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == error


def test_a_wrong_secret_is_our_own_trouble(realm: Realm) -> None:
    provider = replace(realm.provider(), client_secret="of-somebody-else")
    answer, errand = come_back(provider, "an")
    with pytest.raises(ProviderDown) as told:
        provider.welcome(answer, errand, BACK)
    assert told.value.why == "token"


def test_turned_keys_are_fetched_once_and_not_for_every_unknown_name(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    provider.welcome(answer, errand, BACK)
    assert realm.asked()["jwks"] == 1

    realm.turn_keys()
    answer, errand = come_back(provider, "an")
    assert provider.welcome(answer, errand, BACK)["sub"] == RESIDENTS["an"].subject
    assert realm.asked()["jwks"] == 2

    for _try in range(3):
        answer, errand = come_back(provider, "an", "unknown-kid")
        with pytest.raises(NotProven):
            provider.welcome(answer, errand, BACK)
    assert realm.asked()["jwks"] == 2  # asked a moment ago: not again for every name

    provider.asked_again.at -= 31
    answer, errand = come_back(provider, "an", "unknown-kid")
    with pytest.raises(NotProven):
        provider.welcome(answer, errand, BACK)
    assert realm.asked()["jwks"] == 3


def test_a_key_that_was_withdrawn_is_forgotten_within_the_hour(realm: Realm) -> None:
    provider = realm.provider()
    answer, errand = come_back(provider, "an")
    realm.turn_keys()  # the token is signed when the code is redeemed: under the new key
    provider.welcome(answer, errand, BACK)
    provider.keys.at -= 3601
    answer, errand = come_back(provider, "an")
    provider.welcome(answer, errand, BACK)
    assert realm.asked()["jwks"] == 2


def test_the_browser_takes_no_secret_along(realm: Realm) -> None:
    provider = realm.provider()
    address, errand = provider.send_away(BACK)
    asked = query_of(address)
    assert asked["scope"] == "openid"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert (asked["state"], asked["nonce"]) == (errand.state, errand.nonce)
    assert errand.verifier not in address
    assert realm.client_secret not in address
    assert len({errand.state, errand.nonce, errand.verifier}) == 3
    assert min(map(len, (errand.state, errand.nonce, errand.verifier))) >= 43
    assert realm.client_secret not in repr(provider)


def test_the_way_out_tells_nobody_who_it_was(realm: Realm) -> None:
    provider = realm.provider()
    address = provider.farewell("http://testserver/")
    assert address.startswith(f"{realm.issuer}/end_session?")
    assert query_of(address) == {
        "client_id": realm.client_id,
        "post_logout_redirect_uri": "http://testserver/",
    }


def test_the_sandbox_sends_nobody_to_strangers(realm: Realm) -> None:
    provider = realm.provider()
    address, _errand = provider.send_away("https://elsewhere.invalid/dang-nhap/dinh-danh/ve")
    with pytest.raises(AssertionError):
        choose(address, "an")
