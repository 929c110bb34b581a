"""Files that have come in pieces, taken up by their numbers."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError as FormError
from rest_framework.exceptions import ValidationError

from dossiers.models import Dossier
from dossiers.services.attaching import finished, gone_words
from portal.accounts.models import User
from portal.documents.models import StoredFile, Upload
from procedures.models import Component


def whole(
    person: User, dossier: Dossier, component: Component, numbers: Iterable[str]
) -> list[StoredFile]:
    """The files under those numbers; a number of somebody else is said like one that never was."""
    try:
        return [finished(person, dossier, component, number) for number in numbers]
    except Upload.DoesNotExist as error:
        raise ValidationError({"uploads": [gone_words()]}) from error
    except FormError as refused:
        raise ValidationError({"uploads": refused.messages}) from refused
