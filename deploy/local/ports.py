"""Free ports on the loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    """A port that nobody listens on, and that nobody else is given for the next minute.

    A connection that its server has closed keeps the port in TIME-WAIT (RFC 9293, 3.6): the system hands it to nobody who asks
    for any port, while a server that asks for this one (with SO_REUSEADDR, as ours all do) gets it.
    """
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname()):
            server.accept()[0].close()
        return int(server.getsockname()[1])


def is_taken(port: int) -> bool:
    """Somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def wait_for_port(port: int, seconds: float, *, alive: Callable[[], bool] = lambda: True) -> bool:
    """True as soon as somebody listens; False after `seconds`, or when who should is no longer `alive`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and alive():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
