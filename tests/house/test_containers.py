"""The container files say what the portal really needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.mark.heavy
def test_the_compose_file_follows_the_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.heavy
def test_a_broken_compose_file_would_be_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.replace("    image: redis:7", "    imagge: redis:7"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    assert subprocess.run([*command, str(broken)], capture_output=True).returncode == 1


def test_all_services_are_there() -> None:
    services = set(re.findall(r"^  (\w+):$", COMPOSE.partition("\nservices:")[2], flags=re.M))
    assert {"web", "worker", "beat", "postgres", "redis", "mailbox", "identity"} <= services


def test_no_container_runs_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, flags=re.M)
    assert users == ["portal"]


def test_the_image_installs_the_libraries_that_run_looks_for() -> None:
    looked_for = set(re.findall(r"printf '([a-z0-9.-]+) '", (ROOT / "run").read_text()))
    elsewhere = {"postgresql", "redis-server"}  # containers of their own
    for_tests = {"chromium", "clamav-daemon", "poppler-utils"}
    wanted = looked_for - elsewhere - for_tests
    assert {"libmagic1", "fonts-croscore", "gettext"} <= wanted
    assert {name for name in wanted if f" {name} " not in DOCKERFILE.replace("\n", " ")} == set()
