"""There is one way in: nobody else calls Django's own sign-in, and no code asks it to check."""

import ast
from pathlib import Path

from tests.house.tracked import python_files, text_of

DOOR = Path("portal/accounts/services/signing_in.py")
WAYS = {"login", "alogin", "authenticate", "aauthenticate"}


def ways_in(source: str) -> set[str]:
    """What the file takes from django.contrib.auth to let somebody in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.contrib.auth":
            found |= {alias.name for alias in node.names} & WAYS
        if isinstance(node, ast.Attribute) and node.attr in WAYS and "auth" in ast.dump(node.value):
            found.add(node.attr)
    return found


def test_only_the_door_lets_anybody_in() -> None:
    found = {path: ways_in(text_of(path)) for path in python_files() if path.parts[0] != "tests"}
    assert {path: ways for path, ways in found.items() if ways} == {DOOR: {"login"}}


def test_the_rule_sees_both_ways_of_asking() -> None:
    assert ways_in("from django.contrib.auth import login as in_") == {"login"}
    assert ways_in("from django.contrib import auth\nauth.login(request, user)") == {"login"}
    assert ways_in("person.login()") == set()
