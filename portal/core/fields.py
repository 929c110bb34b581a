"""Columns whose content PostgreSQL never sees in the clear."""

import json
from typing import Any

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.core import field_keys


class SealedText(models.TextField):
    """A text kept under FIELD_KEYS; an empty one stays empty. Search by a keyed hash beside it."""

    def get_prep_value(self, value: Any) -> Any:
        """The text as it lies in the table."""
        return field_keys.seal(str(value)) if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The text as it was given."""
        return field_keys.unseal(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is one: the same text is sealed differently each time."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed; search by its keyed hash")
        return super().get_lookup(lookup_name)


class SealedJSON(SealedText):
    """JSON kept under FIELD_KEYS."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        """The value as it lies in the table."""
        if value is None:
            return None
        return super().get_prep_value(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The value as it was given."""
        opened = super().from_db_value(value)
        return json.loads(opened) if opened else opened

    def to_python(self, value: Any) -> Any:
        """JSON is kept as it is."""
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        """As fixtures write it."""
        return self.value_from_object(obj)
