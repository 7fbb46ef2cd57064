"""Is the process in this container well? `python -m deploy.service.health web|worker`; the exit status tells.

Asks whether it lives, not whether it is ready: a restart does not bring a database back.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path

_OLDEST_HEARTBEAT_SECONDS = 15.0


def web() -> bool:
    """The web application answers."""
    port = int(os.environ["BIND"].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", f"/{os.environ['SERVICE']}/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker's heart has just beaten."""
    heartbeat = Path(os.environ["HEARTBEAT_FILE"])
    return heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < _OLDEST_HEARTBEAT_SECONDS


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker}[sys.argv[1]]() else 1)
