"""Files and functions stay short enough to be read in one go."""

import ast
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, python_files, text_of

FILE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 25


def too_long(source: str, limit: int) -> list[str]:
    """The functions of more lines than the limit, docstring included, decorators not."""
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    sizes = [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions]
    return [f"{name}: {size} lines" for name, size in sizes if size > limit]


def is_view_module(path: Path) -> bool:
    """views.py, or a module of a package views/."""
    return path.parts[0] != "tests" and "views" in {path.stem, path.parent.name}


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    sizes = {str(path): len(text_of(path).splitlines()) for path in python_files()}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    found = {str(path): too_long(text_of(path), FUNCTION_LINES) for path in python_files()}
    assert {name: names for name, names in found.items() if names} == {}


def test_no_view_is_longer_than_twenty_five_lines() -> None:
    views = [path for path in python_files() if is_view_module(path)]
    found = {str(path): too_long(text_of(path), VIEW_LINES) for path in views}
    assert views
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(("lines", "told"), [(40, []), (41, ["long: 41 lines"])])
def test_the_ruler_measures_right(lines: int, told: list[str]) -> None:
    source = "@decorated\ndef long():\n" + "    x = 1\n" * (lines - 1)
    assert too_long(source, FUNCTION_LINES) == told


def test_the_ruler_sees_the_launcher() -> None:
    assert Path("portal/launch/__main__.py") in python_files()
    assert (ROOT / "portal/launch/__main__.py").is_file()
