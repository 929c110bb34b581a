"""How the result comes, and how many copies, An is asked once: at step 3, never in the form too."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.forms import ReturnForm, is_on_request
from dossiers.models import Dossier
from dossiers.papers import submission_facts
from procedures.form_compiler import compile_form
from procedures.form_compiler.tree import FieldNode, every_node
from tests.cast import Cast, version_of
from tests.journeys.browsing import words_of
from tests.procedures.form_instances import FORMS

METHODS = set(Dossier.ReturnMethod.values)


@pytest.mark.parametrize("code", sorted(FORMS))
def test_no_form_asks_what_step_three_asks(cast: Cast, code: str) -> None:
    fields = [n for n in every_node(compile_form(FORMS[code]).tree) if isinstance(n, FieldNode)]
    again = [f.title for f in fields if METHODS & {str(c.value) for c in f.choices}]
    assert again == []
    copies = [f.title for f in fields if "bản sao" in f.title.lower() and f.kind == "integer"]
    if any(is_on_request(fee) for fee in version_of(code).fees.all()):
        assert copies == []


def test_an_chooses_the_post_at_step_three_and_reads_it_once(client: Client, cast: Cast) -> None:
    draft = cast.an.drafts()
    client.force_login(cast.an.user)
    form = client.get(reverse("dossiers:form", args=[draft.pk])).content.decode()
    assert 'value="buu_chinh"' not in form
    page: Any = client.get(reverse("dossiers:receiving", args=[draft.pk]))
    assert isinstance(page.context["form"], ReturnForm)
    typed = {"return_method": "buu_chinh", "return_address": "Ấp Tân Lộc, xã Tân Hội"}
    client.post(page.wsgi_request.path, {**typed, "version": draft.version, "quantity_phi": "2"})
    words = words_of(client.get(reverse("dossiers:review", args=[draft.pk])))
    assert words.count("Qua bưu chính, tại nhà") == 1
    assert words.count("Ấp Tân Lộc, xã Tân Hội") == 1


def test_the_copy_of_what_was_sent_says_how_the_result_comes(cast: Cast) -> None:
    dossier = cast.an.submits()
    assert submission_facts(dossier)["sections"][-1] == {
        "title": "Cách nhận kết quả",
        "rows": [{"label": "Hình thức", "value": "Bản điện tử trên Cổng"}],
    }
