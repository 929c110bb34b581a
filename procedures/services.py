"""Publishes a draft of a procedure that somebody wrote by hand."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.catalogue_files import read_json
from procedures.loading.periods import close_before
from procedures.loading.publishing import search_text
from procedures.models import Procedure, ProcedureVersion

SYNONYMS = Path(__file__).parent / "data" / "synonyms.json"


@transaction.atomic
def publish_draft(version_id: int) -> ProcedureVersion:
    """Publish a draft: from its first day it stands, and what stood before ends the day before.

    Dossiers keep the version they pin. The procedure's row is locked, so that two drafts are
    published one after the other.
    """
    version: ProcedureVersion = ProcedureVersion.objects.select_related("procedure").get(
        pk=version_id
    )
    Procedure.objects.select_for_update().get(pk=version.procedure_id)
    if version.state != ProcedureVersion.State.DRAFT:
        raise ValidationError(_("Phiên bản này đã được công bố."))
    earlier = ProcedureVersion.objects.published().filter(procedure=version.procedure_id)
    if earlier.filter(valid_from__gte=version.valid_from).exists():
        raise ValidationError(_("Ngày hiệu lực phải sau ngày hiệu lực của bản đang công bố."))
    close_before(earlier, version.valid_from)
    version.state = ProcedureVersion.State.PUBLISHED
    version.published_at = clock.now()
    version.search_text = search_text(version, read_json(SYNONYMS)["synonyms"])
    version.save(update_fields=["state", "published_at", "search_text"])
    return version
