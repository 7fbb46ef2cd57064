"""A mail server that counts, and that can be made to fail at any word: a few lines of SMTP over a socket.

Written by hand because what matters here is what a well-behaved server never does: hang, drop the line or refuse at a
chosen verb, and tell exactly when the final dot came.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from typing import Self

from services.notifications.adapters.smtp import SmtpServer
from tests.waiting import stretched


@dataclass
class Sink:
    """`faults` maps a verb to what happens there once: "hang", "drop", "slow", or an answer such as "451 later".

    `offers` are the extensions that it says it has.
    """

    faults: dict[str, str] = field(default_factory=dict)
    delivered: list[bytes] = field(default_factory=list)
    at: dict[str, Callable[[], None]] = field(default_factory=dict)
    connections: int = 0
    offers: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        # Closing alone does not wake a thread that waits in accept.
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def message_ids(self) -> list[str]:
        return [str(message_from_bytes(each, policy=default)["Message-ID"]) for each in self.delivered]

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(10)
        try:
            with line, line.makefile("rb") as reader:
                if self._answers(line, "connect", "220 sink"):
                    self._talk(line, reader)
        except OSError:
            return

    def _talk(self, line: socket.socket, reader: object) -> None:
        while True:
            command = reader.readline()  # type: ignore[attr-defined]  # a buffered reader
            verb = command.decode("ascii", "replace").partition(" ")[0].strip().upper()
            if not command:
                return
            if verb == "DATA":
                if not self._takes_mail(line, reader):
                    return
            elif not self._answers(line, verb, self._good(verb)) or verb == "QUIT":
                return

    def _good(self, verb: str) -> str:
        if verb == "EHLO" and self.offers:
            lines = ["sink", *self.offers]
            return "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        return {"AUTH": "235 welcome", "QUIT": "221 bye"}.get(verb, "250 ok")

    def _takes_mail(self, line: socket.socket, reader: object) -> bool:
        if "DATA" in self.faults:
            return self._answers(line, "DATA", "")
        line.sendall(b"354 go on\r\n")
        body = b""
        while (part := reader.readline()) != b".\r\n":  # type: ignore[attr-defined]  # a buffered reader
            if not part:
                return False
            body += part[1:] if part.startswith(b".") else part
            self._reached("body")
            if "body" in self.faults:
                return self._answers(line, "body", "")
        if "dot" not in self.faults or self.faults["dot"] in ("hang after", "drop after", "slow"):
            self.delivered.append(body)
        self._reached("dot")
        return self._answers(line, "dot", "250 queued as 1")

    def _reached(self, verb: str) -> None:
        action = self.at.pop(verb, None)
        if action is not None:
            action()

    def _answers(self, line: socket.socket, verb: str, good: str) -> bool:
        """False when the line is to be dropped."""
        fault = self.faults.pop(verb, None)
        if fault is not None and fault.startswith("hang"):
            self._stop.wait(20)
            return False
        if fault is not None and fault.startswith("drop"):
            return False
        if fault == "slow":
            self._stop.wait(1.5)
            fault = None
        line.sendall((fault or good).encode() + b"\r\n")
        return True


def impatient(url: str) -> SmtpServer:
    """A server that is given up after a second; on a busy machine later, because there a good answer takes longer too."""
    seconds = min(stretched(1.0), 3.0)
    return replace(SmtpServer.from_url(url), verb_seconds=seconds, dot_seconds=seconds)
