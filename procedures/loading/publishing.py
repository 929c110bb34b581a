"""Publishes the procedures of the catalogue as versions, with their forms and legal bases."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.core import clock
from portal.core.catalogue_files import Tally, digest
from portal.core.text import fold
from procedures.loading.citations import read_citation
from procedures.loading.parts import PARTS, day, parts_of, version_fields
from procedures.loading.periods import close_before, effective_day
from procedures.models import FormVersion, LegalBasis, Procedure, ProcedureVersion

Records = Mapping[str, dict[str, Any]]


def write_procedures(records: Records) -> dict[str, Procedure]:
    """Make sure every procedure of the file has its row; answers them by code."""
    Procedure.objects.bulk_create((Procedure(code=code) for code in records), ignore_conflicts=True)
    procedures = Procedure.objects.in_bulk(field_name="code")
    changed = []
    for code, record in records.items():
        procedure, successor = procedures[code], procedures.get(record["successor_code"] or "")
        wanted = (record["essential_no"], successor.pk if successor else None)
        if (procedure.essential_no, procedure.successor_id) != wanted:
            procedure.essential_no, procedure.successor_id = wanted
            changed.append(procedure)
    if changed:
        Procedure.objects.bulk_update(changed, ["essential_no", "successor"])
    return procedures


def publish_forms(
    forms: Records, procedures: Mapping[str, Procedure]
) -> tuple[dict[str, FormVersion], Tally]:
    """The form version that holds for each procedure now, new ones published where changed."""
    latest = {form.procedure_id: form for form in FormVersion.objects.order_by("number")}
    tally, new = Tally(), []
    current: dict[str, FormVersion] = {}
    for code, record in forms.items():
        procedure, content_hash = procedures[code], digest(record)
        before = latest.get(procedure.pk)
        if before and before.content_hash == content_hash:
            tally.unchanged += 1
            current[code] = before
            continue
        tally.created, tally.changed = tally.created + (not before), tally.changed + bool(before)
        number = max(before.number + 1 if before else 1, record["version"])
        current[code] = _form(procedure, number, record, content_hash)
        new.append(current[code])
    FormVersion.objects.bulk_create(new)
    return current, tally


def _form(
    procedure: Procedure, number: int, record: dict[str, Any], content_hash: str
) -> FormVersion:
    return FormVersion(
        procedure=procedure,
        number=number,
        title=record["title"],
        schema=record["schema"],
        uploads=record["uploads"],
        content_hash=content_hash,
        is_verified=record["verified"],
        unverified=record["unverified"],
        source=record["source"],
        note=record["note"] or "",
    )


def publish_versions(
    records: Records,
    procedures: Mapping[str, Procedure],
    forms: Records,
    form_versions: Mapping[str, FormVersion],
) -> Tally:
    """Publish a version for each record that is new or changed; dossiers keep the one they pin."""
    loaded = ProcedureVersion.objects.exclude(content_hash="").defer("record").order_by("number")
    latest = {version.procedure_id: version for version in loaded}
    tally, new = Tally(), []
    for code, record in records.items():
        procedure, form = procedures[code], forms.get(code)
        content_hash = digest([record, form])
        before = latest.get(procedure.pk)
        if before and before.content_hash == content_hash:
            tally.unchanged += 1
            continue
        tally.created, tally.changed = tally.created + (not before), tally.changed + bool(before)
        version = _next_version(procedure, record, before, content_hash)
        if version is not None:
            version.form = form_versions.get(code)
            new.append((version, record, form))
    _create(new)
    return tally


def _next_version(
    procedure: Procedure,
    record: dict[str, Any],
    before: ProcedureVersion | None,
    content_hash: str,
) -> ProcedureVersion | None:
    """The version to publish next; none where the record only ends what was in force."""
    start, end = day(record["valid_from"]), day(record["valid_to"])
    assert start is not None  # the file's schema demands it  # noqa: S101
    earlier = ProcedureVersion.objects.filter(procedure=procedure)
    number = 1
    if before:
        start = effective_day(start, before.valid_from, clock.today())
        if end and end < start:
            _end(before, max(end, before.valid_from), content_hash)
            return None
        number = 1 + max(earlier.values_list("number", flat=True))
        close_before(earlier.published(), start)
    return ProcedureVersion(
        procedure=procedure,
        number=number,
        state=ProcedureVersion.State.PUBLISHED,
        valid_from=start,
        valid_to=end,
        content_hash=content_hash,
        **version_fields(record),
    )


def _end(version: ProcedureVersion, last_day: date, content_hash: str) -> None:
    version.valid_to, version.content_hash = last_day, content_hash
    version.save(update_fields=["valid_to", "content_hash"])


def _create(
    new: list[tuple[ProcedureVersion, dict[str, Any], dict[str, Any] | None]],
) -> None:
    """Store new versions with all their rows, few statements however many there are."""
    ProcedureVersion.objects.bulk_create(version for version, _record, _form in new)
    rows = [row for version, record, form in new for row in parts_of(version, record, form)]
    for model in PARTS:
        model._default_manager.bulk_create(row for row in rows if type(row) is model)
    bases = _legal_bases(record for _version, record, _form in new)
    through = ProcedureVersion.legal_bases.through
    through.objects.bulk_create(
        through(procedureversion_id=version.pk, legalbasis_id=bases[citation].pk)
        for version, record, _form in new
        for citation in record["legal_bases"]
    )


def _legal_bases(records: Iterable[dict[str, Any]]) -> dict[str, LegalBasis]:
    """The legal bases the records cite; verified where a source that was read names the number."""
    cited: dict[str, None] = {}
    seen: set[str] = set()
    for record in records:
        cited |= dict.fromkeys(record["legal_bases"])
        seen.update(record["legal_bases_in_source"])
    LegalBasis.objects.bulk_create(
        (_legal_basis(citation, seen) for citation in cited), ignore_conflicts=True
    )
    return LegalBasis.objects.in_bulk(field_name="citation")


def _legal_basis(citation: str, seen: set[str]) -> LegalBasis:
    read = read_citation(citation)
    return LegalBasis(
        citation=citation,
        number=read.number,
        issuer=read.issuer,
        issued_on=read.issued_on,
        valid_to=read.valid_to,
        is_verified=read.number in seen,
    )


def search_text(version: ProcedureVersion, synonyms: Iterable[dict[str, str]]) -> str:
    """The folded text people search: name, code, field, keywords and what they call it."""
    own = [version.name, version.procedure.code, version.field, *version.keywords]
    text = fold(" ".join(own))
    also = [fold(entry["said"]) for entry in synonyms if fold(entry["meant"]) in text]
    return " ".join([text, *also])


def write_search_text(synonyms: list[dict[str, str]]) -> None:
    """Keep the text people search by in step with the versions and with the synonyms."""
    versions = ProcedureVersion.objects.select_related("procedure")
    changed = []
    for version in versions.only("name", "field", "keywords", "search_text", "procedure__code"):
        text = search_text(version, synonyms)
        if version.search_text != text:
            version.search_text = text
            changed.append(version)
    ProcedureVersion.objects.bulk_update(changed, ["search_text"])
