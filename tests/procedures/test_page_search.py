"""People find a procedure the way they type it."""

import pytest

from portal.accounts.models import Agency
from portal.core import clock
from procedures import search, spelling
from procedures.choosing_agency import choose

pytestmark = pytest.mark.django_db
BIRTH = "Đăng ký khai sinh"


def names(typed: str, **parts: object) -> list[str]:
    found = search.find(search.Wish(q=typed, **parts), clock.today())  # type: ignore[arg-type]
    return [version.name for version in found.versions]


@pytest.mark.parametrize(
    "typed", ["Đăng ký khai sinh", "dang ky khai sinh", "  DANG  KY khai sinh ", "1.001193"]
)
def test_an_finds_the_birth_registration_first(typed: str) -> None:
    assert names(typed)[0] == BIRTH


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kahi sinh", BIRTH),
        ("khai xinh", BIRTH),
        ("dang ky khai sihn", BIRTH),
        ("ket hom", "Đăng ký kết hôn"),
        ("tam truu", "Đăng ký tạm trú"),
    ],
)
def test_an_is_understood_in_spite_of_a_slip(typed: str, first: str) -> None:
    found = search.find(search.Wish(q=typed), clock.today())
    assert found.is_near
    assert found.versions[0].name == first


def test_an_asks_in_everyday_words() -> None:
    assert names("lam giay khai sinh")[0] == BIRTH
    assert "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp" in names("bang lai xe")
    assert any("quyền sử dụng đất" in name for name in names("so do"))
    assert names("nguoi chet")[0] == "Đăng ký khai tử"


def test_a_name_that_begins_with_the_words_comes_before_one_that_holds_them() -> None:
    found = names("cap lai")
    assert found[0] == "Cấp lại thẻ căn cước"
    assert found.index("Cấp lại giấy phép lái xe") < found.index(
        "Cấp, cấp lại phù hiệu cho xe ô tô kinh doanh vận tải"
    )


@pytest.mark.parametrize("typed", ["zzzzqqqq", "%", "_", "khai zzzzqqqq", "\\"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert names(typed) == []


def test_a_choice_narrows_a_search_with_a_slip_too() -> None:
    assert "Đăng ký kết hôn có yếu tố nước ngoài" in names("ket hom")
    assert names("ket hom", audience="doanh_nghiep") == []


def test_a_procedure_that_has_ended_is_not_found() -> None:
    found = search.find(search.Wish(q="1.001193"), clock.today())
    version = found.versions.get()
    version.valid_to = clock.today().replace(year=2025)
    version.save()
    assert BIRTH not in names("khai sinh")


@pytest.mark.parametrize(
    ("typed", "word", "answer"),
    [
        ("sinh", "sinh", False),
        ("sihn", "sinh", True),
        ("xinh", "sinh", True),
        ("sin", "sinh", True),
        ("sinnh", "sinh", True),
        ("snhi", "sinh", False),
        ("sing", "sinh", True),
        ("x", "sinh", False),
        ("", "a", True),
        ("khia", "khai", True),
    ],
)
def test_one_slip_is_one_letter_or_one_swap(typed: str, word: str, answer: bool) -> None:
    assert spelling.is_one_slip_away(typed, word) is answer
    assert spelling.is_one_slip_away(word, typed) is answer


def test_an_names_a_commune_without_diacritics() -> None:
    day = clock.today()
    choice = choose(Agency.objects.valid_on(day), "phu thuan", day)
    assert choice.agency is not None
    assert choice.agency.name == "Ủy ban nhân dân xã Phú Thuận"


def test_a_commune_that_was_merged_leads_to_the_one_that_took_over() -> None:
    day = clock.today()
    now = Agency.objects.valid_on(day)
    former = Agency.objects.filter(valid_to__lt=day, name="Ủy ban nhân dân phường 1").first()
    assert former is not None
    lost = choose(now, "phường 1", day)
    assert (lost.agency, lost.is_former) == (None, True)
    former.replaced_by.add(now.get(name="Ủy ban nhân dân xã Phú Thuận"))
    choice = choose(now, "phường 1", day)
    assert choice.agency is not None
    assert choice.agency.name == "Ủy ban nhân dân xã Phú Thuận"
    assert choice.by_old_name


def test_a_name_of_many_places_is_asked_back() -> None:
    day = clock.today()
    choice = choose(Agency.objects.valid_on(day), "phu", day)
    assert choice.agency is None
    assert 2 <= len(choice.candidates) <= 12
    assert all(" phu " in f" {each.folded_name} " for each in choice.candidates)
