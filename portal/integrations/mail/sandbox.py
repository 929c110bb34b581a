"""A small mail server for the demo and the tests: it speaks real SMTP and keeps every letter.

`python -m portal.integrations.mail.sandbox --mailbox DIR [--host H] [--port 0] [--ready-file FILE]`
Letters become DIR/<time>-<random>.eml. Nobody lives at an address starting with `nobody@` (550).
Moods for fault tests: `--refuse` (451 to every letter), `--hang` (never says a word),
`--drop` (keeps the letter and hangs up without saying so).
"""

import argparse
import asyncio
import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MOST_BYTES = 20 * 1024 * 1024
LONGEST_LINE = 64 * 1024
_PATH = re.compile(r"^(FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
_WELCOME = "\r\n".join(
    ("250-mailbox", "250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", f"250 SIZE {MOST_BYTES}")
)


@dataclass
class Envelope:
    """Who sends to whom in the letter under way."""

    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class MailServer:
    """Takes letters over SMTP (RFC 5321) and drops them into a folder."""

    def __init__(self, mailbox: Path, mood: str = "") -> None:
        self.mailbox = mailbox
        self.mood = mood

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from greeting to goodbye; a client that leaves is no error."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            if self.mood == "hang":
                await reader.read()
            else:
                await Conversation(self, reader, writer).hold()
        writer.close()

    def keep(self, letter: bytes, recipients: list[str]) -> None:
        """Write the letter whole or not at all."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        unfinished = self.mailbox / f".{name}.part"
        envelope = "".join(f"Delivered-To: {address}\r\n" for address in recipients)
        unfinished.write_bytes(envelope.encode() + letter)
        unfinished.replace(self.mailbox / f"{name}.eml")


class Conversation:
    """One client: commands are answered in order, so a client may send several at once."""

    def __init__(
        self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.envelope = Envelope()

    async def hold(self) -> None:
        """Greet, then answer line by line until QUIT."""
        await self.say("220 mailbox ESMTP")
        while True:
            line = await self.reader.readuntil(b"\n")
            verb, _space, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                return await self.say("221 Bye")
            if verb.upper() == "DATA":
                await self.say(await self.take_letter())
            else:
                await self.say(self.answer(verb.upper(), rest))

    async def say(self, reply: str) -> None:
        """Send one reply."""
        self.writer.write(reply.encode() + b"\r\n")
        await self.writer.drain()

    def answer(self, verb: str, rest: str) -> str:
        """The reply to a command that carries no letter."""
        if verb in {"EHLO", "HELO"}:
            self.envelope = Envelope()
            return _WELCOME if verb == "EHLO" else "250 mailbox"
        if verb == "RSET":
            self.envelope = Envelope()
        if verb in {"RSET", "NOOP"}:
            return "250 OK"
        path = _PATH.match(rest)
        if verb in {"MAIL", "RCPT"} and path is None:
            return "501 Syntax: an address in <>"
        if verb == "MAIL" and path is not None:
            self.envelope = Envelope(sender=path[2])
            return "250 OK"
        return self.add_recipient(path[2]) if verb == "RCPT" and path else "502 Not implemented"

    def add_recipient(self, address: str) -> str:
        """The reply to RCPT."""
        if self.envelope.sender is None:
            return "503 MAIL first"
        if self.server.mood == "refuse":
            return "451 4.3.0 Not now"
        if address.lower().startswith("nobody@"):
            return "550 5.1.1 No such mailbox"
        self.envelope.recipients.append(address)
        return "250 OK"

    async def take_letter(self) -> str:
        """Read up to the lonely dot, give doubled dots back, keep the letter."""
        if not self.envelope.recipients:
            return "503 RCPT first"
        await self.say("354 Go ahead")
        lines, size = [], 0
        while (line := await self.reader.readuntil(b"\n")) not in {b".\r\n", b".\n"}:
            size += len(line)
            if size <= MOST_BYTES:
                lines.append(line.removeprefix(b"."))
        envelope, self.envelope = self.envelope, Envelope()
        if size > MOST_BYTES:
            return "552 5.3.4 Too large"
        self.server.keep(b"".join(lines), envelope.recipients)
        if self.server.mood == "drop":
            raise ConnectionAbortedError
        return "250 OK, kept"


async def serve(options: argparse.Namespace) -> None:
    """Listen on loopback until ended; the ready file holds the port once we listen."""
    options.mailbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    mail = MailServer(options.mailbox, options.mood)
    server = await asyncio.start_server(mail.meet, options.host, options.port, limit=LONGEST_LINE)
    port = server.sockets[0].getsockname()[1]
    if options.ready_file:
        unfinished = options.ready_file.with_name(f".{options.ready_file.name}.{os.getpid()}")
        unfinished.write_text(f"{port}\n")
        unfinished.replace(options.ready_file)
    print(port, flush=True)  # noqa: T201 - whoever starts us reads the port here
    async with server:
        await server.serve_forever()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Mail server of the demo and the tests")
    parser.add_argument("--mailbox", "--folder", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path)
    mood = parser.add_mutually_exclusive_group()
    for each in ("hang", "refuse", "drop"):
        mood.add_argument(f"--{each}", dest="mood", action="store_const", const=each, default="")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
