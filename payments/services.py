"""Prices a dossier by the catalogue's fees and rules; loads the rules."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Subquery

from payments import fees
from payments.conditions import Fact, comparisons
from payments.fee_rules_file import FILE, read_fee_rules
from payments.fees import FeeLine, PayerFacts
from payments.models import FeeReduction
from payments.presentation import as_json, as_sum
from payments.tariffs import Pages, TariffError, read_tariff, tariff_in_words
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.catalogue import CatalogueError
from portal.core.catalogue_files import Tally
from portal.core.models import Province
from procedures.models import Channel, Fee, Procedure, ProcedureVersion

CHANNELS = (Channel.ONLINE, Channel.DIRECT, Channel.POSTAL)


@transaction.atomic
def load_fee_rules(data: object) -> Tally:
    """Take in `fee_rules.json`; a rule an administrator edited stays until its record changes."""
    read = read_fee_rules(data)
    _check_procedures(read)
    have = {row.key: row for row in FeeReduction.objects.select_for_update().filter(key__in=read)}
    tally = Tally()
    for key, columns in read.items():
        row = have.get(key, FeeReduction())
        if row.content_hash == columns["content_hash"]:
            tally.unchanged += 1
            continue
        tally.created += row.pk is None
        tally.changed += row.pk is not None
        for column, value in columns.items():
            setattr(row, column, value)
        row.save()
    return tally


def _check_procedures(read: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise when a rule names a procedure that the catalogue does not have."""
    named = {code for columns in read.values() for code in columns["procedures"]} - {"*"}
    known = set(Procedure.objects.filter(code__in=named).values_list("code", flat=True))
    for key, columns in read.items():
        for code in columns["procedures"]:
            if code not in known | {"*"}:
                message = f"không có thủ tục {code} trong danh mục"
                raise CatalogueError(FILE, f"rules/{key}", "applies_to.procedures", message)


def quote_for(
    version: ProcedureVersion,
    *,
    case: str,
    channel: str,
    submitted_at: datetime,
    agency: Agency | None = None,
    payer: Mapping[str, Any] | None = None,
    case_facts: Mapping[str, Fact] | None = None,
    quantities: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What is due for a dossier sent at that instant, ready to be stored or sent as JSON.

    Facts and quantities come as the API names them; pages as `{"pages", "copies"}`.
    """
    rules = _rules_of(version)
    priced = fees.quote(
        fee_lines(version),
        [rule.as_value() for rule in rules],
        channel=channel,
        case=case,
        submitted_on=clock.local(submitted_at).date(),
        payer=PayerFacts.told(payer or {}),
        case_facts=case_facts,
        quantities=_read_quantities(quantities or {}),
        territories=_territories(rules, agency),
        service_level=version.service_level,
    )
    return as_json(priced)


def _read_quantities(told: Mapping[str, Any]) -> dict[str, int | Pages]:
    return {item: Pages(**n) if isinstance(n, Mapping) else n for item, n in told.items()}


def channel_sums(version: ProcedureVersion, case: str, on: date) -> list[dict[str, Any]]:
    """Per way of sending, what a person we know nothing about pays that day, as a sum."""
    lines, rules = fee_lines(version), _rules_of(version)
    territories, values = _territories(rules, None), [rule.as_value() for rule in rules]
    sums = []
    for channel in CHANNELS:
        if version.channels and channel not in version.channels:
            continue
        priced = fees.quote(
            lines,
            values,
            channel=channel,
            case=case,
            submitted_on=on,
            territories=territories,
            service_level=version.service_level,
        )
        sums.append({"channel": channel.value, "label": channel.label, **as_sum(priced)})
    return sums


def fee_lines(version: ProcedureVersion) -> list[FeeLine]:
    """The version's fee rows as values; one whose tariff cannot be read counts as unset."""
    return [_fee_line(row) for row in version.fees.all()]


def _fee_line(row: Fee) -> FeeLine:
    amount, tariff = row.amount, tariff_in_words(row.unit, row.amount)
    if row.tariff:
        try:
            tariff = read_tariff(row.tariff)
        except TariffError:
            amount, tariff = None, None
    return FeeLine(
        item=row.item,
        kind=row.kind,
        amount=amount,
        case=row.case,
        channel=row.channel,
        unit=row.unit,
        tariff=tariff,
        legal_basis=row.legal_basis,
        is_confirmed=row.is_confirmed,
    )


def _rules_of(version: ProcedureVersion) -> list[FeeReduction]:
    """The rules that may speak about this procedure, each with the province's name."""
    province = Subquery(Province.objects.order_by("pk").values("name")[:1])
    return list(
        FeeReduction.objects.speaking()
        .about_money()
        .for_procedure(version.procedure.code)
        .annotate(province_name=province)
    )


def _territories(rules: Iterable[Any], agency: Agency | None) -> frozenset[str]:
    """The places whose rules hold at this agency; with none, the country and the province."""
    names = {fees.WHOLE_COUNTRY}
    names.update(rule.province_name for rule in rules if rule.province_name)
    if agency is not None:
        names.update((agency.code, agency.former_province, agency.admin_unit_code))
    return frozenset(names - {""})


def case_fact_kinds() -> dict[str, type]:
    """The facts about a case that any rule asks for, and the kind of answer each takes."""
    kinds: dict[str, type] = {}
    for condition in FeeReduction.objects.values_list("condition", flat=True):
        for name, value in comparisons(condition):
            if name.startswith("case_facts."):
                sample = value[0] if isinstance(value, list) and value else value
                kinds[name.removeprefix("case_facts.")] = type(sample)
    return kinds
