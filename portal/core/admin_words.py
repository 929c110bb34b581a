"""What the admin says in words instead of the keys of the catalogue."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

# What a mark of doubt is about; after a colon or `_for_` the catalogue says which row or place.
DOUBTS: Words = {
    "age_thresholds": _("mốc tuổi"),
    "all_fields": _("mọi mục khai"),
    "amount": _("mức thu"),
    "article_number": _("số điều"),
    "code": _("mã"),
    "code_in_2022": _("mã năm 2022"),
    "components": _("thành phần hồ sơ"),
    "current_status": _("còn hiệu lực hay không"),
    "existence": _("có thật hay không"),
    "existence_in_2022": _("năm 2022 đã có hay chưa"),
    "fees": _("phí, lệ phí"),
    "field_list_against_official_form": _("các mục khai so với mẫu chính thức"),
    "former_province": _("tỉnh trước sáp nhập"),
    "full_list_of_fees": _("danh sách đủ các khoản thu"),
    "groups": _("nhóm người được áp dụng"),
    "legal_bases": _("căn cứ pháp lý"),
    "legal_basis_number": _("số, ký hiệu của căn cứ"),
    "legal_basis_of_50000": _("căn cứ của mức 50.000 đồng"),
    "legal_basis_of_70000": _("căn cứ của mức 70.000 đồng"),
    "legal_basis_of_fee": _("căn cứ của mức thu"),
    "list": _("danh sách"),
    "name": _("tên"),
    "number": _("số"),
    "order": _("thứ tự"),
    "org_code": _("mã định danh"),
    "percent": _("phần trăm được giảm"),
    "processing": _("thời hạn giải quyết"),
    "replaced_by": _("được thay bằng"),
    "service_level": _("mức độ tại tỉnh"),
    "steps": _("các bước"),
    "valid_from": _("ngày bắt đầu"),
    "valid_to": _("ngày hết hạn"),
    "validity": _("thời gian hiệu lực"),
    "whole_rule": _("cả quy định"),
}


def doubts_in_words(marks: Iterable[str]) -> str:
    """What nobody has confirmed yet, each thing once, as an official reads it."""
    heads = (mark.partition(":")[0].partition("_for_")[0] for mark in marks)
    return in_words(dict.fromkeys(heads), DOUBTS)


def in_words(keys: Iterable[str], words: Words) -> str:
    """The labels of these keys, in their order."""
    return ", ".join(str(words.get(key, key)) for key in keys)


def lines(field: str, description: "str | _StrPromise") -> Callable[[Any, Model], str]:
    """A column of an admin page that shows a list of texts, one on a line."""

    @admin.display(description=description)
    def shown(_admin: Any, row: Model) -> str:
        return "\n".join(map(str, getattr(row, field)))

    return shown


def key_list(
    field: str, description: "str | _StrPromise", words: Words
) -> Callable[[Any, Model], str]:
    """A column of an admin page that shows a list of keys by their labels."""

    @admin.display(description=description)
    def shown(_admin: Any, row: Model) -> str:
        return in_words(getattr(row, field), words)

    return shown


if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Base = admin.options.BaseModelAdmin[Model]
else:
    Base = object


class Worded(Base):
    """A page that says keys in words.

    Lists of keys are ticked by their labels. Where nothing can be changed, a field gives way to
    the column `<field>_words` if the class has one.
    """

    key_lists: Mapping[str, type[models.TextChoices]] = {}
    # Left out where nothing can be changed: another column says the same in words.
    only_while_open: tuple[str, ...] = ()

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Boxes to tick for a list of keys."""
        if db_field.name not in self.key_lists:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            choices=self.key_lists[db_field.name].choices,
            widget=forms.CheckboxSelectMultiple,
            label=capfirst(db_field.verbose_name),
            required=not db_field.blank,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where nothing can be changed, the columns in words too."""
        fields = super().get_readonly_fields(request, obj)
        if self._is_open(request, obj):
            return fields
        return (*fields, *(name for name in dir(self) if name.endswith("_words")))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields; by their words where nothing can be changed."""
        fields = super().get_fields(request, obj)
        if self._is_open(request, obj):
            return fields
        kept = [name for name in fields if name not in self.only_while_open]
        words = (f"{name}_words" if hasattr(self, f"{name}_words") else name for name in kept)
        return list(dict.fromkeys(words))

    def _is_open(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or self.has_change_permission(request, obj)
