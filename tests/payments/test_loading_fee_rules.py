"""Hoa loads the rules about fees; a broken file changes nothing and says where it is broken."""

import copy
from typing import Any

import pytest

from payments.models import FeeReduction
from payments.services import load_fee_rules
from portal.core.catalogue import CatalogueError

pytestmark = pytest.mark.django_db


def test_all_thirty_rules_are_there_with_their_marks(rules: None) -> None:
    assert FeeReduction.objects.count() == 30
    assert FeeReduction.objects.filter(is_enabled=True).count() == 14
    assert FeeReduction.objects.filter(is_verified=True).count() == 23
    card = FeeReduction.objects.get(key="can-cuoc-2025-2026")
    assert (card.kind, card.value, card.legal_basis) == ("reduce", 50, "Thông tư 64/2025/TT-BTC")


def test_loading_twice_changes_nothing(codes: None, rules_file: dict[str, Any]) -> None:
    first = load_fee_rules(rules_file)
    rows = list(FeeReduction.objects.order_by("pk").values())
    second = load_fee_rules(rules_file)
    assert (first.created, first.changed, first.unchanged) == (30, 0, 0)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 30)
    assert list(FeeReduction.objects.order_by("pk").values()) == rows


def test_what_hoa_filled_in_stays_until_the_record_itself_changes(
    rules: None, rules_file: dict[str, Any]
) -> None:
    FeeReduction.objects.filter(key="vinh-long-truc-tuyen-mau").update(value=30, is_enabled=True)
    load_fee_rules(rules_file)
    assert FeeReduction.objects.get(key="vinh-long-truc-tuyen-mau").value == 30
    changed = copy.deepcopy(rules_file)
    changed["rules"][-1]["note"] = "Đã sửa."
    tally = load_fee_rules(changed)
    assert (tally.created, tally.changed, tally.unchanged) == (0, 1, 29)
    assert FeeReduction.objects.get(key="vinh-long-truc-tuyen-mau").is_enabled is False


BREAKS: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("effect", "type"), "gift", "effect.type"),
    (("effect", "value"), 101, "effect.value"),
    (("effect", "value"), 50.5, "effect.value"),
    (("effect", "unit"), "VND", "effect.unit"),
    (("legal_basis",), "", "legal_basis"),
    (("valid_from",), "2020-13-01", "valid_from"),
    (("valid_to",), "2001-01-01", "valid_to"),
    (("enabled",), "true", "enabled"),
    (("territory",), None, "territory"),
    (("applies_to", "procedures"), ["9.999999"], "applies_to.procedures"),
    (("applies_to", "fee_kind"), "thue", "applies_to.fee_kind"),
    (
        ("condition",),
        {"all": [{"field": "payer.giau", "op": "eq", "value": True}]},
        "condition.all[0].field",
    ),
    (
        ("condition",),
        {"any": [{"field": "payer.tuoi", "op": "like", "value": 1}]},
        "condition.any[0].op",
    ),
    (
        ("condition",),
        {"all": [{"field": "payer.tuoi", "op": "lt", "value": "16"}]},
        "condition.all[0].value",
    ),
    (("stacking",), "sum", "stacking"),
    (("source",), [], "source"),
    (("surprise",), 1, "surprise"),
]


@pytest.mark.parametrize(("path", "value", "field"), BREAKS)
def test_a_broken_rule_is_named_and_nothing_is_loaded(
    codes: None, rules_file: dict[str, Any], path: tuple[str, ...], value: Any, field: str
) -> None:
    broken = copy.deepcopy(rules_file)
    place = broken["rules"][3]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(CatalogueError) as caught:
        load_fee_rules(broken)
    assert (caught.value.file, caught.value.record) == ("fee_rules.json", "rules/ht-kt")
    assert caught.value.field == field
    assert FeeReduction.objects.count() == 0


def test_one_id_twice_is_refused(codes: None, rules_file: dict[str, Any]) -> None:
    twice = copy.deepcopy(rules_file)
    twice["rules"][1]["id"] = twice["rules"][0]["id"]
    with pytest.raises(CatalogueError, match="ht-dung-han: id"):
        load_fee_rules(twice)


@pytest.mark.parametrize("data", [[], {}, {"rules": {}}, {"rules": ["x"]}, None])
def test_a_file_that_is_no_list_of_rules_is_refused(db: None, data: Any) -> None:
    with pytest.raises(CatalogueError):
        load_fee_rules(data)
