"""Is the process in this container well? `python -m deploy.service.health web|worker|ready`; the exit status tells.

The first two ask whether it lives, for whoever restarts it: a restart does not bring a database back. The last asks
whether it can serve, for whoever sends it requests.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

_OLDEST_HEARTBEAT_SECONDS = 15.0


def answers(path: str) -> bool:
    """The web application answers 200 there."""
    port = int(os.environ["BIND"].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", f"/{os.environ['SERVICE']}/health/{path}")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker's heart has just beaten."""
    heartbeat = Path(os.environ["HEARTBEAT_FILE"])
    return heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < _OLDEST_HEARTBEAT_SECONDS


CHECKS: dict[str, Callable[[], bool]] = {"web": partial(answers, "live"), "ready": partial(answers, "ready"), "worker": worker}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
