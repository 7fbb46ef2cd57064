"""A mail server that takes everything and keeps nothing: prints its port, then serves until it is killed."""

from __future__ import annotations

import socket
import threading


def serve() -> None:
    """A thread for each connection."""
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)  # noqa: T201  # whoever started it reads the port
    while True:
        line, _ = server.accept()
        threading.Thread(target=_talk, args=(line,), daemon=True).start()


def _talk(line: socket.socket) -> None:
    with line, line.makefile("rb") as reader:
        line.sendall(b"220 sink\r\n")
        while verb := reader.readline()[:4].upper():
            if verb == b"QUIT":
                line.sendall(b"221 bye\r\n")
                return
            if verb == b"DATA":
                line.sendall(b"354 go on\r\n")
                while reader.readline() not in (b".\r\n", b""):
                    pass
            line.sendall(b"250 ok\r\n")


if __name__ == "__main__":
    serve()
