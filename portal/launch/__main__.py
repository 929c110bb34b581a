"""`./run`: the portal, its tests, its checks, its management commands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from portal.launch import checking, testing
from portal.launch.children import Crew, Stopped, obey_signals, own_python, say
from portal.launch.places import CHECKOUT, CannotStart, Places
from portal.launch.portal_processes import HOST, refuse_taken_port, start_portal
from portal.launch.preparation import CATALOGUE, DEMO, STATIC, TABLES, TEXTS, Preparation
from portal.launch.services import (
    is_demo,
    own_settings,
    remember,
    remembered,
    start_databases,
    start_sandboxes,
)

HERE = Places(CHECKOUT / "var")


def chosen_port() -> int:
    """The web port, from PORT."""
    told = os.environ.get("PORT") or "8000"
    if not told.isdigit() or not 0 < int(told) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {told!r}.")
    return int(told)


def start(arguments: list[str], crew: Crew) -> int:
    """Bring the portal up, say READY, and keep it up until somebody ends it."""
    port = chosen_port()
    crew.lock = HERE.lock()
    if crew.lock is None:
        raise CannotStart(
            "The portal (or ./run manage) of this checkout runs already; end it first."
        )
    refuse_taken_port(port)
    if arguments == ["--fresh"]:
        HERE.forget()
    HERE.make()
    env = bring_up(crew, port)
    start_portal(port, HERE, crew, env)
    say(f"READY http://{HOST}:{port}")
    while True:
        crew.watch_once()
        time.sleep(0.3)


def bring_up(crew: Crew, port: int) -> dict[str, str]:
    """Start the services and prepare the data; returns the portal's environment."""
    urls = start_databases(HERE, crew)
    env = own_settings(HERE, HERE.base / "static") | urls
    env.setdefault("PORTAL_URL", f"http://{HOST}:{port}")
    urls |= start_sandboxes(HERE, crew, env)
    env |= urls
    remember(HERE, urls | {"PORTAL_URL": env["PORTAL_URL"]})
    preparation = Preparation(HERE, crew, env, private_database="DATABASE_URL" in urls)
    demo = [DEMO] if is_demo(env) else []
    for step in (TEXTS, STATIC, TABLES, CATALOGUE, *demo):
        preparation.bring(step)
    return env


def manage(arguments: list[str], crew: Crew) -> int:
    """Run one management command, beside the running portal or on services started for it."""
    crew.lock = HERE.lock()
    HERE.make()
    if crew.lock is None:
        urls = remembered(HERE)
    else:
        urls = start_databases(HERE, crew)
        urls |= start_sandboxes(HERE, crew, own_settings(HERE, HERE.base / "static") | urls)
    env = own_settings(HERE, HERE.base / "static") | urls
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is the command's own affair
    return subprocess.call([own_python(), "manage.py", *arguments], env=env, cwd=CHECKOUT)


COMMANDS: dict[str, Callable[[list[str], Crew], int]] = {
    "manage": manage,
    "test": testing.run_tests,
    "check": checking.run_checks,
}


def main(arguments: list[str]) -> int:
    """Do what was asked; whatever happens, leave no child behind."""
    obey_signals()
    crew = Crew()
    try:
        if arguments[:1] and arguments[0] in COMMANDS:
            return COMMANDS[arguments[0]](arguments[1:], crew)
        if arguments not in ([], ["--fresh"]):
            raise CannotStart(f"Unknown: ./run {' '.join(arguments)}")
        return start(arguments, crew)
    except CannotStart as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 0 if not arguments or arguments == ["--fresh"] else 128 + stopped.args[0]
    finally:
        crew.stop()


def leave() -> NoReturn:
    """Run, and report the exit code."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    leave()
