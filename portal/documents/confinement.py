"""Hostile bytes are opened in a child process with little memory, little time and no database.

A picture or PDF made to blow up its reader kills that child and nothing else. Children are forked
from one small server process (multiprocessing's fork server) that has the libraries loaded, so a
look costs some ten milliseconds and never forks a web worker with its threads and connections.
"""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection

from portal.documents import looking

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15
WALL_SECONDS = 25
TOO_HARD = "too_hard"
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["portal.documents.looking"])


def look(path: str, media_type: str) -> str:
    """What is wrong with the file as a reason of `looking`; empty when nothing is."""
    return _confined(looking.look, path, media_type)


def draw(path: str, picture: str, thumbnail: str) -> str:
    """Draw a picture and its thumbnail anew; the reason when that cannot be done."""
    return _confined(looking.draw, path, picture, thumbnail)


def _confined(work: Callable[..., str], *arguments: str) -> str:
    """Do the work in a child; a child that dies or dawdles found it too hard."""
    ours, theirs = _context.Pipe(duplex=False)
    child = _context.Process(target=_work, args=(theirs, work, arguments), daemon=True)
    try:
        child.start()
        theirs.close()
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
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = work(*arguments)
    except Exception:  # noqa: BLE001 - whatever a reader stumbles over, the file is at fault
        told = TOO_HARD
    answer.send(told)
