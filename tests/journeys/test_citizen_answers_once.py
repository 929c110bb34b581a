"""How the result comes An says once: what her form tells is chosen already at step 3."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.forms import ReturnForm
from dossiers.papers import submission_facts
from dossiers.services import drafting
from tests.cast import Cast
from tests.procedures.form_instances import FORMS, valid_instance

BIRTH = FORMS["1.001193"]

BY_POST = {
    "hinh_thuc": "buu_chinh",
    "dia_chi_nhan": {"tinh": "Tỉnh Bình An", "xa": "Xã Tân Hội", "chi_tiet": "Ấp Tân Lộc"},
}


@pytest.mark.django_db
def test_the_post_chosen_in_the_form_is_chosen_at_step_three(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    answers = {**valid_instance(BIRTH), "nhan_ket_qua": BY_POST}
    drafting.save(draft.pk, cast.an.user, None, form_data=answers)
    client.force_login(cast.an.user)
    page: Any = client.get(reverse("dossiers:receiving", args=[draft.pk]))
    form = page.context["form"]
    assert isinstance(form, ReturnForm)
    assert form["return_method"].value() == "buu_chinh"
    assert form["return_address"].value() == "Ấp Tân Lộc, Xã Tân Hội, Tỉnh Bình An"


@pytest.mark.django_db
def test_what_is_chosen_at_step_three_outlasts_another_save_of_the_form(cast: Cast) -> None:
    draft = cast.an.drafts()
    answers = {**valid_instance(BIRTH), "nhan_ket_qua": BY_POST}
    drafting.save(draft.pk, cast.an.user, None, form_data=answers)
    drafting.save(draft.pk, cast.an.user, None, return_method="truc_tuyen")
    answers["so_giay_chung_sinh"] = "12"
    saved = drafting.save(draft.pk, cast.an.user, None, form_data=answers)
    assert saved.return_method == "truc_tuyen"


@pytest.mark.django_db
@pytest.mark.parametrize("part", [None, "x", [], {"hinh_thuc": "ngựa"}, {"hinh_thuc": ["x"]}])
def test_an_answer_that_is_none_changes_nothing(cast: Cast, part: Any) -> None:
    draft = cast.an.drafts()
    saved = drafting.save(draft.pk, cast.an.user, None, form_data={"nhan_ket_qua": part})
    assert saved.return_method == draft.return_method


def test_the_copy_of_what_was_sent_says_how_the_result_comes(cast: Cast) -> None:
    dossier = cast.an.submits()
    assert submission_facts(dossier)["sections"][-1] == {
        "title": "Cách nhận kết quả",
        "rows": [{"label": "Hình thức", "value": "Bản điện tử trên Cổng"}],
    }
