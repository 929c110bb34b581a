"""Hoa and Lập read the administration in Vietnamese: every label, every key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.db.models import Field, Model

from portal.core.admin_words import DOUBTS

CATALOGUE = Path(__file__).parents[2] / "procedures/data/catalogue"


def own_models() -> Iterator[type[Model]]:
    """Every model that the administration shows, rows inside others included."""
    for model, page in admin.site._registry.items():
        yield model
        yield from (inline.model for inline in page.inlines)


def automatic_names(model: type[Model]) -> Iterator[str]:
    """The fields that nobody named: Django calls them by their English key."""
    for field in model._meta.get_fields():
        is_own = isinstance(field, Field) and not field.primary_key
        if is_own and field.verbose_name == field.name.replace("_", " "):
            yield f"{model._meta.label}.{field.name}"


def test_hoa_reads_a_vietnamese_label_on_every_field() -> None:
    assert [name for model in own_models() for name in automatic_names(model)] == []


def test_hoa_reads_a_vietnamese_name_of_every_kind_of_row() -> None:
    automatic = {
        model._meta.label: str(names)
        for model in own_models()
        for names in (model._meta.verbose_name, model._meta.verbose_name_plural)
        if str(names).isascii()
    }
    assert automatic == {}


def marks_in(value: Any) -> Iterator[str]:
    """Every mark of doubt in a catalogue file."""
    if isinstance(value, dict):
        yield from (mark for mark in value.get("unverified") or [])
        for below in value.values():
            yield from marks_in(below)
    elif isinstance(value, list):
        for below in value:
            yield from marks_in(below)


def test_lap_reads_every_doubt_of_the_catalogue_in_words() -> None:
    files = [json.loads(path.read_text()) for path in CATALOGUE.glob("*.json")]
    marks = {mark for file in files for mark in marks_in(file)}
    assert "processing:can_xac_minh" in marks
    heads = {mark.partition(":")[0].partition("_for_")[0] for mark in marks}
    assert heads - set(DOUBTS) == set()
