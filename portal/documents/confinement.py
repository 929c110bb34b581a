"""Hostile bytes are opened in a child process with little memory, little time and no database.

A picture or PDF made to blow up its reader kills that child and nothing else. Children are forked
from one small server process (multiprocessing's fork server) that has the libraries loaded, so a
look costs some ten milliseconds and never forks a web worker with its threads and connections.
"""

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

from portal.documents import drawing, looking

WALL_SECONDS = 25
TOO_HARD = "too_hard"
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["portal.documents.looking"])


def look(path: str, media_type: str) -> str:
    """What is wrong with the file as a reason of `looking`; empty when nothing is."""
    return _confined(looking.look, path, media_type)


def draw(path: str, picture: str, thumbnail: str) -> str:
    """Draw a picture and its thumbnail anew; the reason when that cannot be done.

    Drawing is a Celery task, and a Celery worker's process may not use the fork server: the
    child is an interpreter of its own, with an environment that holds no secret.
    """
    command = [sys.executable, "-I", drawing.__file__, path, picture, thumbnail]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, on names the portal has drawn
            command,
            env={},
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TOO_HARD
    return done.stdout.decode() if done.returncode == 0 else TOO_HARD


def _confined(work: Callable[..., str], *arguments: str) -> str:
    """Do the work in a child; a child that dies or dawdles found it too hard."""
    ours, theirs = _context.Pipe(duplex=False)
    child = _context.Process(target=_work, args=(theirs, work, arguments), daemon=True)
    child.start()
    theirs.close()
    try:
        return str(ours.recv()) if ours.poll(WALL_SECONDS) else TOO_HARD
    except EOFError:
        return TOO_HARD
    finally:
        ours.close()
        child.kill()
        child.join()
        child.close()


def _work(answer: Connection, work: Callable[..., str], arguments: tuple[str, ...]) -> None:
    """In the child: bind its hands, do the work, say what came of it."""
    drawing.bind_hands()
    try:
        told = work(*arguments)
    except Exception:  # noqa: BLE001 - whatever a reader stumbles over, the file is at fault
        told = TOO_HARD
    answer.send(told)
