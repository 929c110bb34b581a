"""How the result comes: many forms ask it, step 3 asks everybody; it is answered once."""

from typing import Any

from dossiers.models import Dossier

# The part that forms of the catalogue share by name, and the keys of an address within it.
PART = "nhan_ket_qua"
PLACES = ("chi_tiet", "xa", "tinh")


def newly_answered(draft: Dossier, form_data: dict[str, Any]) -> dict[str, str]:
    """What the form now says of it, as facts of the draft; nothing when that is not new.

    Step 3 then shows this answer, and what is chosen there stays.
    """
    part = form_data.get(PART)
    if not isinstance(part, dict) or part == draft.form_data.get(PART):
        return {}
    if part.get("hinh_thuc") not in Dossier.ReturnMethod.values:
        return {}
    facts = {"return_method": part["hinh_thuc"]}
    place = part.get("dia_chi_nhan")
    if part["hinh_thuc"] == Dossier.ReturnMethod.POST and isinstance(place, dict):
        told = [str(place[key]) for key in PLACES if place.get(key)]
        facts["return_address"] = ", ".join(told)[:250]
    return facts
