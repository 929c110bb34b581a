"""The rules of the house that no linter knows, read from the syntax of every file of ours."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tracked import python_files, text_of

Rule = Callable[[ast.AST], Iterator[int]]
# Pages that change nothing and must work without a cookie, each with its reason beside it.
MAY_SKIP_CSRF = {"dossiers/views/tracking.py"}


def imports_inside(tree: ast.AST) -> Iterator[int]:
    """Imports inside a function: what must be known above is written down, not fetched."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno


def signals(tree: ast.AST) -> Iterator[int]:
    """Django signals: nobody shouts upstairs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "signals" in (node.module or ""):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "django.dispatch":
            yield node.lineno


def queued_directly(tree: ast.AST) -> Iterator[int]:
    """`.delay()` and `.apply_async()`: work is promised in the outbox."""
    for node in calls(tree):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"delay", "apply_async"}:
            yield node.lineno


def trusted_markup(tree: ast.AST) -> Iterator[int]:
    """`mark_safe`: what people write is never taken for markup."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.name
            if name in {"mark_safe", "SafeString"}:
                yield getattr(node, "lineno", 0)


def clocks_of_their_own(tree: ast.AST) -> Iterator[int]:
    """`datetime.now()`, `date.today()`: the whole portal takes the time from portal.core.clock."""
    for node in calls(tree):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "today", "utcnow"}:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "timezone"}:
                yield node.lineno


def unpickling(tree: ast.AST) -> Iterator[int]:
    """pickle, marshal, eval and exec: bytes and text of strangers are never run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and {a.name for a in node.names} & {"pickle", "marshal"}:
            yield node.lineno
    for call in calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec"}:
            yield call.lineno


def without_csrf(tree: ast.AST) -> Iterator[int]:
    """`csrf_exempt`: only where a page changes nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "csrf_exempt" in {a.name for a in node.names}:
            yield node.lineno


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call in the file."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# Where a rule does not hold, and why.
EXCEPT: dict[Rule, set[str]] = {
    imports_inside: {"portal/documents/pdf.py"},  # weasyprint is heavy to load (style.md)
    signals: set(),
    queued_directly: set(),
    trusted_markup: set(),
    clocks_of_their_own: {"portal/core/clock.py"},
    unpickling: set(),
    without_csrf: MAY_SKIP_CSRF,
}
TREES = {
    str(path): ast.parse(text_of(path))
    for path in python_files()
    if path.parts[0] != "tests" and "migrations" not in path.parts
}


@pytest.mark.parametrize("rule", EXCEPT, ids=lambda rule: rule.__name__)
def test_no_file_breaks_it(rule: Rule) -> None:
    found = {name: sorted(set(rule(tree))) for name, tree in TREES.items()}
    assert {name for name, lines in found.items() if lines} - EXCEPT[rule] == set()


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (imports_inside, "def f():\n    import os\n"),
        (signals, "from django.db.models.signals import post_save\n"),
        (queued_directly, "deliver.delay(1)\n"),
        (trusted_markup, "from django.utils.safestring import mark_safe\n"),
        (clocks_of_their_own, "datetime.now()\n"),
        (unpickling, "import pickle\n"),
        (without_csrf, "from django.views.decorators.csrf import csrf_exempt\n"),
    ],
)
def test_each_rule_sees_what_it_forbids(rule: Rule, broken: str) -> None:
    assert list(rule(ast.parse(broken))) != []


def test_every_exception_is_still_needed() -> None:
    for rule, names in EXCEPT.items():
        for name in names:
            assert list(rule(TREES[str(Path(name))])) != [], f"{rule.__name__} {name}"
