"""Finding one dossier by what stands on its papers."""

import hmac

from django.conf import settings

from dossiers.codes import read_code
from dossiers.models import Dossier
from portal.core import crockford
from portal.core.limits import give_one_back, take

BY_ADDRESS, BY_CODE = "lookup from", "lookup of"
WINDOW = 15 * 60


def find(code: str, secret: str, address: str) -> Dossier | None:
    """The dossier with that code and secret; nothing for an unknown code or a wrong secret.

    Raises TooMany after too many wrong tries from one address, or at one code, known or not;
    the link of the message and the QR code of the paper go on working meanwhile.
    """
    read = read_code(code)[:60]
    take(BY_ADDRESS, address, most=settings.LOOKUP_TRIES_PER_ADDRESS, seconds=WINDOW)
    take(BY_CODE, read, most=settings.LOOKUP_TRIES_PER_CODE, seconds=WINDOW)
    rows = Dossier.objects.submitted().with_last_day()
    rows = rows.select_related("procedure_version", "agency")
    dossier = rows.filter(code=read).first()
    expected = dossier.lookup_secret if dossier else "--------"
    if not hmac.compare_digest(expected.encode(), crockford.read(secret).encode()):
        return None
    give_one_back(BY_ADDRESS, address, seconds=WINDOW)
    give_one_back(BY_CODE, read, seconds=WINDOW)
    return dossier
