"""Two at once at the same door; and the same race on a portal whose locks are taken out."""

from collections.abc import Callable

import pytest
import requests

from dossiers.models import Dossier, DossierEvent, DossierStep
from dossiers.workflow import State
from tests.cast import Cast, version_of
from tests.faults.house import House
from tests.faults.sending import code_of, review_of, send, sent_codes, times_sent
from tests.faults.truths import everything_holds
from tests.faults.visiting import Answer, Visitor, at_once, form_on, words_of

Visit = Callable[[str], Visitor]


def unlock(house: House) -> None:
    """Start the web again without its locks."""
    house.kill("web")
    unlocked = {"portal.wsgi:application": "tests.faults.unlocked:application"}
    house.start("web", replacing=unlocked)


def eight_presses(an: Visitor, draft: Dossier) -> list[Answer]:
    """One page with one button, pressed eight times at once."""
    page = an.get(review_of(draft))
    copies = [Visitor(an.url) for _press in range(8)]
    for each in copies:
        each.session.cookies.update(an.session.cookies)
    answers: list[Answer] = at_once([lambda v=each: v.press(page) for each in copies])  # type: ignore[misc]
    return answers


def test_eight_presses_at_once_send_one_dossier(house: House, an: Visitor, draft: Dossier) -> None:
    """Scenario S4: double submission on a slow line."""
    answers = eight_presses(an, draft)
    assert {code_of(each) for each in answers} == {sent_codes()[0]}
    assert len(sent_codes()) == 1
    assert times_sent(draft) == 1
    everything_holds(house)


@pytest.mark.slow
def test_without_the_lock_eight_presses_send_more_than_once(
    house: House, an: Visitor, draft: Dossier
) -> None:
    unlock(house)
    eight_presses(an, draft)
    assert times_sent(draft) > 1


def test_sent_again_after_a_time_out_after_back_and_after_reload(
    house: House, an: Visitor, draft: Dossier
) -> None:
    """Scenario S4: an answer that never came, the Back button, a reload."""
    page = an.get(review_of(draft))
    an.patience = 0.01
    with pytest.raises(requests.Timeout):
        an.press(page)  # the line is too slow for the answer
    an.patience = 30
    code = code_of(an.press(page))
    assert code_of(an.get(review_of(draft))) == code  # Back
    confirmation = f"/ho-so/{code}/da-gui"
    assert words_of(an.get(confirmation)) == words_of(an.get(confirmation))  # reload
    assert sent_codes() == [code]
    assert times_sent(draft) == 1
    everything_holds(house)


def at_the_office(people: Cast) -> tuple[Dossier, DossierStep]:
    """A dossier whose next step two officers may take on."""
    dossier = people.chi.forwards(people.chi.receives(people.an.submits("extract-copy")))
    return dossier, dossier.steps.open().get(kind=DossierStep.Kind.PROCESS)


def both_claim(visit: Visit, dossier: Dossier, step: DossierStep) -> list[Answer]:
    """Dũng and Khánh press the same button at the same moment."""
    dung, khanh = visit("dung"), visit("khanh")
    address = f"/can-bo/ho-so/{dossier.code}"
    forms = [form_on(each.get(address), f"/{step.pk}/nhan") for each in (dung, khanh)]
    fields = [dict(form.form_values()) for form in forms]
    claim = f"/can-bo/buoc/{step.pk}/nhan"
    answers: list[Answer] = at_once(
        [lambda: dung.post(claim, fields[0]), lambda: khanh.post(claim, fields[1])]
    )
    return answers


def claims_of(dossier: Dossier, step: DossierStep) -> int:
    """How often that step was taken on."""
    events = DossierEvent.objects.filter(dossier=dossier, kind="claim")
    return events.filter(step_name=step.name).count()


def test_of_two_officers_one_gets_the_step_and_the_other_reads_who(
    house: House, people: Cast, visit: Visit
) -> None:
    dossier, step = at_the_office(people)
    answers = both_claim(visit, dossier, step)
    assert sorted(each.status_code for each in answers) == [302, 409]
    loser = next(each for each in answers if each.status_code == 409)
    assert "đã nhận bước này trước bạn" in words_of(loser)
    assert claims_of(dossier, step) == 1
    everything_holds(house)


@pytest.mark.slow
def test_without_the_lock_both_officers_get_the_step(
    house: House, people: Cast, visit: Visit
) -> None:
    dossier, step = at_the_office(people)
    unlock(house)
    assert [each.status_code for each in both_claim(visit, dossier, step)] == [302, 302]
    assert claims_of(dossier, step) == 2


def starts(an: Visitor) -> int:
    """Two tabs press “begin” at once, each with a token of its own; how many drafts there are."""
    version = version_of("extract-copy")
    address = f"/nop-ho-so?thu_tuc={version.procedure.code}"
    tabs = [Visitor(an.url), Visitor(an.url)]
    for tab in tabs:
        tab.session.cookies.update(an.session.cookies)
    pages = [tab.get(address) for tab in tabs]
    begun = at_once([lambda t=t, p=p: t.press(p) for t, p in zip(tabs, pages, strict=True)])  # type: ignore[misc]
    assert [each.status_code for each in begun] == [302, 302]
    return Dossier.objects.filter(applicant__username="an", state=State.DRAFT).count()


def test_two_tabs_begin_one_draft(house: House, an: Visitor) -> None:
    """Scenario S2: concurrent starts (double click, two tabs) make one draft."""
    assert starts(an) == 1
    everything_holds(house)


@pytest.mark.slow
def test_without_the_lock_two_tabs_begin_two_drafts(house: House, an: Visitor) -> None:
    unlock(house)
    assert starts(an) == 2


def six_send(people: Cast, visit: Visit) -> list[Answer]:
    """Six citizens send at the same moment to the same agency."""
    drafts = [getattr(people, f"dan{n}").drafts("extract-copy") for n in range(1, 7)]
    visitors = [visit(f"dan{n}") for n in range(1, 7)]
    answers: list[Answer] = at_once(
        [lambda v=v, d=d: send(v, d) for v, d in zip(visitors, drafts, strict=True)]  # type: ignore[misc]
    )
    return answers


@pytest.mark.slow
def test_six_who_send_at_once_get_the_numbers_one_to_six(
    house: House, people: Cast, visit: Visit
) -> None:
    """Scenario S5: colliding numbers."""
    codes = [code_of(each) for each in six_send(people, visit)]
    assert sorted(code[-4:] for code in codes) == ["0001", "0002", "0003", "0004", "0005", "0006"]
    everything_holds(house)


@pytest.mark.slow
def test_counting_rows_instead_gives_a_number_twice(
    house: House, people: Cast, visit: Visit
) -> None:
    unlock(house)
    answers = six_send(people, visit)
    assert sum(each.status_code == 302 for each in answers) < 6


@pytest.mark.slow
def test_a_hundred_look_ups_all_say_the_same_and_change_nothing(house: House, people: Cast) -> None:
    dossier = people.an.submits("extract-copy")
    everything_holds(house)
    stranger = Visitor(house.url)
    before = (dossier.events.count(), dossier.version)
    typed = {"code": str(dossier.code), "secret": dossier.lookup_secret}
    right = at_once([lambda: stranger.post("/tra-cuu", typed)] * 50)
    wrong = at_once([lambda: stranger.post("/tra-cuu", typed | {"secret": "00000000"})] * 50)
    assert {each.status_code for each in right} == {200}
    assert {each.status_code for each in wrong} <= {404, 429}
    assert len({words_of(each) for each in right}) == 1
    dossier.refresh_from_db()
    assert (dossier.events.count(), dossier.version) == before
    everything_holds(house)
