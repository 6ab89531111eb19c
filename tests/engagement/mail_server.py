"""A mail server that only takes mails and remembers them, so that a real process can talk to a real socket."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Session(socketserver.StreamRequestHandler):
    """One connection: as much of SMTP (RFC 5321) as `smtplib` speaks."""

    def handle(self) -> None:
        self._say(220, "ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say(354, "go on")
                self._take()
            elif verb == b"QUIT":
                self._say(221, "bye")
                return
            else:
                self._say(250, "yes")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        server = self.server
        if line:
            server.taken.append(next(text for text in lines if text.lower().startswith("message-id:")).strip())
            time.sleep(server.pause)
        self._say(250, "taken")

    def _say(self, code: int, words: str) -> None:
        with suppress(OSError):  # whoever spoke was killed
            self.wfile.write(f"{code} {words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    taken: list[str]
    pause: float


@contextmanager
def mail_server(pause: float = 0.0) -> Iterator[_Server]:
    """A server on a free port of this machine; `taken` holds the Message-ID of each mail, `pause` (s) slows it down."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.taken, server.pause = [], pause
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
