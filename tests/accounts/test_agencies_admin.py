"""Who may do what with agencies in the admin; people and postings are not kept there."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Agency, Posting
from tests.cast import Cast


def url(page: str, *args: object) -> str:
    """The address of an admin page."""
    return reverse(f"admin:{page}", args=args)


@pytest.mark.parametrize("who", ["an", "chi", "giang", "kiemtoan"])
def test_who_is_no_staff_does_not_enter(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who).user)
    for page in ("index", "accounts_agency_changelist", "procedures_procedureversion_changelist"):
        assert client.get(url(page)).status_code == 403


def test_hoa_keeps_people_and_not_procedures(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    assert client.get(url("accounts_agency_changelist")).status_code == 200
    assert client.get(url("procedures_procedureversion_changelist")).status_code == 403


def test_hoa_sees_which_agency_is_not_verified(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    page = client.get(url("accounts_agency_changelist"), {"is_verified__exact": "0"})
    assert page.context["cl"].result_count == 28
    assert "⚠ chưa kiểm chứng" in page.content.decode()


def test_hoa_corrects_a_code_and_the_next_load_keeps_it(client: Client, cast: Cast) -> None:
    agency = Agency.objects.get(code="vl-so-tu-phap")
    client.force_login(cast.hoa.user)
    shown = client.get(url("accounts_agency_change", agency.pk)).context
    form = shown["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    values |= {"org_code": "H61.93", "unverified": "name", "source": "A5"}
    values["row_stamp"] = shown["row_stamp"]
    response = client.post(url("accounts_agency_change", agency.pk), values)
    assert response.status_code == 302
    call_command("load_catalogue", verbosity=0)
    agency.refresh_from_db()
    assert agency.org_code == "H61.93"


def test_a_role_that_ended_opens_nothing(client: Client, cast: Cast) -> None:
    Posting.objects.filter(user=cast.hoa.pk).update(valid_to="2026-11-01")
    client.force_login(cast.hoa.user)
    assert client.get(url("accounts_agency_changelist")).status_code == 403


@pytest.mark.parametrize("model", ["user", "posting", "secondfactor", "session"])
def test_accounts_are_not_kept_in_the_admin(client: Client, cast: Cast, model: str) -> None:
    client.force_login(cast.hoa.user)
    assert client.get(f"/quan-tri/accounts/{model}/").status_code == 404
