"""Who may do what with people and agencies in the admin."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Agency, Posting, Role, User
from tests.cast import Cast


def url(page: str, *args: object) -> str:
    """The address of an admin page."""
    return reverse(f"admin:{page}", args=args)


@pytest.mark.parametrize("who", ["an", "chi", "giang", "kiemtoan"])
def test_who_is_no_staff_does_not_enter(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who).user)
    for page in ("index", "accounts_agency_changelist", "procedures_procedureversion_changelist"):
        response = client.get(url(page))
        assert response.status_code == 302
        assert response["Location"].startswith(url("login"))


def test_hoa_keeps_people_and_not_procedures(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    assert client.get(url("accounts_agency_changelist")).status_code == 200
    assert client.get(url("accounts_user_changelist")).status_code == 200
    assert client.get(url("accounts_posting_changelist")).status_code == 200
    assert client.get(url("procedures_procedureversion_changelist")).status_code == 403


def test_hoa_sees_which_agency_is_not_verified(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    page = client.get(url("accounts_agency_changelist"), {"is_verified__exact": "0"})
    assert page.context["cl"].result_count == 28
    assert "⚠ chưa kiểm chứng" in page.content.decode()


def test_hoa_corrects_a_code_and_the_next_load_keeps_it(client: Client, cast: Cast) -> None:
    agency = Agency.objects.get(code="vl-so-tu-phap")
    client.force_login(cast.hoa.user)
    form = client.get(url("accounts_agency_change", agency.pk)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    values |= {"org_code": "H61.93", "unverified": "name", "source": "A5"}
    response = client.post(url("accounts_agency_change", agency.pk), values)
    assert response.status_code == 302
    call_command("load_catalogue", verbosity=0)
    agency.refresh_from_db()
    assert agency.org_code == "H61.93"


def test_hoa_gives_a_role_to_others_and_not_to_herself(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    agency = Agency.objects.get(code="vl-so-tu-phap")
    posting = {"agency": agency.pk, "role": Role.OFFICER, "valid_from": "01/11/2026"}
    mine = client.post(url("accounts_posting_add"), {**posting, "user": cast.hoa.pk})
    assert mine.status_code == 403
    assert Posting.objects.filter(user=cast.hoa.pk).count() == 1
    his = client.post(url("accounts_posting_add"), {**posting, "user": cast.binh.pk})
    assert his.status_code == 302
    assert Posting.objects.filter(user=cast.binh.pk, agency=agency).count() == 1


def test_hoa_makes_neither_herself_nor_others_superuser(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    for who in (cast.hoa, cast.chi):
        values = {
            "username": who.username,
            "full_name": who.full_name,
            "is_superuser": "on",
            "is_active": "on",
            "email": "",
        }
        assert client.post(url("accounts_user_change", who.pk), values).status_code == 302
        assert not User.objects.get(pk=who.pk).is_superuser


def test_hoa_cannot_set_the_password_of_a_superuser(client: Client, cast: Cast) -> None:
    root = User.objects.create(username="goc", full_name="Gốc", is_superuser=True, is_staff=True)
    client.force_login(cast.hoa.user)
    values = {"password1": "mat-khau-moi-1", "password2": "mat-khau-moi-1"}
    page = url("accounts_user_changelist") + f"{root.pk}/password/"
    assert client.post(page, values).status_code == 403
    assert User.objects.get(pk=root.pk).password == ""


def test_a_role_that_ended_opens_nothing(client: Client, cast: Cast) -> None:
    Posting.objects.filter(user=cast.hoa.pk).update(valid_to="2026-11-01")
    client.force_login(cast.hoa.user)
    assert client.get(url("accounts_agency_changelist")).status_code == 403


def test_personal_data_is_not_on_the_account_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa.user)
    page = client.get(url("accounts_user_change", cast.an.pk)).content.decode()
    assert cast.an.identity_number not in page
    assert cast.an.phone not in page
