"""A small scanner for the demo and the tests: it speaks clamd's INSTREAM, PING and VERSION.

`python -m portal.integrations.scanner.sandbox [--host H] [--port 0] [--ready-file FILE]`
`--socket PATH` listens there instead.
Its only signature is the harmless EICAR test text. `--hang` takes bytes and never answers;
`--trouble` answers every file with an error; `--signatures N` changes the version it tells.
It needs some 15 MB where a real clamd with its full signatures needs more than 1 GB.
"""

import argparse
import asyncio
import os
import struct
from contextlib import suppress
from pathlib import Path

# In two halves, so that no scanner mistakes this file for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = b"stream: Eicar-Test-Signature FOUND"
MOST_BYTES = 100 * 1024 * 1024
LONGEST_COMMAND = 64


class Scanner:
    """Answers one command per connection, as clamd does."""

    def __init__(self, mood: str = "", signatures: int = 1) -> None:
        self.mood = mood
        self.signatures = signatures

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; a client that leaves is no error."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first = await reader.readexactly(1)
            end = b"\0" if first == b"z" else b"\n"
            command = (await reader.readuntil(end))[:LONGEST_COMMAND].strip(b"\0\r\n")
            writer.write(await self.answer(command, reader) + end)
            await writer.drain()
        writer.close()

    async def answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        """The reply to a command."""
        if command == b"PING":
            return b"PONG"
        if command == b"VERSION":
            return b"Sandbox 1/%d" % self.signatures
        if command != b"INSTREAM":
            return b"UNKNOWN COMMAND"
        return await self.judge(reader)

    async def judge(self, reader: asyncio.StreamReader) -> bytes:
        """Read the pieces up to the empty one; look for the one signature across their edges."""
        size, tail, is_found = 0, b"", False
        while length := struct.unpack("!I", await reader.readexactly(4))[0]:
            size += length
            if size > MOST_BYTES:
                return b"INSTREAM size limit exceeded. ERROR"
            tail += await reader.readexactly(length)
            is_found = is_found or EICAR in tail
            tail = tail[-len(EICAR) :]
        if self.mood == "hang":
            await asyncio.Event().wait()
        if self.mood == "trouble":
            return b"stream: Sandbox trouble ERROR"
        return FOUND if is_found else b"stream: OK"


async def serve(options: argparse.Namespace) -> None:
    """Listen until ended; the ready file holds the port once we listen."""
    mood = "hang" if options.hang else "trouble" if options.trouble else ""
    scanner = Scanner(mood, options.signatures)
    if options.socket:
        server = await asyncio.start_unix_server(scanner.meet, options.socket, limit=2**20)
        port = 0
    else:
        server = await asyncio.start_server(scanner.meet, options.host, options.port, limit=2**20)
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
    parser = argparse.ArgumentParser(description="Virus scanner of the demo and the tests")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--socket", default="")
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--signatures", type=int, default=1)
    mood = parser.add_mutually_exclusive_group()
    mood.add_argument("--hang", action="store_true")
    mood.add_argument("--trouble", action="store_true")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
