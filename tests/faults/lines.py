"""A bad line between a person and the portal: it breaks after so many bytes, then works again."""

import socket
import threading
from contextlib import suppress
from select import select

PIECE = 16 * 1024


class BadLine:
    """A way to a port that breaks each time a mark of all the bytes sent over it is passed."""

    def __init__(self, port: int, breaks_after: list[int]) -> None:
        self.to, self.marks = port, sorted(breaks_after)
        self.carried, self.times_cut = 0, 0
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.ear.getsockname()[1]}"
        self.calls: list[threading.Thread] = []
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.ear.accept()
                call = threading.Thread(target=self._carry, args=(near,))
                call.start()
                self.calls.append(call)

    def _carry(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self.to))
        with near, far, suppress(OSError):
            while True:
                for source in select([near, far], [], [])[0]:
                    if not (piece := source.recv(PIECE)):
                        return
                    (far if source is near else near).sendall(piece)
                    if source is near and self._breaks(len(piece)):
                        return

    def _breaks(self, more: int) -> bool:
        """Whether a mark has just been passed."""
        self.carried += more
        if not self.marks or self.carried < self.marks[0]:
            return False
        self.marks.pop(0)
        self.times_cut += 1
        return True

    def close(self) -> None:
        """No more calls; those under way end."""
        self.ear.shutdown(socket.SHUT_RDWR)
        self.ear.close()
        for thread in (self.listener, *self.calls):
            thread.join(30)
