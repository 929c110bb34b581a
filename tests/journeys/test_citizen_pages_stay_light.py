"""However much An has filed, a page costs the same and weighs little."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers.models import Attachment, Dossier, DossierEvent
from procedures.models import ProcedureVersion
from tests.cast import Cast

BUDGET = 60 * 1024


def statements(client: Client, address: str) -> int:
    """How many statements the page takes once the process is warm."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as taken:
        client.get(address)
    return len(taken)


def weight(client: Client, address: str) -> tuple[int, int]:
    """Bytes and requests of a page on a phone that has never been here."""
    page = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert page.status_code == 200, address
    is_packed = page.headers.get("Content-Encoding") == "gzip"
    told = (gzip.decompress(page.content) if is_packed else page.content).decode()
    linked = re.findall(
        r'<(?:link rel="stylesheet"|script)[^>]*(?:href|src)="/?static/([^"]+)"', told
    )
    plain = [re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name) for name in linked]
    sheets = [Path(finders.find(name)) for name in plain if "fonts" not in name]
    packed = [gzip.compress(sheet.read_bytes()) for sheet in sheets]
    return len(page.content) + sum(map(len, packed)), 1 + len(packed)


def test_the_list_costs_the_same_for_one_and_for_thirty(client: Client, cast: Cast) -> None:
    cast.an.submits()
    cast.chi.receives(cast.an.submits())
    client.force_login(cast.an.user)
    few = statements(client, "/ho-so-cua-toi")
    for _more in range(28):
        cast.an.drafts("extract-copy")
    for _more in range(3):
        cast.chi.receives(cast.an.submits("extract-copy"))
    assert statements(client, "/ho-so-cua-toi") == few
    assert few <= 6


def test_a_dossier_with_a_long_story_costs_the_same(client: Client, cast: Cast) -> None:
    dossier = cast.chi.receives(cast.an.submits())
    client.force_login(cast.an.user)
    addresses = [f"/ho-so/{dossier.code}{page}" for page in ("", "/da-gui", "/rut")]
    few = [statements(client, address) for address in addresses]
    event = dossier.events.last()
    attachment = dossier.attachments.get()
    for _more in range(40):
        DossierEvent.objects.create(
            dossier=dossier, kind="forward", old_state="processing", new_state="processing",
            agency=event.agency, step_name="Thẩm định",
        )  # fmt: skip
        Attachment.objects.create(
            dossier=dossier, component=attachment.component, file=attachment.file
        )
    assert [statements(client, address) for address in addresses] == few


def test_the_steps_cost_the_same_with_one_and_with_ten_files(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    pages = ("nguoi-nop", "giay-to", "to-khai", "phi", "xem-lai")
    few = [statements(client, f"/nhap/{draft.pk}/{page}") for page in pages]
    attachment = draft.attachments.get()
    for _more in range(9):
        Attachment.objects.create(
            dossier=draft, component=attachment.component, file=attachment.file
        )
    assert [statements(client, f"/nhap/{draft.pk}/{page}") for page in pages] == few
    assert max(few) <= 20


def test_every_page_of_the_walk_fits_a_slow_phone(client: Client, cast: Cast) -> None:
    draft, dossier = cast.an.drafts(), cast.chi.asks_at_intake(cast.an.submits())
    client.force_login(cast.an.user)
    pages = ("nguoi-nop", "giay-to", "to-khai", "to-khai?kiem-tra=1", "phi", "xem-lai", "xoa")
    addresses = ["/ho-so-cua-toi", "/nop-ho-so?thu_tuc=1.001193", "/tra-cuu"]
    addresses += [f"/nhap/{draft.pk}/{page}" for page in pages]
    addresses += [f"/ho-so/{dossier.code}{page}" for page in ("", "/da-gui", "/bo-sung", "/rut")]
    addresses += [f"/tra-cuu/{dossier.link_token}"]
    weights = {address: weight(client, address) for address in addresses}
    assert {a: w for a, w in weights.items() if w[0] > BUDGET or w[1] > 4} == {}


def forms() -> Any:
    """Every electronic form of the catalogue, by its procedure."""
    return ProcedureVersion.objects.filter(form__isnull=False, valid_to=None).order_by("pk")


def test_every_form_of_the_catalogue_fits_too(client: Client, cast: Cast) -> None:
    client.force_login(cast.an.user)
    heavy = {}
    for version in forms():
        draft = Dossier.objects.create(
            applicant=cast.an.user, procedure_version=version, form_version=version.form,
            start_token=f"weight {version.pk}", agency=cast.an.home_agency,
        )  # fmt: skip
        bytes_sent, requests = weight(client, f"/nhap/{draft.pk}/to-khai")
        if bytes_sent > BUDGET or requests > 4:
            heavy[version.procedure.code] = bytes_sent
    assert heavy == {}


@pytest.mark.parametrize("page", ["nguoi-nop", "giay-to", "to-khai", "phi", "xem-lai"])
def test_no_page_holds_a_script_or_a_style_of_its_own(
    client: Client, cast: Cast, page: str
) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    told = client.get(f"/nhap/{draft.pk}/{page}").content.decode()
    assert re.findall(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", told) == []
