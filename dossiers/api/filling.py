"""What a caller sends for a draft, judged by the same forms as the pages."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from dossiers.forms import ReturnForm, StepForm, WhoForm
from dossiers.models import Dossier
from dossiers.serving import agencies_for
from portal.accounts.models import Agency
from procedures.form_compiler import compile_form

PEOPLE = ("agency", "case", "owner", "contact")
RECEIVING = ("payer", "quantities", "return_method", "return_address")
NESTED = {
    "full_name": "owner", "identity_number": "owner",
    "phone": "contact", "email": "contact", "address": "contact",
}  # fmt: skip


def facts_for(draft: Dossier, sent: dict[str, Any]) -> dict[str, Any]:
    """What the draft is to keep; ValidationError naming every sent field that is wrong.

    What was not sent is not judged: a draft may be incomplete until it is handed in.
    """
    facts: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    if any(name in sent for name in PEOPLE):
        form, named = _who(draft, sent)
        _read(form, named, facts, errors)
    if any(name in sent for name in RECEIVING):
        receiving, named = _receiving(draft, sent)
        _read(receiving, named, facts, errors)
    if "form_data" in sent:
        _read_answers(draft, sent["form_data"], facts, errors)
    if errors:
        raise ValidationError(errors)
    return facts


def _read(form: StepForm, named: set[str], facts: dict[str, Any], errors: dict[str, Any]) -> None:
    form.is_valid()
    for name, sentences in form.errors.items():
        if name in named:
            _complain(errors, name, [str(sentence) for sentence in sentences])
    facts.update(form.facts())


def _complain(errors: dict[str, Any], name: str, sentences: list[str]) -> None:
    """Under the name the caller knows: `owner.full_name`, `quantities.<item>`, or plainly."""
    if name in NESTED:
        errors.setdefault(NESTED[name], {})[name] = sentences
    elif name.startswith("quantity_"):
        errors.setdefault("quantities", {})[name.removeprefix("quantity_")] = sentences
    else:
        errors[name] = sentences


def _who(draft: Dossier, sent: dict[str, Any]) -> tuple[WhoForm, set[str]]:
    serving = agencies_for(draft.procedure_version)
    typed: dict[str, Any] = {"agency": draft.agency_id, "case": draft.case}
    typed |= {**draft.owner, **draft.contact}
    changed = {**sent.get("owner", {}), **sent.get("contact", {})}
    if "case" in sent:
        changed["case"] = sent["case"]
    if "agency" in sent:
        changed["agency"] = _agency(serving, sent["agency"])
    form = WhoForm(draft, serving, {**typed, **changed})
    if "case" in sent and not draft.procedure_version.cases.filter(key=sent["case"]).exists():
        raise ValidationError({"case": [_("Thủ tục này không có trường hợp đó.")]})
    return form, set(changed)


def _agency(serving: Any, code: str) -> int:
    agency: Agency | None = serving.filter(code=code).first()
    if agency is None:
        raise ValidationError({"agency": [_("Cơ quan này không nhận thủ tục đó.")]})
    return agency.pk


def _receiving(draft: Dossier, sent: dict[str, Any]) -> tuple[ReturnForm, set[str]]:
    kept = ReturnForm(draft)
    typed = {name: kept.initial.get(name) for name in kept.fields}
    changed: dict[str, Any] = {
        name: sent[name] for name in ("return_method", "return_address") if name in sent
    }
    if "payer" in sent:
        changed["payer"] = [key for key, is_so in sent["payer"].items() if is_so]
    for item, number in sent.get("quantities", {}).items():
        if item not in kept.wanted:
            raise ValidationError({"quantities": {item: [_("Không có khoản này.")]}})
        changed[f"quantity_{item}"] = number
    return ReturnForm(draft, {**typed, **changed}), set(changed)


def _read_answers(
    draft: Dossier, value: dict[str, Any], facts: dict[str, Any], errors: dict[str, Any]
) -> None:
    """The answers of the electronic form as the page would keep them, complete or not."""
    if draft.form_version is None:
        errors["form_data"] = [_("Thủ tục này không có tờ khai điện tử.")]
        return
    bound = compile_form(draft.form_version.schema).bind_value(value)
    facts["form_data"] = bound.value if bound.is_valid() else bound.draft_value()
