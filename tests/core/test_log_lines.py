"""The processes' log: one line of JSON each, and nobody's data in any."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.core.log_lines import JsonLines
from tests.cast import Cast

NUMBER = "086190012345"


@pytest.fixture
def lines() -> Iterator[Any]:
    """What the root logger writes meanwhile, line by line."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_line_is_one_object_in_utc(lines: Any) -> None:
    logging.getLogger("portal").warning('hai "dòng"\nmột ý %s', 7)
    (line,) = lines()
    assert line["at"].endswith("Z")
    assert (line["level"], line["logger"]) == ("WARNING", "portal")
    assert line["message"] == 'hai "dòng"\nmột ý 7'


def test_an_address_is_told_as_its_route(cast: Cast, client: Client, lines: Any) -> None:
    client.force_login(cast.binh.user)
    assert client.get(f"/ho-so/{NUMBER}").status_code == 404
    assert client.get(f"/khong-co/{NUMBER}").status_code == 404
    told = [line["message"] for line in lines() if line["logger"] == "django.request"]
    assert told == ["Not Found: GET ho-so/<str:code>", "Not Found: GET no route"]


def test_a_failure_is_told_by_its_kind_and_place(lines: Any) -> None:
    try:
        raise ValueError(f"duplicate key '{NUMBER}' of an@example.vn")
    except ValueError:
        logging.getLogger("portal").exception("it failed")
    (line,) = lines()
    assert line["error"].startswith("ValueError: duplicate key … of …")
    assert line["where"][-1].startswith("test_log_lines.py:")
    assert NUMBER not in json.dumps(line)


def test_of_a_task_its_name_and_outcome_are_told(lines: Any) -> None:
    about = {"name": "documents.render", "id": "7f", "description": "raised unexpected"}
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s: %(exc)s", {**about, "exc": NUMBER}, extra={"data": about}
    )
    (line,) = lines()
    assert line["message"] == "task documents.render[7f] raised unexpected"
