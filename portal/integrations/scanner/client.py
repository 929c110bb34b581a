"""ClamAV over its socket: INSTREAM, VERSION, PING; every call is bounded in time and size."""

import re
import socket
import struct
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

CONNECT_SECONDS = 2
ANSWER_SECONDS = 30
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
_FOUND = re.compile(r"^stream: (.{1,200}) FOUND$")


class Readable(Protocol):
    """Whatever gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class ScannerDown(Exception):
    """Nobody answers at the scanner's address, or not in time."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says of a file: clean, the name of what it found, or why it could not."""

    found: str = ""
    trouble: str = ""


def scan(url: str, content: Readable) -> Verdict:
    """Let the scanner look at the bytes; raises ScannerDown when it does not answer."""
    try:
        with _connected(url) as line:
            line.sendall(b"zINSTREAM\0")
            _send(line, content)
            answer = _answer(line)
    except OSError as error:
        raise ScannerDown(type(error).__name__) from error
    if match := _FOUND.match(answer):
        return Verdict(found=match[1])
    return Verdict() if answer == "stream: OK" else Verdict(trouble=answer[:200] or "no answer")


def _send(line: socket.socket, content: Readable) -> None:
    """The bytes in pieces; a scanner that has heard enough hangs up and still answers."""
    try:
        while piece := content.read(PIECE):
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def version(url: str) -> str:
    """The scanner's engine and signatures, such as “ClamAV 1.4.6/27000/…”."""
    try:
        with _connected(url) as line:
            line.sendall(b"zVERSION\0")
            told = _answer(line)
    except OSError as error:
        raise ScannerDown(type(error).__name__) from error
    if not told:
        raise ScannerDown("no answer")
    return told[:100]


def ping(url: str) -> None:
    """Raises ScannerDown unless the scanner is there."""
    version(url)


def _connected(url: str) -> socket.socket:
    """A connection with time limits; `unix:///path` or `tcp://host:port`."""
    address = urlsplit(url)
    if address.scheme not in {"unix", "tcp"}:
        raise ScannerDown("no scanner address")
    if address.scheme == "tcp":
        place = (address.hostname or "", address.port or 3310)
        line = socket.create_connection(place, timeout=CONNECT_SECONDS)
    else:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
    line.settimeout(ANSWER_SECONDS)
    return line


def _answer(line: socket.socket) -> str:
    """One answer up to its NUL, no longer than any honest one."""
    told = b""
    while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
        if not (more := line.recv(LONGEST_ANSWER)):
            break
        told += more
    return told.rstrip(b"\0\n").decode("utf-8", "replace")
