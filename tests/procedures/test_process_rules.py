"""A process leads to a signed result somebody issues, or its step is named and refused."""

import pytest
from django.db.models import Count

from portal.accounts.models import CASE_ROLES, Role
from procedures import process_rules
from procedures.models import Process
from procedures.process_rules import StepValue, flaw_of

CLERK, OFFICER, HEAD = "reception_clerk", "officer", "agency_head"
RECEIVE = StepValue(1, CLERK, "Tiếp nhận")
DRAFT = StepValue(2, OFFICER, "Dự thảo")
SIGN = StepValue(3, HEAD, "Ký duyệt")
ISSUE = StepValue(4, CLERK, "Vào sổ")


@pytest.mark.parametrize(
    "steps",
    [
        [RECEIVE, DRAFT, SIGN, ISSUE],
        [ISSUE, SIGN, DRAFT, RECEIVE],
        [SIGN, ISSUE],
        [RECEIVE, DRAFT, DRAFT._replace(name="Kiểm tra"), SIGN, ISSUE],
        [DRAFT, SIGN, ISSUE, ISSUE._replace(name="Số hóa")],
        [StepValue(1, HEAD, "Phân công"), DRAFT._replace(order=1), SIGN, ISSUE],
    ],
)
def test_a_process_in_which_giang_signs_alone_and_somebody_issues_is_taken(
    steps: list[StepValue],
) -> None:
    assert flaw_of(steps) == ""


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "chưa có bước nào của lãnh đạo"),
        ([RECEIVE, DRAFT, ISSUE], "chưa có bước nào của lãnh đạo"),
        ([RECEIVE, DRAFT, SIGN], "Bước ký “Ký duyệt” đang là bước cuối"),
        ([SIGN, ISSUE._replace(role=HEAD)], "Bước ký “Vào sổ” đang là bước cuối"),
        ([DRAFT._replace(order=3), SIGN, ISSUE], "Bước “Dự thảo” trùng thứ tự với bước ký"),
        ([DRAFT, SIGN, SIGN._replace(name="Ký thay"), ISSUE], "trùng thứ tự với bước ký"),
        ([SIGN, ISSUE._replace(role=HEAD), ISSUE], "Bước “Vào sổ” trùng thứ tự với bước ký"),
        ([DRAFT._replace(role="auditor"), SIGN, ISSUE], "Bước “Dự thảo” giao cho vai trò"),
    ],
)
def test_a_process_nobody_could_end_is_refused_by_the_name_of_the_step(
    steps: list[StepValue], said: str
) -> None:
    assert said in flaw_of(steps)


def test_the_rule_knows_the_roles_of_the_portal() -> None:
    assert process_rules.HEAD == Role.AGENCY_HEAD
    assert {role.value for role in CASE_ROLES} == process_rules.WORKERS


@pytest.mark.django_db
def test_every_process_of_the_catalogue_can_be_walked_to_its_end() -> None:
    processes = Process.objects.annotate(n=Count("steps")).prefetch_related("steps")
    assert processes.count() == 79
    assert {str(process): process.flaw for process in processes if process.flaw} == {}
