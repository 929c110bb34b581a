"""Finding one dossier by what stands on its papers."""

import hmac

from dossiers.codes import read_code
from dossiers.models import Dossier
from portal.core import crockford


def find(code: str, secret: str) -> Dossier | None:
    """The dossier with that code and secret; nothing for an unknown code or a wrong secret."""
    rows = Dossier.objects.submitted().with_last_day()
    rows = rows.select_related("procedure_version", "agency")
    dossier = rows.filter(code=read_code(code)[:60]).first()
    expected = dossier.lookup_secret if dossier else "--------"
    is_right = hmac.compare_digest(expected.encode(), crockford.read(secret).encode())
    return dossier if is_right else None
